-- Lists of hand-over (N24, domain 4.6, store.handover_room): one round trip; who looks first
-- writes down the claims that are over.

-- Write down the claims of the person's departments that are over, each at its true moment. In the
-- order of their numbers, so that two who look at once never wait for each other crosswise.
CREATE OR REPLACE FUNCTION wb.write_down_lapsed(p_who text, p_now bigint) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_case bigint;
BEGIN
    FOR v_case IN
        SELECT c.case_id FROM wb.case_file c
        WHERE c.holder IS NOT NULL AND c.state = ANY (wb.pool_states())
            AND c.department IN (
                SELECT a.department FROM wb.appointment a
                WHERE a.login = p_who AND a.valid_from <= p_now AND p_now < a.valid_to
                    AND (a.revoked_at IS NULL OR p_now < a.revoked_at))
            AND NOT wb.claim_kept(c, p_now) AND EXISTS (SELECT 1 FROM wb.lapsed(c, p_now))
        ORDER BY c.case_id
    LOOP
        PERFORM wb.settled_case(v_case, p_now);
    END LOOP;
END
$$;

-- Whether a hand-over concerns the person: given by or to him, or by time alone in a department of
-- the case where he has or had a letter; an automatic list is not for every onlooker.
CREATE OR REPLACE FUNCTION wb.concerned(p_task wb.task, p_department text, p_who text)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN coalesce(p_who IN (p_task.login, p_task.second_login), false) OR EXISTS (
        SELECT 1 FROM wb.appointment a
        WHERE a.login = p_who AND (a.department = p_department OR a.department IN (
            SELECT t.department FROM wb.task t WHERE t.case_id = p_task.case_id)));
END
$$;

-- The note that came with the hand-over: for who sees opinions, and for who wrote it.
CREATE OR REPLACE FUNCTION wb.handover_note(p_task wb.task, p_parts text[], p_who text)
RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF NOT ('opinions' = ANY (p_parts) OR p_who IS NOT DISTINCT FROM p_task.second_login) THEN
        RETURN '';
    END IF;
    RETURN coalesce((
        SELECT o.body::jsonb ->> 'text' FROM wb.part_opinions o
        WHERE o.case_id = p_task.case_id AND o.kind = 'note' AND o.at = p_task.opened_at
            AND o.author = p_task.second_login
        ORDER BY o.entry_id DESC LIMIT 1
    ), '');
END
$$;

-- Who took the case over: read off the log.
CREATE OR REPLACE FUNCTION wb.taker_of(p_task wb.task) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN coalesce((
        SELECT e.actor FROM wb.event e
        WHERE p_task.state = 'taken' AND e.case_id = p_task.case_id
            AND e.kind = ANY (wb.taking_moves()) AND e.effective_at = p_task.closed_at
        ORDER BY e.seq LIMIT 1
    ), '');
END
$$;

-- One line as rules.hand_over.HandoverLine has it: how the case stood when it was given.
CREATE OR REPLACE FUNCTION wb.handover_line(
    p_task wb.task, p_case wb.case_file, p_parts text[], p_who text
) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_data jsonb := p_task.data;
    v_why text := coalesce(v_data ->> 'why', '');
    v_from text := coalesce(p_task.second_login, '');
    v_item wb.item_version;
BEGIN
    SELECT * INTO v_item FROM wb.item_version i
    WHERE i.item_code = p_case.item_code AND i.version = p_case.item_version;
    RETURN jsonb_build_object(
        'list_id', coalesce(nullif(v_data ->> 'list', ''),
                            v_why || '-' || v_from || '-' || p_task.opened_at),
        'case_id', p_case.case_id, 'case_no', p_case.case_no, 'short_no', p_case.short_no,
        'version', p_case.version, 'item_zh', v_item.name_zh, 'item_en', v_item.name_en,
        'department', p_case.department, 'from_login', v_from,
        'to_login', coalesce(p_task.login, ''), 'at', p_task.opened_at,
        'state', coalesce(nullif(v_data ->> 'state', ''), p_case.state),
        'clock', coalesce(v_data ->> 'due_clock', ''),
        'due_at', nullif((v_data ->> 'due_at')::bigint, 0),
        'papers', coalesce(v_data ->> 'papers' = 'yes', false),
        'note', wb.handover_note(p_task, p_parts, p_who), 'why', v_why,
        'taken_by', wb.taker_of(p_task),
        'taken_at', CASE WHEN p_task.state = 'taken' THEN p_task.closed_at END,
        'open', wb.is_open(p_task.state) AND p_case.state = ANY (wb.pool_states())
    );
END
$$;

-- The verb: every line that the person may see, open or of the last days, oldest first.
CREATE OR REPLACE FUNCTION wb.handovers() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_who text := session_user;
    v_now bigint := wb.moment();
    v_parts text[];
    v_lines jsonb := '[]';
    v_found record;
BEGIN
    PERFORM wb.still_here(v_who);
    PERFORM wb.write_down_lapsed(v_who, v_now);
    v_now := greatest(v_now, wb.moment());
    FOR v_found IN
        SELECT t AS task, c AS case_file FROM wb.task t
        JOIN wb.case_file c ON c.case_id = t.case_id
        WHERE t.kind = 'handover'
            AND (wb.is_open(t.state) OR t.opened_at > v_now - wb.handovers_shown_for())
            AND (v_who IN (t.login, t.second_login) OR t.login IS NULL)
            AND wb.concerned(t, c.department, v_who)
        ORDER BY t.task_id
    LOOP
        v_parts := wb.parts_of(v_found.case_file, v_who, v_now);
        IF 'meta' = ANY (v_parts) THEN
            v_lines := v_lines || jsonb_build_array(
                wb.handover_line(v_found.task, v_found.case_file, v_parts, v_who));
        END IF;
    END LOOP;
    RETURN v_lines;
END
$$;

GRANT EXECUTE ON FUNCTION wb.handovers() TO @user@;
