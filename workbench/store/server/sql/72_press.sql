-- The verbs of a press (store.seal_room): reserved, prepared, signed, released or void. Each is one
-- transaction and one round trip, and asks anew who asks, what he holds and how everything stands.
-- Asked again with the number of an operation that was carried out (its answer was lost on the way)
-- a verb answers what it did, and does nothing; it looks once what could run at the same time waits.

-- How a case stands that cannot be stamped and that the person does not see is not told him.
CREATE OR REPLACE FUNCTION wb.hide_state(p_case wb.case_file, p_who text, p_now bigint)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF p_case.case_id IS NOT NULL AND (wb.flow_of('stamp', p_case.state)).row_no IS NULL
        AND NOT wb.sees(p_case, p_who, p_now) THEN
        PERFORM wb.refuse('not_visible');
    END IF;
END
$$;

-- RESERVED: a serial that is burned from now on.
CREATE OR REPLACE FUNCTION wb.reserved(
    p_document text, p_case bigint, p_seal text, p_owner text, p_who text
) RETURNS wb.ledger_line
LANGUAGE plpgsql
AS $$
DECLARE
    v_case wb.case_file;
    v_request wb.task;
    v_line wb.ledger_line;
    v_before text;
    v_now bigint;
BEGIN
    PERFORM wb.need_post('{seal_custodian}');
    SELECT * INTO v_case FROM wb.case_file c WHERE c.case_id = p_case FOR UPDATE;
    v_now := wb.moment();
    PERFORM wb.ledger_drop_stale(p_document, p_owner, p_who, v_now);
    IF EXISTS (SELECT 1 FROM wb.ledger_line l
               WHERE l.document_id = p_document AND l.state <> 'VOID') THEN
        PERFORM wb.refuse_pressed(p_document);
    END IF;
    PERFORM wb.hide_state(v_case, p_who, v_now);
    v_request := wb.stampable(v_case, p_who, v_now, p_document);
    IF wb.paper_only(v_case) THEN
        PERFORM wb.refuse('wet_seal_only');
    END IF;
    PERFORM wb.refuse_seal(p_seal, v_case, v_request.data::jsonb ->> 'seal_kind', v_now);
    PERFORM wb.refuse_keyless(p_seal);
    PERFORM wb.refuse_limit(p_seal, v_now);
    v_before := coalesce(v_request.data::jsonb ->> 'sha256', '');
    IF NOT EXISTS (SELECT 1 FROM wb.content_blob b WHERE b.sha256 = v_before) THEN
        PERFORM wb.refuse('not_frozen');
    END IF;
    INSERT INTO wb.ledger_line (
        document_id, case_id, seal_id, state, custodian, owner, lease_until, reserved_at,
        changed_at, sha256_before, prepared_sha256, sha256_after, hole_start, hole_end, page,
        signature_level, void_reason
    ) VALUES (
        p_document, p_case, p_seal, 'RESERVED', p_who, p_owner, v_now + wb.ledger_lease(), v_now,
        v_now, v_before, '', '', 0, 0, 0, '', ''
    ) RETURNING * INTO v_line;
    PERFORM wb.add_ledger_step(v_line.serial, 'RESERVED', p_who, v_now, jsonb_build_object(
        'document_id', p_document, 'case_id', p_case, 'seal_id', p_seal, 'custodian', p_who,
        'owner', p_owner, 'sha256_before', v_before));
    RETURN v_line;
END
$$;

-- The verb. {"line": {...}}, or a refusal that says what forbids the press or who is faster: where
-- two looked at once, the partial unique index has the last word.
CREATE OR REPLACE FUNCTION wb.seal_reserve(
    p_document text, p_case bigint, p_seal text, p_owner text, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET extra_float_digits = 1
AS $$
DECLARE
    v_broken text;
BEGIN
    PERFORM wb.need_post('{seal_custodian}');
    PERFORM 1 FROM wb.case_file c WHERE c.case_id = p_case FOR UPDATE;
    RETURN coalesce(wb.done_before(p_operation), wb.kept(p_operation, jsonb_build_object(
        'line', wb.ledger_shown(wb.reserved(p_document, p_case, p_seal, p_owner, wb.who())))));
EXCEPTION WHEN unique_violation THEN
    GET STACKED DIAGNOSTICS v_broken = CONSTRAINT_NAME;
    IF v_broken <> 'uq_ledger_line_live_document' THEN
        RAISE;
    END IF;
    PERFORM wb.refuse_pressed(p_document);
    RETURN NULL;
END
$$;

-- PREPARED: what will be signed is fixed. Where the seal lands is a number with a fraction, and is
-- chained as one: 105.0, not 105.
CREATE OR REPLACE FUNCTION wb.seal_prepared(
    p_serial bigint, p_owner text, p_digest bytea, p_hole_start bigint, p_hole_end bigint,
    p_page bigint, p_x_mm double precision, p_y_mm double precision, p_sha256 text,
    p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET extra_float_digits = 1
AS $$
DECLARE
    v wb.ledger_line;
BEGIN
    PERFORM wb.need_post('{seal_custodian}');
    PERFORM 1 FROM wb.ledger_line l WHERE l.serial = p_serial FOR UPDATE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    ELSIF NOT wb.content_at_hand(p_sha256) THEN
        PERFORM wb.refuse('prepared_missing');
    END IF;
    v := wb.ledger_mine(p_serial, p_owner, wb.who(), '{RESERVED}');
    v.digest := p_digest;
    v.hole_start := p_hole_start;
    v.hole_end := p_hole_end;
    v.page := p_page;
    v.x_mm := p_x_mm;
    v.y_mm := p_y_mm;
    v.prepared_sha256 := p_sha256;
    v := wb.ledger_save(v, 'PREPARED', wb.who(), wb.moment(), jsonb_build_object(
        'digest', encode(p_digest, 'hex'), 'hole_start', p_hole_start, 'hole_end', p_hole_end,
        'page', p_page, 'x_mm', wb.with_fraction(p_x_mm), 'y_mm', wb.with_fraction(p_y_mm),
        'prepared_sha256', p_sha256));
    RETURN wb.kept(p_operation, jsonb_build_object('line', wb.ledger_shown(v)));
END
$$;

-- SIGNED: from here on the press is finished by whoever comes next, never repeated. A request that
-- was returned, a shift that ended, a seal that was suspended meanwhile is refused here, before the
-- signature counts.
CREATE OR REPLACE FUNCTION wb.seal_signed(
    p_serial bigint, p_owner text, p_cms bytea, p_sha256_after text, p_level text,
    p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET extra_float_digits = 1
AS $$
DECLARE
    v_case wb.case_file;
    v wb.ledger_line;
    v_request wb.task;
    v_now bigint;
BEGIN
    PERFORM wb.need_post('{seal_custodian}');
    v_case := wb.case_of_line(p_serial);
    v_now := wb.moment();
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    ELSIF v_case.case_id IS NOT NULL THEN
        SELECT * INTO v FROM wb.ledger_line l WHERE l.serial = p_serial;
        IF v.custodian <> wb.who() THEN
            PERFORM wb.hide_state(v_case, wb.who(), v_now);
        END IF;
        v_request := wb.stampable(v_case, wb.who(), v_now, v.document_id);
        PERFORM wb.refuse_seal(v.seal_id, v_case, v_request.data::jsonb ->> 'seal_kind', v_now);
    END IF;
    v := wb.ledger_mine(p_serial, p_owner, wb.who(), '{PREPARED}');
    v.cms := p_cms;
    v.sha256_after := p_sha256_after;
    v.signature_level := p_level;
    v := wb.ledger_save(v, 'SIGNED', wb.who(), v_now, jsonb_build_object(
        'cms', encode(p_cms, 'hex'), 'sha256_after', p_sha256_after, 'signature_level', p_level));
    UPDATE wb.token_use u SET errors_in_a_row = 0 WHERE u.seal_id = v.seal_id;
    RETURN wb.kept(p_operation, jsonb_build_object('line', wb.ledger_shown(v)));
END
$$;

-- What the stamp says of the press is what the ledger says of it; it brings the sealed file once.
CREATE OR REPLACE FUNCTION wb.same_as_ledger(
    p_line wb.ledger_line, p_fields jsonb, p_entries jsonb
) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_known jsonb := jsonb_build_object(
        'document_id', p_line.document_id, 'serial', p_line.serial,
        'hash_before', p_line.sha256_before, 'hash_after', p_line.sha256_after,
        'page', p_line.page, 'x_mm', p_line.x_mm, 'y_mm', p_line.y_mm,
        'level', p_line.signature_level);
BEGIN
    RETURN (
        SELECT count(*) = 1 AND bool_and(
            one #> '{body,sha256}' = v_known -> 'hash_after'
            AND coalesce(one #> '{body,serial}', v_known -> 'serial') = v_known -> 'serial')
        FROM jsonb_array_elements(p_entries) AS one WHERE one ->> 'kind' = 'sealed_document'
    ) IS TRUE AND NOT EXISTS (
        SELECT 1 FROM jsonb_each(p_fields) AS said
        WHERE v_known ? said.key AND v_known -> said.key <> said.value);
END
$$;

-- RELEASED and the move stamp (T23): both or neither. The case is locked.
CREATE OR REPLACE FUNCTION wb.released(
    p_case wb.case_file, p_serial bigint, p_owner text, p_who text, p_fields jsonb,
    p_entries jsonb, p_operation text
) RETURNS wb.case_file
LANGUAGE plpgsql
AS $$
DECLARE
    v_now bigint := wb.moment();
    v wb.ledger_line;
BEGIN
    SELECT * INTO v FROM wb.ledger_line l WHERE l.serial = p_serial;
    IF NOT FOUND THEN
        PERFORM wb.refuse('ledger_moved_on', jsonb_build_object('serial', p_serial, 'state', '-'));
    ELSIF wb.known_operation(p_operation, p_who, p_case.case_id) IS NOT NULL THEN
        PERFORM wb.answer_again(p_case, p_operation, p_who, v_now);
        RETURN p_case;
    ELSIF NOT wb.same_as_ledger(v, p_fields, p_entries) THEN
        PERFORM wb.refuse('ledger_differs', jsonb_build_object('serial', p_serial));
    END IF;
    v := wb.ledger_mine(p_serial, p_owner, p_who, '{SIGNED}');
    v.released_at := v_now;
    PERFORM wb.ledger_save(v, 'RELEASED', p_who, v_now, jsonb_build_object('released_at', v_now));
    PERFORM wb.refuse_clock_back(p_case.case_id, v_now);
    RETURN wb.step(
        wb.settle(p_case, v_now), p_who, v_now, 'stamp', p_fields, p_entries, NULL, p_operation,
        true);
END
$$;

-- The verb. {"case": {...}} like wb.make_move.
CREATE OR REPLACE FUNCTION wb.seal_release(
    p_serial bigint, p_owner text, p_fields jsonb, p_entries jsonb, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET extra_float_digits = 1
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    PERFORM wb.need_post('{seal_custodian}');
    RETURN jsonb_build_object('case', wb.shown_case(wb.released(
        wb.case_of_line(p_serial), p_serial, p_owner, wb.who(), p_fields, p_entries,
        p_operation)));
END
$$;

-- VOID with the reason; the serial stays burned.
CREATE OR REPLACE FUNCTION wb.seal_void(
    p_serial bigint, p_owner text, p_reason text, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET extra_float_digits = 1
AS $$
DECLARE
    v wb.ledger_line;
BEGIN
    PERFORM wb.need_post('{seal_custodian}');
    PERFORM 1 FROM wb.ledger_line l WHERE l.serial = p_serial FOR UPDATE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    v := wb.ledger_mine(p_serial, p_owner, wb.who(), wb.live_lines());
    v.void_reason := p_reason;
    v := wb.ledger_save(
        v, 'VOID', wb.who(), wb.moment(), jsonb_build_object('void_reason', p_reason));
    RETURN wb.kept(p_operation, jsonb_build_object('line', wb.ledger_shown(v)));
END
$$;

-- Take over a line whose lease is over: one's own, or as the custodian on shift. False where
-- another was faster.
CREATE OR REPLACE FUNCTION wb.seal_take_lease(
    p_serial bigint, p_owner text, p_operation text DEFAULT ''
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v wb.ledger_line;
BEGIN
    PERFORM wb.need_post('{seal_custodian}');
    SELECT * INTO v FROM wb.ledger_line l WHERE l.serial = p_serial FOR UPDATE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation)::boolean;
    ELSIF v.custodian IS DISTINCT FROM wb.who() AND NOT wb.my_custody() THEN
        RETURN false;
    END IF;
    RETURN wb.kept(p_operation, to_jsonb(
        wb.ledger_taken(v, p_owner, wb.who(), wb.moment())))::boolean;
END
$$;

REVOKE ALL ON FUNCTION wb.seal_reserve(text, bigint, text, text, text),
    wb.seal_prepared(bigint, text, bytea, bigint, bigint, bigint, double precision,
                     double precision, text, text),
    wb.seal_signed(bigint, text, bytea, text, text, text),
    wb.seal_release(bigint, text, jsonb, jsonb, text), wb.seal_void(bigint, text, text, text),
    wb.seal_take_lease(bigint, text, text)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wb.seal_reserve(text, bigint, text, text, text),
    wb.seal_prepared(bigint, text, bytea, bigint, bigint, bigint, double precision,
                     double precision, text, text),
    wb.seal_signed(bigint, text, bytea, text, text, text),
    wb.seal_release(bigint, text, jsonb, jsonb, text), wb.seal_void(bigint, text, text, text),
    wb.seal_take_lease(bigint, text, text)
TO @user@;
