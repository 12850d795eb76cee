-- T11 (store.transferring): the receiving department confirms, and the application goes on as a
-- case of its own there. Called by wb.step after the judge's own questions about the person.

-- Whether nothing but its own content stands against the step: nobody else learns anything of
-- items and departments from the answer, the judge answers him.
CREATE OR REPLACE FUNCTION wb.may_begin(
    p_case wb.case_file, p_who text, p_now bigint, p_move text
) RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    v_row wb.flow_row := wb.flow_of(p_move, p_case.state);
BEGIN
    RETURN v_row.row_no IS NOT NULL AND wb.sees(p_case, p_who, p_now)
        AND wb.judge_of(v_row.row_no, p_case, p_who, p_now, '{}', false) IS NULL;
END
$$;

-- What a step carries once the store has completed it; most steps are complete as they come.
CREATE OR REPLACE FUNCTION wb.completed(
    p_case wb.case_file, p_who text, p_now bigint, p_move text,
    INOUT p_fields jsonb, INOUT p_entries jsonb
)
LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT wb.may_begin(p_case, p_who, p_now, p_move) THEN
        RETURN;
    END IF;
    CASE p_move
    WHEN 'propose_transfer' THEN
        PERFORM wb.check_proposal(p_case, p_fields);
    WHEN 'confirm_transfer' THEN
        SELECT c.p_fields, c.p_entries INTO p_fields, p_entries
        FROM wb.transfer_completed(p_case, p_who, p_now, p_fields, p_entries) c;
    WHEN 'change_item' THEN
        SELECT c.p_fields, c.p_entries INTO p_fields, p_entries
        FROM wb.change_completed(p_case, p_now, p_fields, p_entries) c;
    END CASE;
END
$$;

-- Refusal department_unknown where nobody could ever confirm.
CREATE OR REPLACE FUNCTION wb.check_proposal(p_case wb.case_file, p_fields jsonb) RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_wanted text := wb.said(p_fields -> 'department');
BEGIN
    IF v_wanted <> '' AND (v_wanted = p_case.department
        OR NOT EXISTS (SELECT 1 FROM wb.department d WHERE d.code = v_wanted)) THEN
        PERFORM wb.refuse('department_unknown');
    END IF;
END
$$;

-- The confirmation with the follow-up's number, the matches and the hand-over list; as it came
-- where the judge has to say what is missing: no transfer, or no item named.
CREATE OR REPLACE FUNCTION wb.transfer_completed(
    p_case wb.case_file, p_who text, p_now bigint, INOUT p_fields jsonb, INOUT p_entries jsonb
)
LANGUAGE plpgsql
AS $$
DECLARE
    v_code text := wb.said(p_fields -> 'item_code');
    v_item wb.item_version;
    v_old jsonb;
    v_task wb.task;
    v_matches jsonb;
    v_number text;
BEGIN
    SELECT * INTO v_task FROM wb.task t
    WHERE t.case_id = p_case.case_id AND t.kind = 'transfer' AND t.state = 'open'
    ORDER BY t.task_id DESC LIMIT 1;
    IF NOT FOUND OR v_code = '' THEN
        RETURN;
    END IF;
    v_item := wb.published(v_code);
    IF v_item.department <> v_task.department OR v_item.state <> 'active' THEN
        PERFORM wb.refuse('item_not_theirs');
    END IF;
    v_old := wb.item_record(p_case.item_code, p_case.item_version);
    v_matches := wb.matches_of(
        p_fields, v_old, v_item.canonical::jsonb, wb.held_papers(p_case.case_id));
    PERFORM wb.situation_of(p_fields, v_item.canonical::jsonb);
    v_number := wb.new_number(v_item, p_now);
    p_entries := jsonb_build_array(jsonb_build_object(
        'kind', 'transfer_list',
        'body', wb.hand_over_list(p_case, v_task, v_item, v_old, v_matches, v_number, p_now)
            || jsonb_build_object('confirmed_by', p_who)));
    p_fields := p_fields || jsonb_build_object('follow_up', v_number, 'matches', v_matches);
END
$$;

-- The next case number of the item today (R65).
CREATE OR REPLACE FUNCTION wb.new_number(p_item wb.item_version, p_now bigint) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    v_day date := wb.local_date(p_now);
BEGIN
    RETURN wb.compose_case_number(
        left(p_item.item_code, 31), v_day,
        wb.next_number(p_item.item_code, to_char(v_day, 'YYYYMMDD')));
END
$$;

-- What is handed over: both cases, both departments, when, and every paper with its hash.
CREATE OR REPLACE FUNCTION wb.hand_over_list(
    p_case wb.case_file, p_task wb.task, p_item wb.item_version, p_old jsonb, p_matches jsonb,
    p_number text, p_now bigint
) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN jsonb_build_object(
        'from_case', p_case.case_no, 'to_case', p_number,
        'from_department', p_case.department, 'to_department', p_item.department,
        'agreed_by', coalesce(p_task.data::jsonb ->> 'agreed_by', ''),
        'received_at', coalesce(wb.stamp(p_case.received_at), ''),
        'handed_over_at', wb.stamp(p_now),
        'materials', (
            SELECT coalesce(jsonb_agg(jsonb_build_object(
                'code', said.code, 'file', coalesce(p.body ->> 'file', ''),
                'name_zh', wb.material_name(p_old, said.code), 'pages', p.body -> 'pages',
                'sha256', coalesce(p.body ->> 'sha256', ''),
                'counts_as', coalesce(p_matches ->> said.code, '')) ORDER BY p.place), '[]')
            FROM wb.package_of(p_case.case_id) p,
                LATERAL (SELECT coalesce(p.body ->> 'code', '')) AS said (code)
            WHERE p.kind = 'material'));
END
$$;

-- Every entry of the package once more, by reference (R14): the files stay where they are.
CREATE OR REPLACE FUNCTION wb.carried(p_case wb.case_file, p_old jsonb, p_matches jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object('kind', p.kind, 'body', p.body
            || jsonb_build_object('carried_from', p_case.case_no, 'carried_by', p.author)
            || CASE p.kind
                WHEN 'material' THEN jsonb_build_object(
                    'code', wb.new_code(p_matches, said.code), 'carried_code', said.code,
                    'carried_name_zh', wb.material_name(p_old, said.code))
                WHEN 'correction_notice' THEN jsonb_build_object(
                    'demands', wb.renamed_demands(p.body, p_matches))
                ELSE '{}' END) ORDER BY p.place), '[]')
        FROM wb.package_of(p_case.case_id) p,
            LATERAL (SELECT coalesce(p.body ->> 'code', '')) AS said (code));
END
$$;

-- The follow-up of a case whose transfer was just confirmed: received as of the original receipt,
-- its five days and its one correction round as they stand (E19, R10).
CREATE OR REPLACE FUNCTION wb.begin_after_transfer(
    p_origin wb.case_file, p_who text, p_now bigint, p_fields jsonb, p_entries jsonb
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v wb.case_file;
    v_item wb.item_version := wb.published(wb.said(p_fields -> 'item_code'));
    v_old jsonb := wb.item_record(p_origin.item_code, p_origin.item_version);
BEGIN
    v.case_no := p_fields ->> 'follow_up';
    IF v.case_no IS NULL OR p_entries #>> '{0,body,to_case}' IS DISTINCT FROM v.case_no THEN
        RAISE EXCEPTION 'the transfer of case % was not completed', p_origin.case_id;
    END IF;
    v.item_code := v_item.item_code;
    v.item_version := v_item.version;
    v.department := v_item.department;
    IF NOT wb.may_refuse_acceptance(v, p_who, p_now) THEN
        PERFORM wb.refuse('no_power', '{"power": "refuse_acceptance"}');
    END IF;
    v.applicant_masked := p_origin.applicant_masked;
    v.channel := p_origin.channel;
    v.site := p_origin.site;
    v.registrar := p_origin.registrar;
    v.exercise := p_origin.exercise;
    v.received_at := p_origin.received_at;
    v.situation := wb.situation_of(p_fields, v_item.canonical::jsonb);
    v := wb.add_case(v, v_item, p_now);
    PERFORM wb.copy_running(p_origin.case_id, v.case_id);
    PERFORM wb.record(
        v, wb.flow_of('begin_after_transfer', NULL), p_who, p_now, p_now,
        jsonb_build_object(
            'item_code', v.item_code, 'situation', v.situation, 'origin', p_origin.case_no,
            'received_at', v.received_at),
        wb.carried(p_origin, v_old, p_fields -> 'matches') || p_entries);
END
$$;

-- The identity, the correction round (told once is told once, R10) and the five-day clock: the end
-- of the first case stopped its run; only a notice stops the period itself.
CREATE OR REPLACE FUNCTION wb.copy_running(p_old bigint, p_new bigint) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_told boolean;
BEGIN
    INSERT INTO wb.applicant (case_id, name, id_number)
    SELECT p_new, a.name, a.id_number FROM wb.applicant a WHERE a.case_id = p_old;
    INSERT INTO wb.task (
        case_id, kind, no, state, department, login, second_login, opened_at, due_at, closed_at,
        data, unmet, planned_end, document_id)
    SELECT p_new, t.kind, t.no, t.state, t.department, t.login, t.second_login, t.opened_at,
        t.due_at, t.closed_at, t.data, t.unmet, t.planned_end, t.document_id
    FROM wb.task t WHERE t.case_id = p_old AND t.kind = 'correction' ORDER BY t.task_id;
    v_told := FOUND;
    INSERT INTO wb.clock_run (
        case_id, name, round, started_at, unit, length, due_at, stopped_at, paused_at, paused_us,
        provisional, pauses, calendar_version)
    SELECT p_new, r.name, r.round, r.started_at, r.unit, r.length, r.due_at,
        CASE WHEN v_told THEN r.stopped_at END, r.paused_at, r.paused_us, r.provisional, r.pauses,
        r.calendar_version
    FROM wb.clock_run r WHERE r.case_id = p_old AND r.name = 'correction_notice'
    ORDER BY r.run_id;
END
$$;
