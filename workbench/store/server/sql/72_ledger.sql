-- The ledger of presses (store.seal_room, store.ledger_rows; seal design section 7). The key is the
-- document, the owner of a line is a lease, serials are burned. Every change of a line is a step,
-- chained like the events of a case. Locks are taken in one order: case, seal, line.

-- Refusal where the person holds none of these posts now. A transaction that looks at the past
-- would still see a post that was taken back: the verbs of the seal are not for it.
CREATE OR REPLACE FUNCTION wb.need_post(p_roles text[]) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'the seal is worked with in read committed transactions only'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM wb.still_here(wb.who());
    IF NOT wb.my_roles() && p_roles THEN
        PERFORM wb.refuse('not_your_role');
    END IF;
END
$$;

-- The line as the register shows it.
CREATE OR REPLACE FUNCTION wb.ledger_shown(p_line wb.ledger_line) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN jsonb_build_object(
        'serial', p_line.serial, 'document_id', p_line.document_id,
        'case_no', (SELECT c.case_no FROM wb.case_file c WHERE c.case_id = p_line.case_id),
        'seal_id', p_line.seal_id, 'state', p_line.state, 'custodian', p_line.custodian,
        'reserved_at', p_line.reserved_at, 'released_at', p_line.released_at,
        'sha256_before', p_line.sha256_before, 'sha256_after', p_line.sha256_after,
        'placement', CASE WHEN p_line.page <> 0 THEN jsonb_build_object(
            'page', p_line.page, 'x_mm', p_line.x_mm, 'y_mm', p_line.y_mm) END,
        'signature_level', p_line.signature_level, 'void_reason', p_line.void_reason,
        'manner', p_line.manner, 'copy_no', p_line.copy_no, 'copy_kind', p_line.copy_kind,
        'control_code', p_line.control_code, 'scan_sha256', p_line.scan_sha256,
        'approver', (SELECT coalesce(c.decided_by, '') FROM wb.case_file c
            WHERE c.case_id = p_line.case_id));
END
$$;

-- One more step of the line's history.
CREATE OR REPLACE FUNCTION wb.add_ledger_step(
    p_serial bigint, p_state text, p_actor text, p_now bigint, p_payload jsonb
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_seq bigint;
    v_prev text;
    v_payload text := wb.canonical(p_payload);
BEGIN
    SELECT s.seq, s.hash INTO v_seq, v_prev FROM wb.ledger_step s
    WHERE s.serial = p_serial ORDER BY s.seq DESC LIMIT 1;
    v_seq := coalesce(v_seq, 0) + 1;
    v_prev := coalesce(v_prev, wb.sha256_text('ledger:' || p_serial));
    INSERT INTO wb.ledger_step (serial, seq, state, actor, at, payload, prev_hash, hash)
    VALUES (p_serial, v_seq, p_state, p_actor, p_now, v_payload, v_prev,
            wb.event_hash(v_prev, v_seq, p_state, p_actor, p_now, p_now, v_payload));
END
$$;

-- Who holds the lease of a line: whoever made its last step. The owner's name is no secret, so it
-- takes both: nobody moves a line on with a worker's name that he has read in the register.
CREATE OR REPLACE FUNCTION wb.lease_holder(p_serial bigint) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT s.actor FROM wb.ledger_step s
            WHERE s.serial = p_serial ORDER BY s.seq DESC LIMIT 1);
END
$$;

-- A float as jsonb that has not forgotten that it is one.
CREATE OR REPLACE FUNCTION wb.with_fraction(p_value double precision) RETURNS jsonb
LANGUAGE sql IMMUTABLE
SET extra_float_digits = 1
AS $$ SELECT wb.canonical_float(to_jsonb(p_value))::jsonb $$;

-- The case of a line, locked before the line itself is: what moves the case waits until the press
-- is written down. No row where there is no such line.
CREATE OR REPLACE FUNCTION wb.case_of_line(p_serial bigint) RETURNS wb.case_file
LANGUAGE plpgsql
AS $$
DECLARE
    v_case wb.case_file;
BEGIN
    SELECT c.* INTO v_case FROM wb.case_file c
    WHERE c.case_id = (SELECT l.case_id FROM wb.ledger_line l WHERE l.serial = p_serial)
    FOR UPDATE;
    RETURN v_case;
END
$$;

-- The locked line, where it is still this owner's and in one of these states.
CREATE OR REPLACE FUNCTION wb.ledger_mine(
    p_serial bigint, p_owner text, p_who text, p_expected text[]
) RETURNS wb.ledger_line
LANGUAGE plpgsql
AS $$
DECLARE
    v wb.ledger_line;
BEGIN
    SELECT * INTO v FROM wb.ledger_line l WHERE l.serial = p_serial FOR UPDATE;
    IF NOT FOUND OR v.owner IS DISTINCT FROM p_owner OR v.state <> ALL (p_expected)
        OR v.manner <> 'electronic'
        OR wb.lease_holder(p_serial) IS DISTINCT FROM p_who THEN
        PERFORM wb.refuse('ledger_moved_on', jsonb_build_object(
            'serial', p_serial, 'state', coalesce(v.state, '-')));
    END IF;
    RETURN v;
END
$$;

-- The changed line with its step; each step renews the lease.
CREATE OR REPLACE FUNCTION wb.ledger_save(
    p_line wb.ledger_line, p_to text, p_who text, p_now bigint, p_payload jsonb
) RETURNS wb.ledger_line
LANGUAGE plpgsql
AS $$
DECLARE
    v wb.ledger_line := p_line;
BEGIN
    v.state := p_to;
    v.changed_at := p_now;
    v.lease_until := p_now + wb.ledger_lease();
    UPDATE wb.ledger_line l SET
        state = v.state, owner = v.owner, lease_until = v.lease_until, changed_at = v.changed_at,
        released_at = v.released_at, prepared_sha256 = v.prepared_sha256,
        sha256_after = v.sha256_after, digest = v.digest, hole_start = v.hole_start,
        hole_end = v.hole_end, page = v.page, x_mm = v.x_mm, y_mm = v.y_mm, cms = v.cms,
        signature_level = v.signature_level, void_reason = v.void_reason
    WHERE l.serial = v.serial;
    PERFORM wb.add_ledger_step(v.serial, p_to, p_who, p_now, p_payload);
    RETURN v;
END
$$;

-- A new owner for the locked line where its lease is over; false where another was faster.
CREATE OR REPLACE FUNCTION wb.ledger_taken(
    p_line wb.ledger_line, p_owner text, p_who text, p_now bigint
) RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    v wb.ledger_line := p_line;
BEGIN
    IF v.serial IS NULL OR v.state <> ALL (wb.live_lines()) OR v.lease_until > p_now
        OR v.manner <> 'electronic' THEN
        RETURN false;
    END IF;
    v.owner := p_owner;
    PERFORM wb.ledger_save(v, v.state, p_who, p_now, jsonb_build_object('owner', p_owner));
    RETURN true;
END
$$;

-- A press that broke off before it was signed gives the document back (recovery).
CREATE OR REPLACE FUNCTION wb.ledger_drop_stale(
    p_document text, p_owner text, p_who text, p_now bigint
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v wb.ledger_line;
BEGIN
    FOR v IN
        SELECT * FROM wb.ledger_line l
        WHERE l.document_id = p_document AND l.lease_until <= p_now
            AND l.state IN ('RESERVED', 'PREPARED')
        ORDER BY l.serial FOR UPDATE
    LOOP
        IF wb.ledger_taken(v, p_owner, p_who, p_now) THEN
            v.owner := p_owner;
            v.void_reason := 'worker_gone';
            PERFORM wb.ledger_save(v, 'VOID', p_who, p_now, '{"void_reason": "worker_gone"}');
        END IF;
    END LOOP;
END
$$;

-- The refusal that says who holds the document, since when, under which serial, how it stands.
CREATE OR REPLACE FUNCTION wb.refuse_pressed(p_document text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v wb.ledger_line;
BEGIN
    SELECT * INTO v FROM wb.ledger_line l
    WHERE l.document_id = p_document AND l.state <> 'VOID' ORDER BY l.serial LIMIT 1;
    IF NOT FOUND THEN
        PERFORM wb.refuse('press_again');
    END IF;
    PERFORM wb.refuse(
        CASE v.state WHEN 'RELEASED' THEN 'already_stamped' ELSE 'being_stamped' END,
        jsonb_build_object(
            'name', v.custodian, 'time', wb.stamp(v.reserved_at), 'serial', v.serial,
            'state', v.state));
END
$$;

-- The open request for that document, where everything but the press itself allows the stamp
-- (T23): post, custody, state, and that somebody asked. The case is locked.
CREATE OR REPLACE FUNCTION wb.stampable(
    p_case wb.case_file, p_who text, p_now bigint, p_document text
) RETURNS wb.task
LANGUAGE plpgsql
AS $$
DECLARE
    v_refused jsonb;
    v_request wb.task;
BEGIN
    IF p_case.case_id IS NULL THEN
        PERFORM wb.refuse('not_visible');
    ELSIF (wb.flow_of('stamp', p_case.state)).row_no IS NULL THEN
        PERFORM wb.refuse('wrong_state', jsonb_build_object(
            'move', 'stamp', 'state', p_case.state));
    END IF;
    v_refused := wb.judge_but_press(p_case, p_who, p_now, '{}', false);
    IF v_refused IS NOT NULL THEN
        PERFORM wb.refuse(v_refused ->> 'code', v_refused - 'code');
    ELSIF NOT wb.sees(p_case, p_who, p_now) THEN
        PERFORM wb.refuse('recused');
    END IF;
    SELECT * INTO v_request FROM wb.task t
    WHERE t.case_id = p_case.case_id AND t.kind = 'seal_request' AND wb.is_open(t.state)
    ORDER BY t.task_id DESC LIMIT 1;
    IF NOT FOUND OR v_request.document_id IS DISTINCT FROM p_document THEN
        PERFORM wb.refuse('no_seal_request');
    END IF;
    RETURN v_request;
END
$$;

-- The organ whose seal the documents of a case carry (S171).
CREATE OR REPLACE FUNCTION wb.organ_of(p_case wb.case_file) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN coalesce(
        nullif(wb.item_record(p_case.item_code, p_case.item_version) ->> 'organ_name_zh', ''),
        (SELECT d.organ_name FROM wb.department d WHERE d.code = p_case.department), '');
END
$$;

-- Whether the item of a case is sealed on paper only (R44).
CREATE OR REPLACE FUNCTION wb.paper_only(p_case wb.case_file) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM wb.item_version i
        WHERE i.item_code = p_case.item_code AND i.version = p_case.item_version
            AND i.wet_seal_only);
END
$$;

-- The kind of seal that the item's document of that code carries; NULL: there is none such.
CREATE OR REPLACE FUNCTION wb.seal_of(p_case wb.case_file, p_template text) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT d ->> 'seal_kind'
        FROM jsonb_array_elements(
            wb.item_record(p_case.item_code, p_case.item_version) -> 'documents') AS d
        WHERE d ->> 'code' = p_template LIMIT 1);
END
$$;

-- Whether a case was accepted before its department was transferred (S172).
CREATE OR REPLACE FUNCTION wb.from_before_transfer(p_case wb.case_file) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM wb.department d
        WHERE d.code = p_case.department AND d.transferred_to IS NOT NULL
            AND (d.transferred_at IS NULL OR p_case.accepted_at < d.transferred_at));
END
$$;

-- Refusal where the seal has no key: it is pressed by hand.
CREATE OR REPLACE FUNCTION wb.refuse_keyless(p_seal text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM wb.seal s WHERE s.seal_id = p_seal AND s.key_place = 'none') THEN
        PERFORM wb.refuse('seal_has_no_key', jsonb_build_object('seal_id', p_seal));
    END IF;
END
$$;

-- Refusal where the seal has been pressed as often as it may be this local day.
CREATE OR REPLACE FUNCTION wb.refuse_limit(p_seal text, p_now bigint) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_seal wb.seal;
    v_local constant bigint := 28800000000;
    v_day constant bigint := 86400000000;
BEGIN
    SELECT * INTO v_seal FROM wb.seal s WHERE s.seal_id = p_seal;
    IF v_seal.daily_limit > 0 AND v_seal.daily_limit <= (
        SELECT count(*) FROM wb.ledger_line l
        WHERE l.seal_id = p_seal AND l.state <> 'VOID'
            AND l.reserved_at >= (p_now + v_local) / v_day * v_day - v_local) THEN
        PERFORM wb.refuse('seal_daily_limit', jsonb_build_object(
            'seal_id', p_seal, 'limit', v_seal.daily_limit));
    END IF;
END
$$;

-- Refusal where this seal may not be pressed on that document now (domain 2.4 a and d). The seal's
-- row is held, so that it is not suspended before the press is written down.
CREATE OR REPLACE FUNCTION wb.refuse_seal(
    p_seal text, p_case wb.case_file, p_kind text, p_now bigint
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_seal wb.seal;
    v_code text;
BEGIN
    SELECT * INTO v_seal FROM wb.seal s WHERE s.seal_id = p_seal FOR SHARE;
    IF NOT FOUND THEN
        PERFORM wb.refuse('seal_unknown', jsonb_build_object('seal_id', coalesce(p_seal, '')));
    END IF;
    v_code := CASE
        WHEN v_seal.status <> 'active' AND NOT (
            v_seal.status = 'active_for_legacy' AND wb.from_before_transfer(p_case))
            THEN 'seal_' || v_seal.status
        WHEN p_now < v_seal.valid_from THEN 'seal_not_yet_valid'
        WHEN p_now >= v_seal.valid_to THEN 'seal_expired'
        WHEN v_seal.kind IS DISTINCT FROM p_kind THEN 'seal_wrong_kind'
        WHEN v_seal.organ_name <> wb.organ_of(p_case) THEN 'seal_wrong_organ'
        END;
    IF v_code IS NOT NULL THEN
        PERFORM wb.refuse(v_code);
    END IF;
END
$$;

-- A released document taken back before issue (E14): the file stays, the register says void.
CREATE OR REPLACE FUNCTION wb.void_sealed(p_case bigint, p_who text, p_now bigint) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_reason text := coalesce((
        SELECT d.body::jsonb ->> 'text' FROM wb.part_document d
        WHERE d.case_id = p_case AND d.kind = 'void_reason' ORDER BY d.entry_id DESC LIMIT 1), '');
    v_document text := (
        SELECT l.document_id FROM wb.ledger_line l
        WHERE l.case_id = p_case AND l.state = 'RELEASED' ORDER BY l.serial DESC LIMIT 1);
    v_serial bigint;
BEGIN
    FOR v_serial IN
        SELECT l.serial FROM wb.ledger_line l
        WHERE l.case_id = p_case AND l.document_id = v_document AND l.state = 'RELEASED'
        ORDER BY l.serial FOR UPDATE
    LOOP
        UPDATE wb.ledger_line l SET state = 'VOID', changed_at = p_now, void_reason = v_reason
        WHERE l.serial = v_serial;
        PERFORM wb.add_ledger_step(
            v_serial, 'VOID', p_who, p_now, jsonb_build_object('void_reason', v_reason));
    END LOOP;
END
$$;
