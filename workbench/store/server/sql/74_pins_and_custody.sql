-- Wrong PINs of the seal desk (store.seal_room) and taking the seal over (store.roster_room, V16).

-- How many wrong PINs in a row the person has given.
CREATE OR REPLACE FUNCTION wb.wrong_pins(p_who text) RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN coalesce((SELECT p.in_a_row FROM wb.pin_failure p WHERE p.login = p_who), 0);
END
$$;

-- One more wrong PIN; {"in_a_row": n}. One that is told twice counts once.
CREATE OR REPLACE FUNCTION wb.pin_wrong(p_operation text DEFAULT '') RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_now bigint := wb.moment();
    v_count bigint;
BEGIN
    PERFORM wb.need_post('{seal_custodian}');
    PERFORM 1 FROM wb.app_user u WHERE u.login = wb.who() FOR NO KEY UPDATE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    INSERT INTO wb.pin_failure AS p (login, in_a_row, last_at) VALUES (wb.who(), 1, v_now)
    ON CONFLICT (login) DO UPDATE SET in_a_row = p.in_a_row + 1, last_at = v_now
    RETURNING p.in_a_row INTO v_count;
    PERFORM wb.add_audit('wrong_pin', v_count::text, v_now);
    RETURN wb.kept(p_operation, jsonb_build_object('in_a_row', v_count));
END
$$;

-- The right PIN was given; a desk that is locked stays locked. {"in_a_row": n} afterwards.
CREATE OR REPLACE FUNCTION wb.pin_right() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    DELETE FROM wb.pin_failure p
    WHERE p.login = wb.who() AND p.in_a_row < wb.most_wrong_pins();
    RETURN jsonb_build_object('in_a_row', wb.wrong_pins(wb.who()));
END
$$;

-- Whether five wrong PINs in a row have locked one's own desk.
CREATE OR REPLACE FUNCTION wb.seal_desk_locked() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$ BEGIN RETURN wb.wrong_pins(wb.who()) >= wb.most_wrong_pins(); END $$;

-- The security administrator opens a custodian's locked desk again; it is written down.
CREATE OR REPLACE FUNCTION wb.seal_desk_unlock(p_login text, p_operation text DEFAULT '')
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM wb.need_post('{security_admin}');
    PERFORM 1 FROM wb.pin_failure p WHERE p.login = p_login FOR UPDATE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    DELETE FROM wb.pin_failure p WHERE p.login = p_login AND p.in_a_row >= wb.most_wrong_pins();
    IF NOT FOUND THEN
        PERFORM wb.refuse('not_locked', jsonb_build_object('login', coalesce(p_login, '')));
    END IF;
    PERFORM wb.add_audit('seal_desk_unlocked', p_login, wb.moment());
    RETURN wb.kept(p_operation, jsonb_build_object('unlocked', p_login));
END
$$;

-- The custodian takes over his shift that runs now; once is enough. {"custody": {...}}.
CREATE OR REPLACE FUNCTION wb.take_over_custody() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_shift wb.custody_shift;
    v_now bigint;
BEGIN
    PERFORM wb.need_post('{seal_custodian}');
    PERFORM 1 FROM wb.custody_shift c WHERE c.login = wb.who() ORDER BY c.custody_id FOR UPDATE;
    v_now := wb.moment();
    SELECT * INTO v_shift FROM wb.custody_shift c
    WHERE c.login = wb.who() AND c.start <= v_now AND v_now < c."end"
    ORDER BY c.start, c.custody_id LIMIT 1;
    IF NOT FOUND THEN
        PERFORM wb.refuse('no_custody_shift');
    ELSIF v_shift.taken_over_at IS NULL THEN
        UPDATE wb.custody_shift c SET taken_over_at = v_now
        WHERE c.login = wb.who() AND c.start <= v_now AND v_now < c."end";
        v_shift.taken_over_at := v_now;
        UPDATE wb.seal_balance b SET received_at = v_now
        WHERE b.receiver = wb.who() AND b.received_at IS NULL;
        PERFORM wb.add_audit('take_over_custody', '', v_now);
    END IF;
    RETURN jsonb_build_object('custody', to_jsonb(v_shift) - 'custody_id');
END
$$;

REVOKE ALL ON FUNCTION wb.pin_wrong(text), wb.pin_right(), wb.seal_desk_locked(),
    wb.seal_desk_unlock(text, text), wb.take_over_custody()
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wb.pin_wrong(text), wb.pin_right(), wb.seal_desk_locked(),
    wb.seal_desk_unlock(text, text), wb.take_over_custody()
TO @user@;
