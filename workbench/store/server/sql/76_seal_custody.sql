-- What a custodian answers for (store.seal_custody_room, store.seal_files): uses of the key counted
-- before it is asked, balances, hand-over, who keeps the seal when, and how an organ works.

-- A page of the register of use (store.ledger_questions), newest first: all of it for who holds the
-- seal or watches over its register, one's own lines for everybody else (V16b). The number of the
-- case belongs to the register, whether the case itself is seen or not. {"lines", "total", "more"}.
CREATE OR REPLACE FUNCTION wb.seal_ledger_page(p_ask jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_who text := session_user;
    v_whole boolean;
    v_count bigint := least(greatest((p_ask ->> 'count')::bigint, 1), 10000);
    v_text text := coalesce(p_ask ->> 'text', '');
    v_states text[] := wb.texts_of(p_ask -> 'states');
    v_answer jsonb;
BEGIN
    PERFORM wb.still_here(v_who);
    v_whole := wb.my_custody() OR wb.my_roles() && wb.sees_register();
    WITH found AS (
        SELECT l.*, c.case_no, c.decided_by
        FROM wb.ledger_line l JOIN wb.case_file c ON c.case_id = l.case_id
        WHERE (v_whole OR l.custodian = v_who)
            AND (v_text = '' OR strpos(l.document_id, v_text) > 0 OR strpos(c.case_no, v_text) > 0)
            AND (cardinality(v_states) = 0 OR l.state = ANY (v_states))
            AND p_ask ->> 'seal_id' IN ('', l.seal_id)
            AND p_ask ->> 'custodian' IN ('', l.custodian)
            AND p_ask ->> 'manner' IN ('', l.manner)
            AND coalesce(l.reserved_at >= (p_ask ->> 'since')::bigint, true)
            AND coalesce(l.reserved_at < (p_ask ->> 'until')::bigint, true)
    ), page AS (
        SELECT * FROM found f
        WHERE coalesce(f.serial < (p_ask ->> 'before')::bigint, true)
        ORDER BY f.serial DESC LIMIT v_count + 1
    )
    SELECT jsonb_build_object(
        'total', (SELECT count(*) FROM found),
        'more', (SELECT count(*) > v_count FROM page),
        'lines', (SELECT coalesce(jsonb_agg(
            to_jsonb(p) - ARRAY['digest', 'cms', 'owner', 'lease_until', 'case_id']
            ORDER BY p.serial DESC), '[]')
            FROM (SELECT * FROM page ORDER BY serial DESC LIMIT v_count) p))
    INTO v_answer;
    RETURN v_answer;
END
$$;

-- Refusal where that person keeps no seal now, or is the giver himself.
CREATE OR REPLACE FUNCTION wb.need_keeper(p_login text, p_giver text, p_now bigint) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF p_login = p_giver OR NOT EXISTS (
        SELECT 1 FROM wb.membership m
        WHERE m.login = p_login AND m.role = 'seal_custodian'
            AND m.valid_from <= p_now AND p_now < m.valid_to) THEN
        PERFORM wb.refuse('not_a_custodian');
    END IF;
END
$$;

-- One more call or error of a key; the line as it is then.
CREATE OR REPLACE FUNCTION wb.count_use(
    p_seal text, p_calls bigint, p_errors bigint, p_now bigint
) RETURNS wb.token_use
LANGUAGE plpgsql
AS $$
DECLARE
    v wb.token_use;
BEGIN
    INSERT INTO wb.token_use AS u (seal_id, calls, errors_in_a_row, last_at)
    VALUES (p_seal, p_calls, p_errors, p_now)
    ON CONFLICT (seal_id) DO UPDATE SET
        calls = u.calls + p_calls, errors_in_a_row = u.errors_in_a_row + p_errors, last_at = p_now
    RETURNING * INTO v;
    RETURN v;
END
$$;

-- The verb: the key is going to be asked; how often it has been by now.
CREATE OR REPLACE FUNCTION wb.token_call(p_seal text, p_operation text DEFAULT '') RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_seal wb.seal;
BEGIN
    PERFORM wb.need_post('{seal_custodian}');
    SELECT * INTO v_seal FROM wb.seal s WHERE s.seal_id = p_seal FOR SHARE;
    IF NOT FOUND THEN
        PERFORM wb.refuse('seal_unknown', jsonb_build_object('seal_id', coalesce(p_seal, '')));
    ELSIF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation)::bigint;
    ELSIF v_seal.status <> ALL (wb.seal_in_use()) THEN
        PERFORM wb.refuse('seal_' || v_seal.status);
    END IF;
    RETURN wb.kept(p_operation, to_jsonb(
        (wb.count_use(p_seal, 1, 0, wb.moment())).calls))::bigint;
END
$$;

-- The verb: the key failed; how often in a row. The third time suspends the seal by itself.
CREATE OR REPLACE FUNCTION wb.token_error(p_seal text, p_code text, p_operation text DEFAULT '')
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_seal wb.seal;
    v_step jsonb := wb.seal_step('suspend');
    v_now bigint;
    v_count bigint;
BEGIN
    PERFORM wb.need_post('{seal_custodian}');
    v_seal := wb.locked_seal(p_seal);
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation)::bigint;
    END IF;
    v_now := wb.moment();
    v_count := (wb.count_use(p_seal, 0, 1, v_now)).errors_in_a_row;
    PERFORM wb.add_audit('token_error', p_seal || ' ' || p_code || ' ' || v_count, v_now);
    IF v_count >= wb.most_token_errors() AND v_seal.status = ANY (wb.seal_in_use()) THEN
        PERFORM wb.carry_out_seal_step(p_seal, v_step, '{}', 'suspended', wb.who());
        PERFORM wb.file_seal_change(
            p_seal, v_step, v_seal.status, 'suspended', (wb.token_errors_reason())[1], '[]', '{}',
            v_now);
    END IF;
    RETURN wb.kept(p_operation, to_jsonb(v_count))::bigint;
END
$$;

-- What does not add up, as codes (seal_balance.differences).
CREATE OR REPLACE FUNCTION wb.balance_differences(
    p_released bigint, p_signed bigint, p_open bigint, p_files bigint, p_calls bigint,
    p_token bigint
) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT concat_ws(' ',
        CASE WHEN p_files < p_released THEN 'files_missing' END,
        CASE WHEN p_open > 0 THEN 'lines_open' END,
        CASE WHEN p_calls < p_signed THEN 'calls_below_ledger' END,
        CASE WHEN p_token >= 0 AND p_token < p_signed THEN 'token_below_ledger' END,
        CASE WHEN p_token > p_calls THEN 'token_above_calls' END)
$$;

-- The count of one seal, written down. How many files are there, the desk says: it has the folder.
CREATE OR REPLACE FUNCTION wb.struck_balance(
    p_seal text, p_occasion text, p_files bigint, p_token bigint, p_note text, p_receiver text,
    p_now bigint
) RETURNS wb.seal_balance
LANGUAGE plpgsql
AS $$
DECLARE
    v wb.seal_balance;
    v_lines record;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM wb.seal s WHERE s.seal_id = p_seal) THEN
        PERFORM wb.refuse('seal_unknown', jsonb_build_object('seal_id', coalesce(p_seal, '')));
    END IF;
    SELECT
        count(*) FILTER (WHERE l.state = 'RELEASED') AS released,
        count(*) FILTER (WHERE l.state = 'VOID') AS void,
        count(*) FILTER (WHERE l.state = ANY (wb.live_lines())) AS open,
        count(*) FILTER (WHERE l.sha256_after <> '' AND l.manner = 'electronic') AS signed,
        coalesce((SELECT u.calls FROM wb.token_use u WHERE u.seal_id = p_seal), 0) AS calls
    INTO v_lines FROM wb.ledger_line l WHERE l.seal_id = p_seal;
    INSERT INTO wb.seal_balance (
        seal_id, occasion, at, actor, released, void, files, calls, token_count, differences,
        note, receiver)
    VALUES (
        p_seal, p_occasion, p_now, wb.who(), v_lines.released, v_lines.void, p_files,
        v_lines.calls, p_token, wb.balance_differences(
            v_lines.released, v_lines.signed, v_lines.open, p_files, v_lines.calls, p_token),
        btrim(p_note), p_receiver)
    RETURNING * INTO v;
    PERFORM wb.add_audit('seal_balance', btrim(
        p_seal || ' ' || p_occasion || ' ' || v.differences), p_now);
    RETURN v;
END
$$;

-- One's own custody shift that runs and was taken over; refusal where there is none.
CREATE OR REPLACE FUNCTION wb.held_custody(p_now bigint) RETURNS wb.custody_shift
LANGUAGE plpgsql
AS $$
DECLARE
    v wb.custody_shift;
BEGIN
    SELECT * INTO v FROM wb.custody_shift c
    WHERE c.login = wb.who() AND c.start <= p_now AND p_now < c."end"
        AND c.taken_over_at <= p_now
    ORDER BY c.start DESC, c.custody_id DESC LIMIT 1;
    IF NOT FOUND THEN
        PERFORM wb.refuse('not_on_custody_shift');
    END IF;
    RETURN v;
END
$$;

-- The verb: the evening's count. {"balance": {...}}.
CREATE OR REPLACE FUNCTION wb.seal_balance_day(
    p_seal text, p_files bigint, p_token bigint, p_note text, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_now bigint;
BEGIN
    PERFORM wb.need_post('{seal_custodian}');
    PERFORM 1 FROM wb.custody_shift c WHERE c.login = wb.who() ORDER BY c.custody_id FOR UPDATE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    v_now := wb.moment();
    PERFORM wb.held_custody(v_now);
    RETURN wb.kept(p_operation, jsonb_build_object('balance', to_jsonb(
        wb.struck_balance(p_seal, 'day', p_files, p_token, p_note, '', v_now))));
END
$$;

-- The verb: one's shift ends with the balance, and the receiver gets the rest of it.
CREATE OR REPLACE FUNCTION wb.seal_hand_over(
    p_seal text, p_receiver text, p_files bigint, p_token bigint, p_note text,
    p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_now bigint;
    v_mine wb.custody_shift;
    v_made wb.seal_balance;
BEGIN
    PERFORM wb.need_post('{seal_custodian}');
    PERFORM 1 FROM wb.custody_shift c ORDER BY c.custody_id FOR UPDATE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    v_now := wb.moment();
    v_mine := wb.held_custody(v_now);
    PERFORM wb.need_keeper(p_receiver, wb.who(), v_now);
    IF EXISTS (SELECT 1 FROM wb.ledger_line l
               WHERE l.custodian = wb.who() AND l.state = ANY (wb.live_lines())
                   AND l.manner = 'electronic') THEN
        PERFORM wb.refuse('press_under_way');
    ELSIF EXISTS (SELECT 1 FROM wb.ledger_line l
                  WHERE l.custodian = wb.who() AND l.state = ANY (wb.live_lines())) THEN
        PERFORM wb.refuse('copies_under_way');
    END IF;
    v_made := wb.struck_balance(
        p_seal, 'hand_over', p_files, p_token, p_note, p_receiver, v_now);
    UPDATE wb.custody_shift c SET "end" = v_now
    WHERE c.login = wb.who() AND c.start <= v_now AND v_now < c."end";
    IF NOT EXISTS (SELECT 1 FROM wb.custody_shift c
                   WHERE c.login = p_receiver AND c.start <= v_now AND v_now < c."end") THEN
        INSERT INTO wb.custody_shift (login, start, "end")
        VALUES (p_receiver, v_now, v_mine."end");
    END IF;
    PERFORM wb.add_audit('hand_over_seal', p_seal || ' ' || p_receiver, v_now);
    RETURN wb.kept(p_operation, jsonb_build_object('balance', to_jsonb(v_made)));
END
$$;

-- The verb: a custodian's shift, by the roster manager; never two people at once.
CREATE OR REPLACE FUNCTION wb.custody_plan(
    p_login text, p_start bigint, p_end bigint, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_now bigint;
    v_other text;
BEGIN
    PERFORM wb.need_post('{roster_manager}');
    LOCK TABLE wb.custody_shift IN SHARE ROW EXCLUSIVE MODE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    v_now := wb.moment();
    PERFORM wb.need_keeper(p_login, '', v_now);
    IF NOT p_start < p_end OR p_end <= v_now THEN
        PERFORM wb.refuse('custody_span');
    END IF;
    SELECT c.login INTO v_other FROM wb.custody_shift c
    WHERE c.start < p_end AND c."end" > p_start ORDER BY c.start LIMIT 1;
    IF FOUND THEN
        PERFORM wb.refuse('custody_overlaps', jsonb_build_object('name', v_other));
    END IF;
    INSERT INTO wb.custody_shift (login, start, "end") VALUES (p_login, p_start, p_end);
    PERFORM wb.add_audit('plan_custody', p_login || ' ' || p_start || ' ' || p_end, v_now);
    RETURN wb.kept(p_operation, jsonb_build_object('planned', p_login));
END
$$;

-- The verb: take back a shift that nobody has taken over yet.
CREATE OR REPLACE FUNCTION wb.custody_drop(
    p_login text, p_start bigint, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v wb.custody_shift;
BEGIN
    PERFORM wb.need_post('{roster_manager}');
    SELECT * INTO v FROM wb.custody_shift c
    WHERE c.login = p_login AND c.start = p_start ORDER BY c.custody_id LIMIT 1 FOR UPDATE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    ELSIF v.custody_id IS NULL THEN
        PERFORM wb.refuse('custody_not_there');
    ELSIF v.taken_over_at IS NOT NULL THEN
        PERFORM wb.refuse('custody_taken_over');
    END IF;
    DELETE FROM wb.custody_shift c WHERE c.login = p_login AND c.start = p_start;
    PERFORM wb.add_audit('drop_custody', p_login || ' ' || p_start, wb.moment());
    RETURN wb.kept(p_operation, jsonb_build_object('dropped', p_login));
END
$$;

-- The verb: how an issuing organ works; one seal only while no second one is in use (S166).
CREATE OR REPLACE FUNCTION wb.seal_mode_set(
    p_organ text, p_mode text, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_active text[];
BEGIN
    PERFORM wb.need_post('{organ_head,security_admin}');
    PERFORM 1 FROM wb.seal s ORDER BY s.seal_id FOR UPDATE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    SELECT array_agg(s.seal_id ORDER BY s.seal_id COLLATE "C") INTO v_active FROM wb.seal s
    WHERE s.organ_name = p_organ AND s.kind = 'approval_special' AND s.status = 'active';
    IF p_mode = 'one_seal' AND cardinality(v_active) > 1 THEN
        PERFORM wb.refuse('seal_twin', jsonb_build_object('other', v_active[2]));
    END IF;
    INSERT INTO wb.issuing_organ (organ_name, seal_mode) VALUES (p_organ, p_mode)
    ON CONFLICT (organ_name) DO UPDATE SET seal_mode = p_mode;
    UPDATE wb.seal s SET sole = p_mode = 'one_seal' WHERE s.organ_name = p_organ;
    PERFORM wb.add_audit('seal_mode', p_organ || ' ' || p_mode, wb.moment());
    RETURN wb.kept(p_operation, jsonb_build_object('mode', p_mode));
END
$$;

REVOKE ALL ON FUNCTION wb.seal_ledger_page(jsonb), wb.token_call(text, text), wb.token_error(text, text, text),
    wb.seal_balance_day(text, bigint, bigint, text, text),
    wb.seal_hand_over(text, text, bigint, bigint, text, text),
    wb.custody_plan(text, bigint, bigint, text), wb.custody_drop(text, bigint, text),
    wb.seal_mode_set(text, text, text)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wb.seal_ledger_page(jsonb), wb.token_call(text, text), wb.token_error(text, text, text),
    wb.seal_balance_day(text, bigint, bigint, text, text),
    wb.seal_hand_over(text, text, bigint, bigint, text, text),
    wb.custody_plan(text, bigint, bigint, text), wb.custody_drop(text, bigint, text),
    wb.seal_mode_set(text, text, text)
TO @user@;
