-- Copies pressed by hand (store.paper_copies_room): numbered, printed, scanned back, registered or
-- spoiled. Lines of the ledger without a lease: whoever holds the seal goes on with them. Locks are
-- taken as for a press: case, seal, line.

-- Where the document may be pressed by hand with this seal now: its request. The case is locked.
CREATE OR REPLACE FUNCTION wb.on_paper(
    p_case wb.case_file, p_document text, p_seal text, p_now bigint
) RETURNS wb.task
LANGUAGE plpgsql
AS $$
DECLARE
    v_request wb.task;
BEGIN
    PERFORM wb.ledger_drop_stale(p_document, '', wb.who(), p_now);
    IF EXISTS (SELECT 1 FROM wb.ledger_line l WHERE l.document_id = p_document
               AND l.manner = 'electronic' AND l.state <> 'VOID') THEN
        PERFORM wb.refuse_pressed(p_document);
    END IF;
    PERFORM wb.hide_state(p_case, wb.who(), p_now);
    v_request := wb.stampable(p_case, wb.who(), p_now, p_document);
    PERFORM wb.refuse_seal(p_seal, p_case, v_request.data::jsonb ->> 'seal_kind', p_now);
    IF NOT wb.paper_only(p_case) AND EXISTS (
        SELECT 1 FROM wb.seal s WHERE s.seal_id = p_seal AND s.key_place <> 'none') THEN
        PERFORM wb.refuse('seal_has_key', jsonb_build_object('seal_id', p_seal));
    ELSIF NOT EXISTS (SELECT 1 FROM wb.content_blob b
                      WHERE b.sha256 = v_request.data::jsonb ->> 'sha256') THEN
        PERFORM wb.refuse('not_frozen');
    END IF;
    RETURN v_request;
END
$$;

-- The standing copies of a document by number, as the desk shows them.
CREATE OR REPLACE FUNCTION wb.copies_of(p_document text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(wb.copy_shown(l, c) ORDER BY l.copy_no), '[]')
        FROM wb.ledger_line l JOIN wb.case_file c ON c.case_id = l.case_id
        WHERE l.document_id = p_document AND l.manner = 'physical' AND l.state <> 'VOID');
END
$$;

-- RESERVED for every copy of the request that has no line: a serial and one of the codes.
CREATE OR REPLACE FUNCTION wb.numbered_copies(
    p_case wb.case_file, p_request wb.task, p_seal text, p_codes text[], p_now bigint
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_data jsonb := p_request.data::jsonb;
    v_originals bigint := coalesce((v_data ->> 'originals')::bigint, 1);
    v_all bigint := v_originals + coalesce((v_data ->> 'duplicates')::bigint, 0);
    v_codes text[] := p_codes;
    v_kind text;
    v_serial bigint;
BEGIN
    FOR v_no IN 1..v_all LOOP
        CONTINUE WHEN EXISTS (
            SELECT 1 FROM wb.ledger_line l
            WHERE l.document_id = p_request.document_id AND l.copy_no = v_no
                AND l.state <> 'VOID');
        PERFORM wb.refuse_limit(p_seal, p_now);
        IF cardinality(v_codes) = 0 THEN
            PERFORM wb.refuse('control_codes_few');
        END IF;
        v_kind := CASE WHEN v_no <= v_originals THEN 'original' ELSE 'duplicate' END;
        INSERT INTO wb.ledger_line (
            document_id, case_id, seal_id, state, custodian, owner, lease_until, reserved_at,
            changed_at, sha256_before, prepared_sha256, sha256_after, hole_start, hole_end, page,
            signature_level, void_reason, manner, copy_no, copy_kind, control_code
        ) VALUES (
            p_request.document_id, p_case.case_id, p_seal, 'RESERVED', wb.who(), '',
            p_now + wb.ledger_lease(), p_now, p_now, v_data ->> 'sha256', '', '', 0, 0, 0, '', '',
            'physical', v_no, v_kind, v_codes[1]
        ) RETURNING serial INTO v_serial;
        PERFORM wb.add_ledger_step(v_serial, 'RESERVED', wb.who(), p_now, jsonb_build_object(
            'document_id', p_request.document_id, 'case_id', p_case.case_id, 'seal_id', p_seal,
            'custodian', wb.who(), 'owner', '', 'sha256_before', v_data ->> 'sha256',
            'manner', 'physical', 'copy_no', v_no, 'copy_kind', v_kind,
            'control_code', v_codes[1]));
        v_codes := v_codes[2:];
    END LOOP;
END
$$;

-- The verb. {"copies": [...]}.
CREATE OR REPLACE FUNCTION wb.copies_number(
    p_document text, p_case bigint, p_seal text, p_codes jsonb, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET extra_float_digits = 1
AS $$
DECLARE
    v_case wb.case_file;
    v_now bigint;
    v_codes text[] := wb.texts_of(p_codes);
    v_wrong text;
    v_broken text;
BEGIN
    PERFORM wb.need_post('{seal_custodian}');
    SELECT * INTO v_case FROM wb.case_file c WHERE c.case_id = p_case FOR UPDATE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    SELECT one INTO v_wrong FROM unnest(v_codes) AS one
    WHERE coalesce(one, '') !~ '^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]$'
    LIMIT 1;
    IF FOUND THEN
        PERFORM wb.refuse('control_code_form', jsonb_build_object('code', coalesce(v_wrong, '')));
    END IF;
    v_now := wb.moment();
    PERFORM wb.numbered_copies(
        v_case, wb.on_paper(v_case, p_document, p_seal, v_now), p_seal, v_codes, v_now);
    RETURN wb.kept(p_operation, jsonb_build_object('copies', wb.copies_of(p_document)));
EXCEPTION WHEN unique_violation THEN
    GET STACKED DIAGNOSTICS v_broken = CONSTRAINT_NAME;
    IF v_broken <> 'uq_ledger_line_control_code' THEN
        RAISE;
    END IF;
    PERFORM wb.refuse('control_code_taken');
    RETURN NULL;
END
$$;

-- The copy, locked after its case, where its document may be pressed now.
CREATE OR REPLACE FUNCTION wb.copy_at_hand(p_serial bigint, p_now bigint) RETURNS wb.ledger_line
LANGUAGE plpgsql
AS $$
DECLARE
    v_case wb.case_file;
    v wb.ledger_line;
BEGIN
    v_case := wb.case_of_line(p_serial);
    SELECT * INTO v FROM wb.ledger_line l
    WHERE l.serial = p_serial AND l.manner = 'physical' FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM wb.refuse('copy_moved_on', jsonb_build_object('serial', p_serial, 'state', '-'));
    END IF;
    PERFORM wb.hide_state(v_case, wb.who(), p_now);
    PERFORM wb.stampable(v_case, wb.who(), p_now, v.document_id);
    RETURN v;
END
$$;

-- The locked copy one step on, where it is in one of these states.
CREATE OR REPLACE FUNCTION wb.copy_step(
    p_line wb.ledger_line, p_expected text[], p_to text, p_now bigint, p_said jsonb
) RETURNS wb.ledger_line
LANGUAGE plpgsql
AS $$
DECLARE
    v wb.ledger_line := p_line;
BEGIN
    IF v.state <> ALL (p_expected) THEN
        PERFORM wb.refuse('copy_moved_on', jsonb_build_object(
            'serial', v.serial, 'state', v.state));
    END IF;
    v.state := p_to;
    v.changed_at := p_now;
    UPDATE wb.ledger_line l SET
        state = v.state, changed_at = v.changed_at, released_at = v.released_at,
        scan_sha256 = v.scan_sha256, page = v.page, x_mm = v.x_mm, y_mm = v.y_mm,
        void_reason = v.void_reason
    WHERE l.serial = v.serial;
    PERFORM wb.add_ledger_step(v.serial, p_to, wb.who(), p_now, p_said);
    RETURN v;
END
$$;

CREATE OR REPLACE FUNCTION wb.copy_answer(p_line wb.ledger_line) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT jsonb_build_object('copy', wb.copy_shown(p_line, c))
            FROM wb.case_file c WHERE c.case_id = p_line.case_id);
END
$$;

-- The verb: PREPARED, before the copy goes to the printer.
CREATE OR REPLACE FUNCTION wb.copy_printed(p_serial bigint, p_operation text DEFAULT '')
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET extra_float_digits = 1
AS $$
DECLARE
    v_now bigint;
    v wb.ledger_line;
BEGIN
    PERFORM wb.need_post('{seal_custodian}');
    PERFORM wb.case_of_line(p_serial);
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    v_now := wb.moment();
    v := wb.copy_at_hand(p_serial, v_now);
    RETURN wb.kept(p_operation, wb.copy_answer(
        wb.copy_step(v, '{RESERVED}', 'PREPARED', v_now, '{}')));
END
$$;

-- The verb: VOID with the reason; its number is free for another copy.
CREATE OR REPLACE FUNCTION wb.copy_spoiled(
    p_serial bigint, p_reason text, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET extra_float_digits = 1
AS $$
DECLARE
    v_now bigint;
    v wb.ledger_line;
BEGIN
    PERFORM wb.need_post('{seal_custodian}');
    PERFORM wb.case_of_line(p_serial);
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    ELSIF coalesce(p_reason, '') <> ALL (wb.spoil_reasons()) THEN
        PERFORM wb.refuse('spoil_reason');
    END IF;
    v_now := wb.moment();
    v := wb.copy_at_hand(p_serial, v_now);
    v.void_reason := p_reason;
    RETURN wb.kept(p_operation, wb.copy_answer(wb.copy_step(
        v, wb.live_lines(), 'VOID', v_now, jsonb_build_object('void_reason', p_reason))));
END
$$;

-- The verb: SIGNED, pressed and scanned back. What differs from the frozen document takes a note.
CREATE OR REPLACE FUNCTION wb.copy_filed(
    p_serial bigint, p_scan text, p_page bigint, p_x_mm double precision,
    p_y_mm double precision, p_found text, p_note text, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET extra_float_digits = 1
AS $$
DECLARE
    v_case wb.case_file;
    v_now bigint;
    v_note text := btrim(coalesce(p_note, ''), E' \t\n\r\f\v\u3000');
    v wb.ledger_line;
    v_broken text;
BEGIN
    PERFORM wb.need_post('{seal_custodian}');
    v_case := wb.case_of_line(p_serial);
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    ELSIF coalesce(p_found, '') NOT IN ('same', 'differs')
        OR p_found = 'differs' AND v_note = '' THEN
        PERFORM wb.refuse('copy_note_missing');
    END IF;
    v_now := wb.moment();
    v := wb.copy_at_hand(p_serial, v_now);
    PERFORM wb.refuse_seal(v.seal_id, v_case, (
        SELECT t.data::jsonb ->> 'seal_kind' FROM wb.task t
        WHERE t.case_id = v.case_id AND t.kind = 'seal_request' ORDER BY t.no DESC LIMIT 1), v_now);
    IF NOT wb.content_at_hand(p_scan) THEN
        PERFORM wb.refuse('content_missing', jsonb_build_object('name', coalesce(p_scan, '')));
    END IF;
    v.scan_sha256 := p_scan;
    v.page := p_page;
    v.x_mm := p_x_mm;
    v.y_mm := p_y_mm;
    RETURN wb.kept(p_operation, wb.copy_answer(wb.copy_step(
        v, '{PREPARED}', 'SIGNED', v_now, jsonb_build_object(
            'scan_sha256', p_scan, 'page', p_page, 'x_mm', wb.with_fraction(p_x_mm),
            'y_mm', wb.with_fraction(p_y_mm), 'found', p_found, 'note', v_note))));
EXCEPTION WHEN unique_violation THEN
    GET STACKED DIAGNOSTICS v_broken = CONSTRAINT_NAME;
    IF v_broken <> 'uq_ledger_line_live_scan' THEN
        RAISE;
    END IF;
    PERFORM wb.refuse('scan_taken');
    RETURN NULL;
END
$$;

-- Whether the stamp brings every copy's scan once, and says of the first what its line says.
CREATE OR REPLACE FUNCTION wb.same_as_copies(p_document text, p_fields jsonb, p_entries jsonb)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_known jsonb;
    v_wanted jsonb;
    v_brought jsonb;
BEGIN
    SELECT jsonb_build_object(
        'document_id', l.document_id, 'serial', l.serial, 'hash_before', l.sha256_before,
        'hash_after', l.scan_sha256, 'page', l.page, 'x_mm', l.x_mm, 'y_mm', l.y_mm, 'level', '')
    INTO v_known FROM wb.ledger_line l
    WHERE l.document_id = p_document AND l.manner = 'physical' AND l.state = 'SIGNED'
        AND l.copy_no = 1;
    SELECT jsonb_agg(jsonb_build_array(
        CASE l.copy_no WHEN 1 THEN 'sealed_document' ELSE 'sealed_copy' END,
        l.scan_sha256, l.serial) ORDER BY l.copy_no)
    INTO v_wanted FROM wb.ledger_line l
    WHERE l.document_id = p_document AND l.manner = 'physical' AND l.state = 'SIGNED';
    SELECT jsonb_agg(jsonb_build_array(
        one -> 'kind', one #> '{body,sha256}', one #> '{body,serial}') ORDER BY place)
    INTO v_brought FROM jsonb_array_elements(p_entries) WITH ORDINALITY AS listed (one, place)
    WHERE one ->> 'kind' IN ('sealed_document', 'sealed_copy');
    RETURN v_wanted = v_brought IS TRUE AND NOT EXISTS (
        SELECT 1 FROM jsonb_each(p_fields) AS said
        WHERE v_known ? said.key AND v_known -> said.key <> said.value);
END
$$;

-- Every copy RELEASED and the move stamp (T23): all or none. The case is locked.
CREATE OR REPLACE FUNCTION wb.released_copies(
    p_case wb.case_file, p_document text, p_fields jsonb, p_entries jsonb, p_operation text
) RETURNS wb.case_file
LANGUAGE plpgsql
AS $$
DECLARE
    v_now bigint := wb.moment();
    v_request wb.task;
    v wb.ledger_line;
BEGIN
    IF wb.known_operation(p_operation, wb.who(), p_case.case_id) IS NOT NULL THEN
        PERFORM wb.answer_again(p_case, p_operation, wb.who(), v_now);
        RETURN p_case;
    END IF;
    PERFORM wb.hide_state(p_case, wb.who(), v_now);
    v_request := wb.stampable(p_case, wb.who(), v_now, p_document);
    IF (SELECT count(*) FROM wb.ledger_line l
        WHERE l.document_id = p_document AND l.manner = 'physical' AND l.state = 'SIGNED')
        <> coalesce((v_request.data::jsonb ->> 'originals')::bigint, 1)
            + coalesce((v_request.data::jsonb ->> 'duplicates')::bigint, 0) THEN
        PERFORM wb.refuse('copies_missing');
    ELSIF NOT wb.same_as_copies(p_document, p_fields, p_entries) THEN
        PERFORM wb.refuse('ledger_differs', jsonb_build_object('serial', (
            SELECT l.serial FROM wb.ledger_line l
            WHERE l.document_id = p_document AND l.copy_no = 1 AND l.state = 'SIGNED')));
    END IF;
    FOR v IN
        SELECT * FROM wb.ledger_line l
        WHERE l.document_id = p_document AND l.manner = 'physical' AND l.state = 'SIGNED'
        ORDER BY l.serial FOR UPDATE
    LOOP
        v.released_at := v_now;
        PERFORM wb.copy_step(
            v, '{SIGNED}', 'RELEASED', v_now, jsonb_build_object('released_at', v_now));
    END LOOP;
    PERFORM wb.refuse_clock_back(p_case.case_id, v_now);
    RETURN wb.step(
        wb.settle(p_case, v_now), wb.who(), v_now, 'stamp', p_fields, p_entries, NULL,
        p_operation, true);
END
$$;

-- The verb. {"case": {...}} like wb.make_move.
CREATE OR REPLACE FUNCTION wb.copies_release(
    p_document text, p_case bigint, p_fields jsonb, p_entries jsonb, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET extra_float_digits = 1
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_case wb.case_file;
BEGIN
    PERFORM wb.need_post('{seal_custodian}');
    SELECT * INTO v_case FROM wb.case_file c WHERE c.case_id = p_case FOR UPDATE;
    RETURN jsonb_build_object('case', wb.shown_case(wb.released_copies(
        v_case, p_document, p_fields, p_entries, p_operation)));
END
$$;

REVOKE ALL ON FUNCTION wb.copies_number(text, bigint, text, jsonb, text),
    wb.copy_printed(bigint, text), wb.copy_spoiled(bigint, text, text),
    wb.copy_filed(bigint, text, bigint, double precision, double precision, text, text, text),
    wb.copies_release(text, bigint, jsonb, jsonb, text)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wb.copies_number(text, bigint, text, jsonb, text),
    wb.copy_printed(bigint, text), wb.copy_spoiled(bigint, text, text),
    wb.copy_filed(bigint, text, bigint, double precision, double precision, text, text, text),
    wb.copies_release(text, bigint, jsonb, jsonb, text)
TO @user@;
