-- Writing a step: entries, effects, the chained event, the projected row (store.moves.record).

-- The row of the flow for that move out of that state; NULL where there is none.
CREATE OR REPLACE FUNCTION wb.flow_of(p_move text, p_state text) RETURNS wb.flow_row
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_row wb.flow_row;
BEGIN
    SELECT * INTO v_row FROM wb.flow_row f
    WHERE f.move = p_move AND (p_state = ANY (f.from_states)
        OR p_state IS NULL AND cardinality(f.from_states) = 0)
    ORDER BY f.row_no LIMIT 1;
    RETURN v_row;
END
$$;

-- What conditions look at: the fields, and the first entry of each kind under its kind.
CREATE OR REPLACE FUNCTION wb.brought(p_fields jsonb, p_entries jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    IF p_entries = '[]' THEN
        RETURN p_fields;
    END IF;
    RETURN p_fields || (
        SELECT jsonb_object_agg(kind, body) FROM (
            SELECT DISTINCT ON (one ->> 'kind') one ->> 'kind' AS kind, one -> 'body' AS body
            FROM jsonb_array_elements(p_entries) WITH ORDINALITY AS listed (one, place)
            ORDER BY one ->> 'kind', place
        ) AS firsts
    );
END
$$;

-- Everything that a judged step writes; the case as it then stands.
CREATE OR REPLACE FUNCTION wb.record(
    p_case wb.case_file, p_row wb.flow_row, p_who text, p_at bigint, p_now bigint,
    p_fields jsonb, p_entries jsonb
) RETURNS wb.case_file
LANGUAGE plpgsql
AS $$
DECLARE
    v wb.case_file;
    v_event wb.event;
    v_told text := CASE WHEN p_row.changes_stage THEN wb.stage_of(p_case.case_id) END;
    v_payload jsonb := p_fields;
BEGIN
    IF p_entries <> '[]' THEN
        v_payload := v_payload || jsonb_build_object(
            'entries', wb.write_entries(p_case.case_id, p_entries, p_who, p_at));
    END IF;
    v := wb.effects_of(
        p_row.row_no, p_case, p_who, p_at, p_now, p_fields, wb.brought(p_fields, p_entries));
    v.version := p_case.version + 1;
    v_event := wb.add_event(
        v.case_id, v.version, p_row.move, p_who, p_at, p_now, v_payload, p_case.last_hash);
    v.last_hash := v_event.hash;
    IF p_row.changes_due THEN
        v := wb.projected(v);
    END IF;
    PERFORM wb.save_case(v, p_who, p_row.move);
    PERFORM wb.keep_messages(v, v_event, v_told, p_entries);
    PERFORM wb.mark_changed(v.case_id);
    PERFORM wb.end_drafts(v.case_id, p_who, p_row.move, v.state <> p_case.state);
    RETURN v;
END
$$;

-- A step of the system itself at its true moment; the flow still has to allow it.
CREATE OR REPLACE FUNCTION wb.system_move(
    p_case wb.case_file, p_move text, p_at bigint, p_now bigint, p_fields jsonb
) RETURNS wb.case_file
LANGUAGE plpgsql
AS $$
DECLARE
    v_row wb.flow_row := wb.flow_of(p_move, p_case.state);
    v_refused jsonb := wb.judge_of(v_row.row_no, p_case, 'system', p_at, p_fields, true);
BEGIN
    IF v_row.row_no IS NULL OR v_refused IS NOT NULL THEN
        RAISE EXCEPTION 'the system may not % case %: %', p_move, p_case.case_id, v_refused;
    END IF;
    RETURN wb.record(p_case, v_row, 'system', p_at, p_now, p_fields, '[]');
END
$$;
