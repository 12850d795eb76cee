-- Sub-tasks as the effects change them (store.carry_out); every function is inside a verb.

-- The columns taken out of a sub-task's data for the facts (case_rows._task_values).
CREATE OR REPLACE FUNCTION wb.unmet_of(p_data jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE
AS $$
    SELECT CASE jsonb_typeof(p_data -> 'unmet')
        WHEN 'array' THEN jsonb_array_length(p_data -> 'unmet')
        ELSE coalesce(wb.filled(p_data -> 'unmet'), false)::integer
    END
$$;

CREATE OR REPLACE FUNCTION wb.planned_end_of(p_data jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(
        nullif((p_data ->> 'planned_end')::bigint, 0), (p_data ->> 'held_at')::bigint, 0
    )
$$;

CREATE OR REPLACE FUNCTION wb.is_open(p_state text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$ SELECT p_state = ANY (wb.open_task_states()) $$;

-- A new sub-task with the next number of its kind.
CREATE OR REPLACE FUNCTION wb.task_open(
    p_case bigint, p_kind text, p_state text, p_department text, p_login text, p_second text,
    p_at bigint, p_due bigint, p_data jsonb
) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO wb.task (
        case_id, kind, no, state, department, login, second_login, opened_at, due_at, data, unmet,
        planned_end, document_id
    )
    SELECT p_case, p_kind, 1 + count(*), p_state, p_department, p_login, p_second, p_at, p_due,
        wb.canonical(p_data), wb.unmet_of(p_data), wb.planned_end_of(p_data),
        coalesce(p_data ->> 'document_id', '')
    FROM wb.task t WHERE t.case_id = p_case AND t.kind = p_kind;
END
$$;

-- The changed state of a sub-task.
CREATE OR REPLACE FUNCTION wb.task_save(
    p_task bigint, p_state text, p_closed_at bigint, p_data jsonb, p_login text
) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE wb.task SET
        state = p_state, closed_at = p_closed_at, login = p_login, data = wb.canonical(p_data),
        unmet = wb.unmet_of(p_data), planned_end = wb.planned_end_of(p_data),
        document_id = coalesce(p_data ->> 'document_id', '')
    WHERE task_id = p_task;
END
$$;

-- The open sub-task of that kind that the move is about goes on (carry_out._advance_task).
-- p_mine names the actor where only a sub-task of a department is meant where he is on duty.
CREATE OR REPLACE FUNCTION wb.task_advance(
    p_case bigint, p_kind text, p_to text, p_closes boolean, p_mine text, p_at bigint,
    p_fields jsonb, p_keep text[], p_has_login boolean, p_login text
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_named text := p_fields ->> 'department';
    v_task wb.task;
BEGIN
    SELECT * INTO v_task FROM wb.task t
    WHERE t.case_id = p_case AND t.kind = p_kind AND wb.is_open(t.state)
        AND CASE WHEN p_mine IS NOT NULL THEN
                t.department IS NOT NULL AND wb.on_duty_in(p_mine, t.department, p_at)
            ELSE v_named IS NULL OR t.department = v_named END
    ORDER BY t.task_id LIMIT 1;
    IF FOUND THEN
        PERFORM wb.task_save(
            v_task.task_id, p_to, CASE WHEN p_closes THEN p_at ELSE v_task.closed_at END,
            v_task.data::jsonb || wb.kept(p_fields, p_keep),
            CASE WHEN p_has_login THEN p_login ELSE v_task.login END
        );
    END IF;
END
$$;

-- What is answered is taken off the list of the open sub-task (carry_out._strike_off).
CREATE OR REPLACE FUNCTION wb.task_strike_off(
    p_case bigint, p_fields jsonb, p_kind text, p_key text, p_field text
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_task wb.task;
    v_left jsonb;
BEGIN
    SELECT * INTO v_task FROM wb.task t
    WHERE t.case_id = p_case AND t.kind = p_kind AND wb.is_open(t.state)
    ORDER BY t.task_id DESC LIMIT 1;
    IF FOUND THEN
        SELECT coalesce(jsonb_agg(one ORDER BY place), '[]') INTO v_left
        FROM jsonb_array_elements(coalesce(v_task.data::jsonb -> p_key, '[]'))
            WITH ORDINALITY AS listed (one, place)
        WHERE one #>> '{}' IS DISTINCT FROM coalesce(p_fields ->> p_field, 'None');
        PERFORM wb.task_save(
            v_task.task_id, v_task.state, v_task.closed_at,
            v_task.data::jsonb || jsonb_build_object(p_key, v_left), v_task.login
        );
    END IF;
END
$$;

-- The list of the newest sub-task becomes what the field says, and it is open again.
CREATE OR REPLACE FUNCTION wb.task_relist(
    p_case bigint, p_fields jsonb, p_kind text, p_key text, p_field text
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_task wb.task;
    v_listed jsonb := coalesce(p_fields -> p_field, '[]');
BEGIN
    SELECT * INTO v_task FROM wb.task t
    WHERE t.case_id = p_case AND t.kind = p_kind ORDER BY t.task_id DESC LIMIT 1;
    IF FOUND THEN
        PERFORM wb.task_save(
            v_task.task_id, 'open', NULL,
            v_task.data::jsonb || jsonb_build_object(
                p_key, CASE WHEN jsonb_typeof(v_listed) = 'array' THEN v_listed ELSE '[]' END),
            v_task.login
        );
    END IF;
END
$$;

-- Number KEY of the newest sub-task of that kind; 0 where there is none.
CREATE OR REPLACE FUNCTION wb.task_number(p_case bigint, p_kind text, p_key text) RETURNS integer
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN coalesce((
        SELECT wb.whole(t.data::jsonb -> p_key)::integer FROM wb.task t
        WHERE t.case_id = p_case AND t.kind = p_kind ORDER BY t.task_id DESC LIMIT 1
    ), 0);
END
$$;

-- When a limit of the item, begun at that moment, is due; NULL where the item has none.
CREATE OR REPLACE FUNCTION wb.limit_due(
    p_item text, p_version bigint, p_clock text, p_at bigint
) RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT wb.due_at(p_at, one.length, one.unit, '[]') FROM wb.item_limit one
        WHERE one.item_code = p_item AND one.version = p_version AND one.clock = p_clock
    );
END
$$;

-- What a supervision event may exist only once for (carry_out._round).
CREATE OR REPLACE FUNCTION wb.round_of(p_case bigint, p_kind text, p_fields jsonb) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN CASE p_kind
        WHEN 'overdue' THEN coalesce(p_fields ->> 'clock', '')
        WHEN 'deemed' THEN (SELECT count(*)::text FROM wb.clock_run r
                            WHERE r.case_id = p_case AND r.name = 'acceptance_response')
        WHEN 'opinion_overdue' THEN coalesce(p_fields ->> 'department', '')
        WHEN 'integrity' THEN coalesce(p_fields ->> 'finding', '')
        ELSE ''
    END;
END
$$;

-- One supervision event; who answers for it is named, or whoever was on duty then.
CREATE OR REPLACE FUNCTION wb.supervise_now(
    v wb.case_file, p_kind text, p_round text, p_fields jsonb, p_at bigint, p_now bigint
) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM wb.supervise(
        v.case_id, p_kind, p_round, p_at, p_now,
        coalesce(p_fields ->> 'responsible', wb.on_duty_names(v.department, p_at))
    );
END
$$;
