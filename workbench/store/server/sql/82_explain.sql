-- Which row shows what to whom, and the log of a case (store.supervision_room). Nothing of the
-- content of a case leaves here, and how it stands only to who sees that himself.

-- The log of a case for those who see the part log; else empty. Writes nothing.
CREATE OR REPLACE FUNCTION wb.case_log(p_case_no text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_who text := session_user;
    v_case wb.case_file := wb.case_numbered(p_case_no);
BEGIN
    PERFORM wb.still_here(v_who);
    IF v_case.case_id IS NULL OR NOT 'log' = ANY (wb.parts_of(v_case, v_who, wb.moment())) THEN
        RETURN '[]';
    END IF;
    RETURN wb.shown_events(v_case.case_id);
END
$$;

-- What a source of rules.effects gave the case row at that step (time_travel._value).
CREATE OR REPLACE FUNCTION wb.value_then(
    p_source text, p_event wb.event, p_columns jsonb, p_state text
) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN coalesce(CASE
        WHEN left(p_source, 1) = '=' THEN to_jsonb(substr(p_source, 2))
        WHEN left(p_source, 6) = 'field:' THEN p_event.payload::jsonb -> substr(p_source, 7)
        WHEN p_source = 'none' THEN 'null'
        WHEN p_source = 'actor' THEN to_jsonb(p_event.actor)
        WHEN p_source = 'effective_at' THEN to_jsonb(p_event.effective_at)
        WHEN p_source = 'state' AND p_state <> '' THEN to_jsonb(p_state)
        ELSE p_columns -> p_source
    END, 'null');
END
$$;

-- The case row as the log alone gives it at that moment, event by event (time_travel._case_then);
-- as it is where no moment is given, NULL before its first step.
CREATE OR REPLACE FUNCTION wb.case_then(p_case wb.case_file, p_then bigint) RETURNS wb.case_file
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_columns jsonb := '{}';
    v_state text;
    v_row wb.flow_row;
    v_event wb.event;
    v_put record;
BEGIN
    IF p_then IS NULL THEN
        RETURN p_case;
    END IF;
    FOR v_event IN SELECT * FROM wb.events_then(p_case.case_id, p_then) e ORDER BY e.seq LOOP
        v_row := wb.flow_of(v_event.kind, CASE WHEN v_event.seq > 1 THEN v_state END);
        CONTINUE WHEN v_row.row_no IS NULL;
        FOR v_put IN
            SELECT one ->> 'column' AS name, one ->> 'source' AS source
            FROM wb.flow_text f,
                jsonb_array_elements(f.canonical -> 'effects') WITH ORDINALITY AS l (one, place)
            WHERE f.row_no = v_row.row_no AND one ->> 'is' = 'Put' ORDER BY place
        LOOP
            v_columns := v_columns || jsonb_build_object(
                v_put.name, wb.value_then(v_put.source, v_event, v_columns, v_state));
        END LOOP;
        v_state := coalesce(v_columns ->> 'state', v_row.to_state, v_state);
        v_columns := v_columns - 'state';
    END LOOP;
    RETURN wb.with_columns(p_case, v_columns, v_state);
END
$$;

-- The row with what the log fills; NULL where the log was still empty.
CREATE OR REPLACE FUNCTION wb.with_columns(p_case wb.case_file, p_columns jsonb, p_state text)
RETURNS wb.case_file
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF p_state IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN jsonb_populate_record(p_case, jsonb_build_object('state', p_state) || (
        SELECT jsonb_object_agg(name, coalesce(p_columns -> name, 'null'))
        FROM unnest(wb.columns_of_log()) AS name));
END
$$;

-- The log as it stood at that moment; the whole of it where none is given.
CREATE OR REPLACE FUNCTION wb.events_then(p_case bigint, p_then bigint) RETURNS SETOF wb.event
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN QUERY SELECT * FROM wb.event e
    WHERE e.case_id = p_case AND (p_then IS NULL OR e.recorded_at <= p_then);
END
$$;

-- The sub-tasks that had begun by then, open where they were closed later (time_travel._task_then).
CREATE OR REPLACE FUNCTION wb.tasks_then(p_case bigint, p_then bigint) RETURNS SETOF wb.task
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_task wb.task;
BEGIN
    FOR v_task IN SELECT * FROM wb.task t
        WHERE t.case_id = p_case AND (p_then IS NULL OR t.opened_at <= p_then)
        ORDER BY t.task_id
    LOOP
        IF v_task.closed_at > p_then THEN
            v_task.state := CASE v_task.kind WHEN 'survey' THEN 'assigned'
                WHEN 'delivery' THEN 'delivered' ELSE 'open' END;
            v_task.closed_at := NULL;
        END IF;
        RETURN NEXT v_task;
    END LOOP;
END
$$;

-- The next published shift of the person there, after a leave that covers the moment
-- (unseen._next_shift): [start, end], or NULL.
CREATE OR REPLACE FUNCTION wb.next_shift_of(p_case wb.case_file, p_login text, p_at bigint)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_after bigint := p_at;
    v_shift wb.duty_shift;
BEGIN
    IF EXISTS (SELECT 1 FROM wb.appointment a WHERE a.login = p_login AND (
        a.department = p_case.department OR a.department IN (
            SELECT t.department FROM wb.task t WHERE t.case_id = p_case.case_id))) THEN
        v_after := greatest(p_at, (
            SELECT max(l."end") FROM wb.leave l WHERE l.login = p_login AND l.start <= p_at));
    END IF;
    SELECT * INTO v_shift FROM wb.duty_shift s
    WHERE s.login = p_login AND s.department = p_case.department AND s."end" > v_after
        AND s.published_at <= v_after
    ORDER BY s.start, s.shift_id COLLATE "C" LIMIT 1;
    IF v_shift.published_at <= p_at THEN
        RETURN jsonb_build_array(greatest(v_shift.start, v_after), v_shift."end");
    END IF;
    RETURN NULL;
END
$$;

-- Which facts that come and go could ever hold for the person (unseen.ONLY_FOR). Who does not see
-- how the case stands is not told whether somebody holds it.
CREATE OR REPLACE FUNCTION wb.could_hold(
    p_case wb.case_file, p_login text, p_at bigint, p_then bigint, p_shown boolean
) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_letters text[] := ARRAY(
        SELECT a.department FROM wb.appointment a
        WHERE a.login = p_login AND a.valid_from <= p_at AND p_at < a.valid_to
            AND (a.revoked_at IS NULL OR p_at < a.revoked_at));
    v_could text[] := '{}';
    v_asked text[] := ARRAY(
        SELECT t.kind FROM wb.tasks_then(p_case.case_id, p_then) t
        WHERE t.department = ANY (v_letters));
BEGIN
    IF p_case.department = ANY (v_letters) THEN
        v_could := v_could || 'on_duty'::text;
        IF NOT p_shown OR p_case.holder IS NOT NULL THEN
            v_could := v_could || 'own_claim_in_grace'::text;
        END IF;
    END IF;
    IF 'opinion' = ANY (v_asked) THEN
        v_could := v_could || ARRAY['opinion_task_mine', 'opinion_answered_mine'];
    END IF;
    IF 'transfer' = ANY (v_asked) THEN
        v_could := v_could || 'transfer_to_mine'::text;
    END IF;
    RETURN v_could;
END
$$;

-- What the reasons speak of beside facts (unseen.About), and the names of the departments.
CREATE OR REPLACE FUNCTION wb.about(
    p_case wb.case_file, p_login text, p_at bigint, p_then bigint, p_shown boolean
) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN jsonb_build_object(
        'department', p_case.department, 'hidden', NOT p_shown,
        'state', CASE WHEN p_shown THEN p_case.state END,
        'holder', CASE WHEN p_shown THEN p_case.holder END,
        'reviewer', CASE WHEN p_shown THEN p_case.reviewer END,
        'could', wb.could_hold(p_case, p_login, p_at, p_then, p_shown),
        'next_shift', wb.next_shift_of(p_case, p_login, p_at),
        'posts', (
            SELECT coalesce(jsonb_agg(jsonb_build_array(m.role, m.department)
                ORDER BY m.membership_id), '[]')
            FROM wb.membership m
            WHERE m.login = p_login AND m.valid_from <= p_at AND p_at < m.valid_to),
        'names', (
            SELECT jsonb_object_agg(d.code, jsonb_build_array(d.name_zh, d.name_en))
            FROM wb.department d)
    );
END
$$;

-- Refusal where the person may not ask about that other one: everybody asks about himself, the
-- supervisor and department IT about anybody (unseen.MAY_ASK), nobody of a case with an interest.
CREATE OR REPLACE FUNCTION wb.check_may_ask(
    p_case wb.case_file, p_who text, p_login text, p_now bigint
) RETURNS void
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF p_who = p_login THEN
        RETURN;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM wb.membership m
        WHERE m.login = p_who AND m.role = ANY (wb.may_ask_of_anybody())
            AND m.valid_from <= p_now AND p_now < m.valid_to
    ) THEN
        PERFORM wb.refuse('not_your_role');
    END IF;
    IF EXISTS (SELECT 1 FROM wb.recusal r
               WHERE r.case_id = p_case.case_id AND r.login = p_who) THEN
        PERFORM wb.refuse('recused');
    END IF;
    IF p_case.case_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM wb.app_user u WHERE u.login = p_login) THEN
        PERFORM wb.refuse('person_unknown', jsonb_build_object('login', p_login));
    END IF;
END
$$;

-- The verb: numbers of the matching rows for a person, a case and a moment; where none
-- matches, the facts by which the desk says why. NULL where there is no such case. How the case
-- stands is told to who sees it now (meta), and how it stood to who sees its log.
CREATE OR REPLACE FUNCTION wb.explain(p_login text, p_case_no text, p_then bigint DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_who text := session_user;
    v_now bigint := wb.moment();
    v_at bigint := coalesce(p_then, v_now);
    v_case wb.case_file := wb.case_numbered(p_case_no);
    v_past wb.case_file;
    v_rows integer[];
    v_shown boolean;
BEGIN
    PERFORM wb.still_here(v_who);
    PERFORM wb.check_may_ask(v_case, v_who, p_login, v_now);
    IF v_case.case_id IS NULL THEN
        RETURN NULL;
    END IF;
    v_past := wb.case_then(v_case, p_then);
    IF v_past.case_id IS NULL THEN
        PERFORM wb.refuse('case_not_yet', jsonb_build_object(
            'no', p_case_no, 'at', wb.stamp(v_at), 'time', wb.stamp(999999 + (
                SELECT e.recorded_at FROM wb.event e
                WHERE e.case_id = v_case.case_id ORDER BY e.seq LIMIT 1))));
    END IF;
    v_rows := wb.rows_of(v_past, p_login, v_at, p_then);
    IF cardinality(v_rows) > 0 THEN
        RETURN jsonb_build_object('at', v_at, 'rows', v_rows);
    END IF;
    v_shown := CASE WHEN p_then IS NULL THEN 'meta' ELSE 'log' END
        = ANY (wb.parts_of(v_case, v_who, v_now));
    RETURN jsonb_build_object(
        'at', v_at, 'rows', v_rows, 'facts', wb.facts_of(v_past, p_login, v_at, p_then, v_shown),
        'about', wb.about(v_past, p_login, v_at, p_then, v_shown));
END
$$;

GRANT EXECUTE ON FUNCTION wb.case_log(text) TO @user@;
GRANT EXECUTE ON FUNCTION wb.explain(text, text, bigint) TO @user@;
