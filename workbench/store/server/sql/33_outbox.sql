-- What a step tells the outside, kept in the step's own transaction (store.outgoing, S005).

-- A moment as local text: YYYY-MM-DD HH:MM:SS in China Standard Time (S007, S039).
CREATE OR REPLACE FUNCTION wb.stamp(p_at bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
AS $$
    SELECT to_char(
        timestamp '1970-01-01 08:00:00' + (p_at / 86400000000)::int * interval '1 day'
        + (p_at % 86400000000) * interval '1 microsecond', 'YYYY-MM-DD HH24:MI:SS')
$$;

-- The public stage of the case as it stands (S083); before the first step there is none.
CREATE OR REPLACE FUNCTION wb.stage_of(p_case bigint) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_state text;
    v_survey boolean;
    v_review boolean;
BEGIN
    SELECT coalesce(CASE WHEN c.state = 'quarantined' THEN c.state_before END, c.state),
        EXISTS (
            SELECT FROM wb.task AS t WHERE t.case_id = p_case AND t.kind = 'survey'
                AND wb.is_open(t.state)),
        EXISTS (
            SELECT FROM wb.event AS e WHERE e.case_id = p_case
                AND e.kind IN (SELECT r.move FROM wb.review_kind AS r))
    INTO v_state, v_survey, v_review
    FROM wb.case_file AS c WHERE c.case_id = p_case;
    RETURN (
        SELECT s.stage FROM wb.public_stage AS s
        WHERE s.state = v_state AND s.survey_open = v_survey AND s.review_begun = v_review);
END
$$;

-- What the actor was at that moment; never who.
CREATE OR REPLACE FUNCTION wb.roles_at(p_actor text, p_at bigint) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF p_actor = 'system' THEN
        RETURN '["system"]';
    END IF;
    RETURN coalesce((
        SELECT '[' || string_agg(to_json(r.role)::text, ',' ORDER BY r.role COLLATE "C") || ']'
        FROM (
            SELECT DISTINCT m.role FROM wb.membership AS m
            WHERE m.login = p_actor AND m.valid_from <= p_at AND p_at < m.valid_to
        ) AS r), '[]');
END
$$;

-- One message into the outbox; whether its slot is on is asked later.
CREATE OR REPLACE FUNCTION wb.put_out(
    p_slot text, p_case bigint, p_seq bigint, p_body jsonb, p_made_at bigint
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_body text := wb.canonical(p_body);
BEGIN
    INSERT INTO wb.exchange_outbox (slot, case_id, seq, body, sha256, state, tries, made_at)
    VALUES (p_slot, p_case, p_seq, v_body, wb.sha256_text(v_body), 'waiting', 0, p_made_at);
END
$$;

-- What electronic supervision is told of a step, as canonical text: the keys stand in order, so
-- that the one message of every step need not be sorted.
CREATE OR REPLACE FUNCTION wb.process_body(p_case wb.case_file, p_event wb.event) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN '{"case_no":' || to_json(p_case.case_no)
        || ',"department":' || to_json(p_case.department)
        || ',"effective_at":"' || wb.stamp(p_event.effective_at)
        || '","hash":"' || p_event.hash
        || '","item_code":' || to_json(p_case.item_code)
        || ',"recorded_at":"' || wb.stamp(p_event.recorded_at)
        || '","roles":' || wb.roles_at(p_event.actor, p_event.effective_at)
        || ',"seq":' || p_event.seq
        || ',"state":' || to_json(p_case.state)
        || ',"step":' || to_json(p_event.kind) || '}';
END
$$;

-- Everything that this step tells the outside (rules.outside.messages), after effects, event and
-- projection: the case as it then stands, the event as written. p_told is wb.stage_of(case) from
-- before the effects, or NULL where the step cannot change the stage. An exercise tells nothing.
CREATE OR REPLACE FUNCTION wb.keep_messages(
    p_case wb.case_file, p_event wb.event, p_told text, p_entries jsonb
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_no bigint := p_case.case_id;
    v_seq bigint := p_event.seq;
    v_made bigint := p_event.recorded_at;
    v_at text := wb.stamp(p_event.effective_at);
    v_body text := wb.process_body(p_case, p_event);
    v_stage text;
    v_told wb.public_message;
BEGIN
    IF p_case.exercise THEN
        RETURN;
    END IF;
    INSERT INTO wb.exchange_outbox (slot, case_id, seq, body, sha256, state, tries, made_at)
    VALUES ('supervision_feed', v_no, v_seq, v_body,
            encode(sha256(convert_to(v_body, 'UTF8')), 'hex'), 'waiting', 0, v_made);
    v_stage := CASE WHEN p_told IS NOT NULL THEN wb.stage_of(v_no) END;
    IF v_stage <> '' AND v_stage <> p_told THEN
        PERFORM wb.put_out('progress_feed', v_no, v_seq, jsonb_build_object(
            'case_no', p_case.case_no, 'stage', v_stage, 'at', v_at), v_made);
    END IF;
    SELECT * INTO v_told FROM wb.public_message AS m WHERE m.move = p_event.kind;
    IF FOUND THEN
        PERFORM wb.put_out('notification_port', v_no, v_seq, jsonb_build_object(
            'case_no', p_case.case_no, 'notice', v_told.notice,
            'text', replace(v_told.text, '{no}', p_case.short_no), 'at', v_at),
            v_made);
    END IF;
    IF p_event.kind = 'archive' THEN
        PERFORM wb.keep_packages(v_no, v_seq, p_case.case_no, p_entries, v_made);
    END IF;
END
$$;

-- The package of a closed file goes to the archive.
CREATE OR REPLACE FUNCTION wb.keep_packages(
    p_case bigint, p_seq bigint, p_case_no text, p_entries jsonb, p_made_at bigint
) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM wb.put_out('archive_sink', p_case, p_seq, jsonb_build_object(
        'case_no', p_case_no, 'sha256', wb.said(e.value #> '{body,sha256}')), p_made_at)
    FROM jsonb_array_elements(p_entries) AS e
    WHERE e.value ->> 'kind' = 'package';
END
$$;
