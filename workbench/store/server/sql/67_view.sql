-- One opened case (store.case_views): the granted parts, and what may be done with it. One round
-- trip; who opens a case writes down what time has brought.

-- When the item of the case was changed last; papers handed in before count for nothing (E18).
CREATE OR REPLACE FUNCTION wb.item_changed_at(p_case bigint) RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN coalesce((SELECT max(e.effective_at) FROM wb.event e
                     WHERE e.case_id = p_case AND e.kind = 'change_item'), 0);
END
$$;

-- The entries of the granted parts, oldest first: {"form": [...], "materials": [...], ...}.
CREATE OR REPLACE FUNCTION wb.shown_entries(p_case bigint, p_parts text[]) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_who text := session_user;
    v_since bigint := wb.item_changed_at(p_case);
    v_own boolean := NOT 'opinions' = ANY (p_parts);
BEGIN
    RETURN (
        SELECT coalesce(jsonb_object_agg(part, listed), '{}') FROM (
            SELECT r.part, jsonb_agg(jsonb_build_object(
                'entry_id', r.entry_id, 'kind', r.kind, 'author', r.author, 'at', r.at,
                'body', r.body::jsonb, 'sha256', r.sha256) ORDER BY r.entry_id) AS listed
            FROM wb.part_rows(p_case, p_parts) r
            WHERE (r.part <> 'materials' OR r.at >= v_since)
                AND (r.part <> 'own_task' OR NOT v_own
                     OR r.author = v_who OR wb.own_entry(p_case, r.author, r.at))
            GROUP BY r.part
        ) AS parts
    );
END
$$;

-- The sub-tasks that the person sees: of the parts he sees, his own, and his department's opinion.
CREATE OR REPLACE FUNCTION wb.shown_tasks(
    p_case bigint, p_parts text[], p_who text, p_at bigint
) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(
            to_jsonb(t) - ARRAY['unmet', 'planned_end', 'document_id']
            || jsonb_build_object('data', t.data::jsonb) ORDER BY t.task_id), '[]')
        FROM wb.task t JOIN wb.task_kind k ON k.kind = t.kind
        WHERE t.case_id = p_case AND (
            k.part = ANY (p_parts) OR p_who IN (t.login, t.second_login)
            OR t.kind = 'opinion' AND 'own_task' = ANY (p_parts) AND t.department IS NOT NULL
                AND wb.on_duty_in(p_who, t.department, p_at))
    );
END
$$;

-- Every step out of this state: [{"move": ..., "refused": {...} or null}], in the flow's order.
CREATE OR REPLACE FUNCTION wb.offered(p_case wb.case_file, p_who text, p_at bigint)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'move', f.move, 'refused', wb.judge_of(f.row_no, p_case, p_who, p_at, '{}', false)
        ) ORDER BY f.row_no), '[]')
        FROM wb.flow_row f WHERE p_case.state = ANY (f.from_states)
            AND NOT EXISTS (SELECT 1 FROM wb.flow_row g WHERE g.move = f.move
                            AND g.row_no < f.row_no AND p_case.state = ANY (g.from_states))
    );
END
$$;

-- Write what time alone has brought about in one case, where the clock allows it.
CREATE OR REPLACE FUNCTION wb.settled_case(p_case bigint, p_now bigint) RETURNS wb.case_file
LANGUAGE plpgsql
AS $$
DECLARE
    v_case wb.case_file;
BEGIN
    SELECT * INTO v_case FROM wb.case_file c WHERE c.case_id = p_case FOR UPDATE;
    IF p_now >= (SELECT e.recorded_at FROM wb.event e WHERE e.case_id = p_case
                 ORDER BY e.seq DESC LIMIT 1) THEN
        v_case := wb.settle(v_case, p_now);
    END IF;
    RETURN v_case;
END
$$;

-- Whether somebody has to write down what time has brought before the case is shown.
CREATE OR REPLACE FUNCTION wb.is_stale(p_case wb.case_file, p_now bigint) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN p_case.settle_at <= p_now OR p_case.holder IS NOT NULL
        AND NOT wb.claim_kept(p_case, p_now)
        AND EXISTS (SELECT 1 FROM wb.lapsed(p_case, p_now));
END
$$;

-- The verb behind an opened case; NULL where the person sees nothing of it, or it is not there.
CREATE OR REPLACE FUNCTION wb.case_view(p_case_no text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_who text := session_user;
    v_now bigint := wb.moment();
    v_case wb.case_file;
    v_parts text[];
BEGIN
    PERFORM wb.still_here(v_who);
    SELECT * INTO v_case FROM wb.case_file c
    WHERE c.case_no = p_case_no OR c.short_no = p_case_no ORDER BY c.case_no <> p_case_no LIMIT 1;
    IF v_case.case_id IS NOT NULL AND wb.is_stale(v_case, v_now)
        AND wb.sees(v_case, v_who, v_now) THEN
        v_case := wb.settled_case(v_case.case_id, v_now);
        v_now := greatest(v_now, wb.moment());
    END IF;
    v_parts := CASE WHEN v_case.case_id IS NULL THEN '{}'
        ELSE wb.parts_of(v_case, v_who, v_now) END;
    IF NOT 'meta' = ANY (v_parts) THEN
        RETURN NULL;
    END IF;
    RETURN jsonb_build_object(
        'at', v_now, 'case', wb.shown_case(v_case), 'parts', v_parts,
        'entries', wb.shown_entries(v_case.case_id, v_parts),
        'tasks', wb.shown_tasks(v_case.case_id, v_parts, v_who, v_now),
        'offered', wb.offered(v_case, v_who, v_now),
        'clocks', (SELECT coalesce(jsonb_agg(to_jsonb(r) - ARRAY['run_id', 'case_id']
                   || jsonb_build_object('pauses', r.pauses::jsonb) ORDER BY r.run_id), '[]')
                   FROM wb.clock_run r WHERE r.case_id = v_case.case_id),
        'events', CASE WHEN 'log' = ANY (v_parts) THEN wb.shown_events(v_case.case_id)
                  ELSE '[]' END,
        'open_by', wb.openers(v_case.case_id, v_who),
        'noted', wb.is_noted(v_case.case_id, v_who)
    );
END
$$;

-- The whole log of a case, in order.
CREATE OR REPLACE FUNCTION wb.shown_events(p_case bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT coalesce(jsonb_agg(to_jsonb(e) - 'event_id' ORDER BY e.seq), '[]')
            FROM wb.event e WHERE e.case_id = p_case);
END
$$;

GRANT EXECUTE ON FUNCTION wb.case_view(text) TO @user@;
