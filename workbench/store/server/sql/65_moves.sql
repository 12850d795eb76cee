-- wb.make_move: the one way in which a case moves, as one transaction and one round trip.

-- The refusal for a case that is not there; it never says whether it once was.
CREATE OR REPLACE FUNCTION wb.refused(p_code text, p_values jsonb DEFAULT '{}') RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$ SELECT jsonb_build_object('refused', jsonb_build_object('code', p_code) || p_values) $$;

-- Refusal where the person's account is gone; a removed one may not go on in an open window. A
-- transaction that looks at the past would still see the posts and shifts that were taken back:
-- no verb of a person is for it.
CREATE OR REPLACE FUNCTION wb.still_here(p_who text) RETURNS void
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'verbs are called in read committed transactions only'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM wb.refuse_old_desk();
    IF NOT EXISTS (SELECT 1 FROM wb.app_user u WHERE u.login = p_who) THEN
        PERFORM wb.refuse('account_gone');
    END IF;
END
$$;

-- The case as it is, where this operation was already carried out (a retry changes nothing).
CREATE OR REPLACE FUNCTION wb.known_operation(p_operation text, p_who text, p_case bigint)
RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_known wb.operation;
BEGIN
    IF p_operation = '' THEN
        RETURN NULL;
    END IF;
    SELECT * INTO v_known FROM wb.operation o WHERE o.operation_id = p_operation;
    IF FOUND AND (v_known.actor <> p_who OR p_case <> v_known.case_id) THEN
        PERFORM wb.refuse('operation_reused');
    END IF;
    RETURN v_known.case_id;
END
$$;

-- Refusal where the person does not see the case: before anything else is said about it.
CREATE OR REPLACE FUNCTION wb.need_sight(p_case wb.case_file, p_who text, p_now bigint)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF NOT wb.sees(p_case, p_who, p_now) THEN
        PERFORM wb.refuse(CASE WHEN EXISTS (
            SELECT 1 FROM wb.recusal r WHERE r.case_id = p_case.case_id AND r.login = p_who
        ) THEN 'recused' ELSE 'not_visible' END);
    END IF;
END
$$;

-- A step asked for again: the case as the step left it, or as it is for who sees it now.
CREATE OR REPLACE FUNCTION wb.answer_again(
    p_case wb.case_file, p_operation text, p_who text, p_now bigint
) RETURNS jsonb
LANGUAGE plpgsql
AS $$
BEGIN
    IF p_case.version <> (
        SELECT o.seq FROM wb.operation o WHERE o.operation_id = p_operation) THEN
        PERFORM wb.need_sight(p_case, p_who, p_now);
    END IF;
    RETURN jsonb_build_object('case', wb.shown_case(p_case));
END
$$;

-- E07: who comes second is told who did what and when; what takes nothing away does not count.
CREATE OR REPLACE FUNCTION wb.check_version(p_case wb.case_file, p_expected bigint) RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_last wb.event;
BEGIN
    IF p_expected IS NULL OR p_expected = p_case.version THEN
        RETURN;
    END IF;
    SELECT * INTO v_last FROM wb.event e
    WHERE e.case_id = p_case.case_id AND e.seq > p_expected
        AND e.kind <> ALL (wb.takes_nothing())
    ORDER BY e.seq DESC LIMIT 1;
    IF NOT FOUND AND p_expected < p_case.version THEN
        RETURN;
    END IF;
    IF NOT FOUND THEN
        SELECT * INTO v_last FROM wb.event e
        WHERE e.case_id = p_case.case_id ORDER BY e.seq DESC LIMIT 1;
    END IF;
    PERFORM wb.refuse('changed_meanwhile', jsonb_build_object(
        'actor', v_last.actor, 'move', v_last.kind, 'at', wb.stamp(v_last.effective_at)));
END
$$;

-- Refusal where the step carries a field or brings a content that its row does not know.
CREATE OR REPLACE FUNCTION wb.check_shape(p_row wb.flow_row, p_fields jsonb, p_entries jsonb)
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_wrong text;
BEGIN
    SELECT name INTO v_wrong FROM jsonb_object_keys(p_fields) AS name
    WHERE name <> ALL (p_row.fields) LIMIT 1;
    IF FOUND THEN
        PERFORM wb.refuse('unknown_field', jsonb_build_object(
            'field', v_wrong, 'move', p_row.move));
    END IF;
    SELECT one ->> 'kind' INTO v_wrong
    FROM jsonb_array_elements(p_entries) WITH ORDINALITY AS listed (one, place)
    WHERE (one ->> 'kind') <> ALL (p_row.entries) ORDER BY place LIMIT 1;
    IF FOUND THEN
        PERFORM wb.refuse('unknown_entry', jsonb_build_object(
            'field', v_wrong, 'move', p_row.move));
    END IF;
END
$$;

-- rules.judge.judge: the row to carry out, or a refusal. p_ask: whether the person sees the case is
-- not known yet; one that is being registered is seen by whoever registers it.
CREATE OR REPLACE FUNCTION wb.judged(
    p_case wb.case_file, p_who text, p_now bigint, p_move text, p_fields jsonb, p_entries jsonb,
    p_ask boolean
) RETURNS wb.flow_row
LANGUAGE plpgsql
AS $$
DECLARE
    v_row wb.flow_row := wb.flow_of(p_move, p_case.state);
    v_refused jsonb;
BEGIN
    IF v_row.row_no IS NULL THEN
        IF NOT EXISTS (SELECT 1 FROM wb.flow_row f WHERE f.move = p_move) THEN
            PERFORM wb.refuse('unknown_move', jsonb_build_object('move', p_move));
        END IF;
        PERFORM wb.refuse('wrong_state', jsonb_build_object('move', p_move, 'state', p_case.state));
    END IF;
    IF p_fields <> '{}' OR p_entries <> '[]' THEN
        PERFORM wb.check_shape(v_row, p_fields, p_entries);
    END IF;
    IF p_ask THEN
        PERFORM wb.need_sight(p_case, p_who, p_now);
    END IF;
    v_refused := wb.judge_of(
        v_row.row_no, p_case, p_who, p_now, wb.brought(p_fields, p_entries), true);
    IF v_refused IS NOT NULL THEN
        PERFORM wb.refuse(v_refused ->> 'code', v_refused - 'code');
    END IF;
    RETURN v_row;
END
$$;

-- R09 (store.form_corrections): a form corrected on the spot keeps the applicant as registered.
CREATE OR REPLACE FUNCTION wb.same_applicant(p_case bigint, p_entries jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_known jsonb := (
        SELECT f.body::jsonb FROM wb.part_form f WHERE f.case_id = p_case AND f.kind = 'form'
        ORDER BY f.entry_id DESC LIMIT 1);
BEGIN
    IF v_known IS NULL THEN
        RETURN p_entries;
    END IF;
    RETURN (
        SELECT coalesce(jsonb_agg(CASE WHEN one ->> 'kind' = 'form' THEN jsonb_build_object(
                'kind', 'form', 'body', v_known || jsonb_build_object(
                    'values', one #> '{body,values}'))
            ELSE one END ORDER BY place), '[]')
        FROM jsonb_array_elements(p_entries) WITH ORDINALITY AS listed (one, place));
END
$$;

-- Judge and write one step of a person; the case is locked and settled. p_saw: he saw it before
-- time alone brought about what it did, so that he is told what that was (E19).
CREATE OR REPLACE FUNCTION wb.step(
    p_case wb.case_file, p_who text, p_now bigint, p_move text, p_fields jsonb, p_entries jsonb,
    p_expected bigint, p_operation text, p_saw boolean
) RETURNS wb.case_file
LANGUAGE plpgsql
AS $$
DECLARE
    v_row wb.flow_row;
    v_case wb.case_file;
    v_fields jsonb := p_fields;
    v_entries jsonb := p_entries;
BEGIN
    IF NOT p_saw THEN
        PERFORM wb.need_sight(p_case, p_who, p_now);
    END IF;
    IF p_move = 'correct_form' THEN
        v_entries := wb.same_applicant(p_case.case_id, p_entries);
    ELSIF p_move IN ('propose_transfer', 'confirm_transfer', 'change_item') THEN
        SELECT c.p_fields, c.p_entries INTO v_fields, v_entries
        FROM wb.completed(p_case, p_who, p_now, p_move, p_fields, p_entries) AS c;
    END IF;
    PERFORM wb.check_version(p_case, p_expected);
    IF v_entries <> '[]' THEN
        PERFORM wb.check_content(v_entries);
    END IF;
    v_row := wb.judged(p_case, p_who, p_now, p_move, v_fields, v_entries, p_saw);
    v_case := wb.record(p_case, v_row, p_who, p_now, p_now, v_fields, v_entries);
    IF p_operation <> '' THEN
        INSERT INTO wb.operation (operation_id, case_id, seq, actor)
        VALUES (p_operation, v_case.case_id, v_case.version, p_who);
    END IF;
    IF p_move = 'confirm_transfer' THEN
        PERFORM wb.begin_after_transfer(v_case, p_who, p_now, v_fields, v_entries);
    ELSIF p_move = 'confirm_void' THEN
        PERFORM wb.void_sealed(v_case.case_id, p_who, p_now);
    END IF;
    RETURN v_case;
END
$$;

-- Where the clock stands before what is recorded of the case: refusal clock_back.
CREATE OR REPLACE FUNCTION wb.refuse_clock_back(p_case bigint, p_now bigint) RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_last bigint := (
        SELECT e.recorded_at FROM wb.event e WHERE e.case_id = p_case ORDER BY e.seq DESC LIMIT 1);
BEGIN
    IF p_now < v_last THEN
        PERFORM wb.refuse('clock_back', jsonb_build_object(
            'now', wb.stamp(p_now), 'last', wb.stamp(v_last)));
    END IF;
END
$$;

-- The generic verb. Answers {"case": {...}}, or {"refused": {"code": ..., ...}} where time alone
-- had brought something about, which stays written although the step is refused: it was true
-- before. Where nothing had to be written a refusal is raised (SQLSTATE WB001).
CREATE OR REPLACE FUNCTION wb.make_move(
    p_case bigint, p_move text, p_fields jsonb DEFAULT '{}', p_entries jsonb DEFAULT '[]',
    p_expected bigint DEFAULT NULL, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_who text := session_user;
    v_case wb.case_file;
    v_settled wb.case_file;
    v_now bigint;
    v_saw boolean;
BEGIN
    PERFORM wb.still_here(v_who);
    SELECT * INTO v_case FROM wb.case_file c WHERE c.case_id = p_case FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM wb.refuse('not_visible');
    END IF;
    v_now := wb.moment();
    IF p_operation <> '' AND wb.known_operation(p_operation, v_who, p_case) IS NOT NULL THEN
        RETURN wb.answer_again(v_case, p_operation, v_who, v_now);
    END IF;
    PERFORM wb.refuse_clock_back(p_case, v_now);
    v_saw := coalesce(wb.is_stale(v_case, v_now), false)
        AND wb.sees(v_case, v_who, v_now);
    v_settled := wb.settle(v_case, v_now);
    IF v_settled.version = v_case.version THEN
        v_case := wb.step(
            v_case, v_who, v_now, p_move, p_fields, p_entries, p_expected, p_operation, v_saw);
        RETURN jsonb_build_object('case', wb.shown_case(v_case));
    END IF;
    RETURN wb.step_or_refusal(
        v_settled, v_who, v_now, p_move, p_fields, p_entries, p_expected, p_operation, v_saw);
END
$$;

-- The step, or its refusal as data: what was written before it stays.
CREATE OR REPLACE FUNCTION wb.step_or_refusal(
    p_case wb.case_file, p_who text, p_now bigint, p_move text, p_fields jsonb, p_entries jsonb,
    p_expected bigint, p_operation text, p_saw boolean
) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_code text;
    v_values text;
BEGIN
    RETURN jsonb_build_object('case', wb.shown_case(wb.step(
        p_case, p_who, p_now, p_move, p_fields, p_entries, p_expected, p_operation, p_saw)));
EXCEPTION WHEN SQLSTATE 'WB001' THEN
    GET STACKED DIAGNOSTICS v_code = MESSAGE_TEXT, v_values = PG_EXCEPTION_DETAIL;
    RETURN wb.refused(v_code, v_values::jsonb);
END
$$;

GRANT EXECUTE ON FUNCTION wb.make_move(bigint, text, jsonb, jsonb, bigint, text) TO @user@;
