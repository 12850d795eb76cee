-- Closing audit days and registering keys (store.audit_room): the audit administrator alone, by
-- verbs that count the day themselves (S084, R90, decision 016). What he signs with never comes
-- here; what is answered are numbers and hashes, never what an entry says.

-- Refusal where it is not the audit administrator who reads. Several connections read one snapshot,
-- so this is no still_here, which is for verbs and refuses one. As with all that is only read, a
-- transaction begun before his post ended still sees it, and hashes: it ends with his session.
CREATE OR REPLACE FUNCTION wb.need_auditor() RETURNS void
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    PERFORM wb.refuse_old_desk();
    IF NOT wb.my_roles() && '{audit_admin}' THEN
        PERFORM wb.refuse('not_your_role');
    END IF;
END
$$;

-- Whether the entry has the hash that its bytes make; bytes that are none make none.
CREATE OR REPLACE FUNCTION wb.audit_fits(
    p_prev text, p_seq bigint, p_kind text, p_actor text, p_effective_at bigint, p_at bigint,
    p_payload text, p_hash text
) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN coalesce(wb.event_hash(
        p_prev, p_seq, p_kind, p_actor, p_effective_at, p_at, p_payload) = p_hash, false);
EXCEPTION WHEN data_exception THEN
    RETURN false;
END
$$;

-- What the first entry of a case, or of a press, is chained to.
CREATE OR REPLACE FUNCTION wb.audit_genesis(p_book text, p_subject text) RETURNS text
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN wb.sha256_text(CASE p_book WHEN 'ledger' THEN 'ledger:' ELSE '' END || p_subject);
END
$$;

-- The leaves of a day in the order in which they are signed (audit_rows.entries).
CREATE OR REPLACE FUNCTION wb.day_entries(p_day date)
RETURNS TABLE (book text, subject text, number bigint, hash text)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_low bigint := wb.day_start(p_day);
    v_high bigint := wb.day_start(p_day + 1);
BEGIN
    RETURN QUERY
        SELECT 'event', coalesce(c.case_no, '#' || e.case_id), e.seq, e.hash
        FROM wb.event e LEFT JOIN wb.case_file c USING (case_id)
        WHERE e.recorded_at >= v_low AND e.recorded_at < v_high ORDER BY e.case_id, e.seq;
    RETURN QUERY
        SELECT 'ledger', s.serial::text, s.seq, s.hash FROM wb.ledger_step s
        WHERE s.at >= v_low AND s.at < v_high ORDER BY s.serial, s.seq;
    RETURN QUERY
        SELECT 'audit', '', a.audit_id, wb.sha256_text(wb.canonical(
            jsonb_build_array(a.audit_id, a.at, a.actor, a.act, a.detail)))
        FROM wb.audit_line a
        WHERE a.at >= v_low AND a.at < v_high ORDER BY a.audit_id;
END
$$;

-- Root and totals of a day (rules.merkle, audit_days.Tally). v_peaks are the roots of the whole
-- trees so far, the largest first: two of a size become one, as a binary counter carries.
CREATE OR REPLACE FUNCTION wb.day_tally(p_day date) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v record;
    v_peaks bytea[] := '{}';
    v_high integer := 0;
    v_top bytea;
    v_count bigint := 0;
    v_carry bigint;
    v_events bigint := 0;
    v_steps bigint := 0;
    v_cases bigint := 0;
BEGIN
    FOR v IN SELECT e.book = 'event' AS is_event, e.book = 'ledger' AS is_step, e.number,
                 e.book || E'\n' || e.subject || E'\n' || e.number || E'\n' || e.hash AS leaf
             FROM wb.day_entries(p_day) e
    LOOP
        v_top := sha256('\x00'::bytea || convert_to(v.leaf, 'UTF8'));
        v_count := v_count + 1;
        v_events := v_events + v.is_event::integer;
        v_steps := v_steps + v.is_step::integer;
        v_cases := v_cases + (v.is_event AND v.number = 1)::integer;
        v_carry := v_count;
        WHILE v_carry % 2 = 0 LOOP
            v_top := sha256('\x01'::bytea || v_peaks[v_high] || v_top);
            v_high := v_high - 1;
            v_carry := v_carry / 2;
        END LOOP;
        v_high := v_high + 1;
        v_peaks[v_high] := v_top;
    END LOOP;
    v_top := CASE v_count WHEN 0 THEN sha256('') ELSE v_peaks[v_high] END;
    FOR v_place IN REVERSE v_high - 1 .. 1 LOOP
        v_top := sha256('\x01'::bytea || v_peaks[v_place] || v_top);
    END LOOP;
    RETURN jsonb_build_object(
        'root', encode(v_top, 'hex'), 'events', v_events, 'steps', v_steps,
        'lines', v_count - v_events - v_steps, 'cases', v_cases);
END
$$;

-- One day for its closing: root, totals, and the first entry that its own bytes or its link do not
-- bear out (audit_rows.first_unsound), because a signature never makes a changed log right.
CREATE OR REPLACE FUNCTION wb.audit_day_said(p_day date) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_low bigint := wb.day_start(p_day);
    v_high bigint := wb.day_start(p_day + 1);
    v_wrong jsonb;
BEGIN
    PERFORM wb.need_auditor();
    SELECT jsonb_build_array('event', coalesce(c.case_no, '#' || e.case_id), e.seq) INTO v_wrong
    FROM wb.event e
        LEFT JOIN wb.case_file c ON c.case_id = e.case_id
        LEFT JOIN wb.event b ON b.case_id = e.case_id AND b.seq = e.seq - 1
    WHERE e.recorded_at >= v_low AND e.recorded_at < v_high
        AND (e.prev_hash IS DISTINCT FROM CASE WHEN e.seq = 1 AND c.case_no IS NOT NULL
                THEN wb.genesis(c.case_no) ELSE b.hash END
            OR NOT wb.audit_fits(e.prev_hash, e.seq, e.kind, e.actor, e.effective_at,
                e.recorded_at, e.payload, e.hash))
    ORDER BY e.case_id, e.seq LIMIT 1;
    IF v_wrong IS NULL THEN
        SELECT jsonb_build_array('ledger', s.serial::text, s.seq) INTO v_wrong
        FROM wb.ledger_step s
        WHERE s.at >= v_low AND s.at < v_high AND NOT wb.audit_fits(
            s.prev_hash, s.seq, s.state, s.actor, s.at, s.at, s.payload, s.hash)
        ORDER BY s.serial, s.seq LIMIT 1;
    END IF;
    RETURN wb.day_tally(p_day) || jsonb_build_object('unsound', v_wrong);
END
$$;

-- The local day of the oldest entry; NULL where nothing was ever done.
CREATE OR REPLACE FUNCTION wb.oldest_day() RETURNS date
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN wb.local_date(least(
        (SELECT min(e.recorded_at) FROM wb.event e), (SELECT min(s.at) FROM wb.ledger_step s),
        (SELECT min(a.at) FROM wb.audit_line a)));
END
$$;

CREATE OR REPLACE FUNCTION wb.audit_first_day() RETURNS date
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$ BEGIN PERFORM wb.need_auditor(); RETURN wb.oldest_day(); END $$;

-- One's own key in force at the moment, the newest; no row without one.
CREATE OR REPLACE FUNCTION wb.my_audit_key(p_now bigint) RETURNS wb.audit_key
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_key wb.audit_key;
BEGIN
    SELECT * INTO v_key FROM wb.audit_key k
    WHERE k.login = wb.who() AND k.valid_from <= p_now
        AND (k.revoked_at IS NULL OR p_now < k.revoked_at)
    ORDER BY k.valid_from DESC, k.fingerprint DESC LIMIT 1;
    RETURN v_key;
END
$$;

-- Register one's own new key; an older one ends now. {"fingerprint": …, "valid_from": …}.
CREATE OR REPLACE FUNCTION wb.add_audit_key(p_public_key text, p_operation text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_named text;
    v_now bigint;
BEGIN
    PERFORM wb.need_post('{audit_admin}');
    IF p_public_key !~ '^[0-9a-f]{64}$' THEN
        PERFORM wb.refuse('audit_key_form');
    END IF;
    LOCK TABLE wb.audit_key IN SHARE ROW EXCLUSIVE MODE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    v_now := wb.moment();
    v_named := encode(sha256(decode(p_public_key, 'hex')), 'hex');
    IF EXISTS (SELECT 1 FROM wb.audit_key k WHERE k.fingerprint = v_named) THEN
        PERFORM wb.refuse('audit_key_known');
    END IF;
    UPDATE wb.audit_key k SET revoked_at = v_now WHERE k.login = wb.who() AND k.revoked_at IS NULL;
    INSERT INTO wb.audit_key (fingerprint, login, public_key, valid_from)
    VALUES (v_named, wb.who(), p_public_key, v_now);
    RETURN wb.done_now(
        p_operation, jsonb_build_object('fingerprint', v_named, 'valid_from', v_now),
        'audit_key_added', v_named, v_now);
END
$$;

-- Refusal where that day is not the next one that can be closed (audit_room).
CREATE OR REPLACE FUNCTION wb.refuse_day(p_day date, p_last wb.audit_day, p_now bigint)
RETURNS void
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_following date;
BEGIN
    IF p_last.day IS NULL THEN
        v_following := wb.oldest_day();
    ELSIF p_last.record::jsonb ->> 'day' IS DISTINCT FROM p_last.day THEN
        PERFORM wb.refuse('audit_days_unsound', jsonb_build_object('day', p_last.day));
    ELSE
        v_following := p_last.day::date + 1;
    END IF;
    -- Ten minutes after midnight: whatever was begun before is written then (audit_days.SETTLED).
    IF v_following IS NULL OR p_day IS NULL OR p_day >= wb.local_date(p_now - 600000000) THEN
        PERFORM wb.refuse('day_not_over', jsonb_build_object('day', p_day));
    ELSIF p_day <> v_following THEN
        PERFORM wb.refuse('day_order', jsonb_build_object(
            'day', p_day, 'following', v_following));
    END IF;
END
$$;

-- Close the day: what was signed, and the list of its leaves, which is made here, 4,096 a piece
-- (audit_rows.PIECE). The day is counted anew; a record that says anything else is not kept. Asked
-- again with what is kept already, it answers the same.
CREATE OR REPLACE FUNCTION wb.keep_day(p_record text, p_signature text, p_public_key text)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_said jsonb := p_record::jsonb;
    v_day date := v_said ->> 'day';
    v_key wb.audit_key;
    v_last wb.audit_day;
    v_now bigint;
BEGIN
    PERFORM wb.need_post('{audit_admin}');
    LOCK TABLE wb.audit_day IN SHARE ROW EXCLUSIVE MODE;
    v_now := wb.moment();
    v_key := wb.my_audit_key(v_now);
    IF v_key.public_key IS DISTINCT FROM p_public_key
        OR v_said ->> 'key' IS DISTINCT FROM v_key.fingerprint
        OR p_signature !~ '^[0-9a-f]{128}$' THEN
        PERFORM wb.refuse('audit_key_missing');
    END IF;
    SELECT * INTO v_last FROM wb.audit_day d ORDER BY d.day DESC LIMIT 1;
    IF (v_last.record, v_last.signature) IS NOT DISTINCT FROM (p_record, p_signature) THEN
        RETURN jsonb_build_object('kept', v_last.day);
    END IF;
    PERFORM wb.refuse_day(v_day, v_last, v_now);
    IF p_record IS DISTINCT FROM wb.day_record(v_day, v_last, (v_said ->> 'closed_at')::bigint,
            v_key.fingerprint)
        OR (v_said ->> 'closed_at')::bigint
            NOT BETWEEN wb.day_start(v_day + 1) + 600000000 AND v_now THEN
        PERFORM wb.refuse('day_changed', jsonb_build_object('day', v_day));
    END IF;
    INSERT INTO wb.audit_leaves (day, piece, body)
    SELECT v_day::text, (e.place - 1) / 4096, convert_to(string_agg(
        concat_ws(E'\t', e.book, e.subject, e.number, e.hash), E'\n' ORDER BY e.place), 'UTF8')
    FROM wb.day_entries(v_day) WITH ORDINALITY AS e (book, subject, number, hash, place)
    GROUP BY 2;
    INSERT INTO wb.audit_day (day, record, hash, signature, fingerprint)
    VALUES (v_day::text, p_record, wb.sha256_text(p_record), p_signature, v_key.fingerprint);
    RETURN jsonb_build_object('kept', v_day);
END
$$;

-- The canonical text of a day's record as it has to be (audit_days.DayRecord.text): what is signed
-- is compared with it letter by letter.
CREATE OR REPLACE FUNCTION wb.day_record(
    p_day date, p_last wb.audit_day, p_closed_at bigint, p_key text
) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_tally jsonb := wb.day_tally(p_day);
    v_before bigint := coalesce((p_last.record::jsonb ->> 'cases')::bigint, 0);
BEGIN
    RETURN wb.canonical(v_tally || jsonb_build_object(
        'form', 'oneseal-audit-day/1', 'day', p_day,
        'cases', (v_tally ->> 'cases')::bigint + v_before,
        'prev', coalesce(p_last.hash, wb.sha256_text('oneseal-audit-day/1')),
        'closed_at', p_closed_at, 'closed_by', wb.who(), 'key', p_key));
END
$$;

REVOKE ALL ON FUNCTION wb.audit_day_said(date), wb.audit_first_day(),
    wb.add_audit_key(text, text), wb.keep_day(text, text, text)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wb.audit_day_said(date), wb.audit_first_day(),
    wb.add_audit_key(text, text), wb.keep_day(text, text, text)
TO @kind:audit_admin@;
