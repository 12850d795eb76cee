-- Special accounts at other systems (store.account_room; S019). Never a password.

-- The verb: the accounts of a list, all or none. {"entered": n}.
CREATE OR REPLACE FUNCTION wb.accounts_enter(p_accounts jsonb, p_operation text DEFAULT '')
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_now bigint;
    v_one jsonb;
BEGIN
    PERFORM wb.need_post('{security_admin}');
    LOCK TABLE wb.special_account IN SHARE ROW EXCLUSIVE MODE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    v_now := wb.moment();
    FOR v_one IN SELECT e FROM jsonb_array_elements(p_accounts) e LOOP
        BEGIN
            INSERT INTO wb.special_account
            SELECT * FROM jsonb_populate_record(
                NULL::wb.special_account, v_one || jsonb_build_object('entered_at', v_now));
        EXCEPTION WHEN unique_violation THEN
            PERFORM wb.refuse('account_entered', jsonb_build_object(
                'account_id', v_one ->> 'account_id'));
        END;
    END LOOP;
    PERFORM wb.add_audit('accounts_entered', jsonb_array_length(p_accounts)::text, v_now);
    RETURN wb.kept(p_operation, jsonb_build_object('entered', jsonb_array_length(p_accounts)));
END
$$;

-- The verb: a password is going to be set or shown; written down before it is. {"account": {...}}.
CREATE OR REPLACE FUNCTION wb.accounts_note(
    p_account text, p_act text, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v wb.special_account;
BEGIN
    PERFORM wb.still_here(wb.who());
    SELECT * INTO v FROM wb.special_account a WHERE a.account_id = p_account FOR UPDATE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    ELSIF v.account_id IS NULL THEN
        PERFORM wb.refuse('account_unknown', jsonb_build_object(
            'account_id', coalesce(p_account, '')));
    ELSIF v.holder <> wb.who() AND NOT wb.holds('{security_admin}') THEN
        PERFORM wb.refuse('account_not_yours', jsonb_build_object('account_id', p_account));
    ELSIF p_act NOT IN ('password_set', 'revealed') THEN
        RAISE EXCEPTION 'an account knows no act %', p_act USING ERRCODE = 'check_violation';
    END IF;
    PERFORM wb.add_audit('account_' || p_act, p_account, wb.moment());
    RETURN wb.kept(p_operation, jsonb_build_object('account', to_jsonb(v) - 'entered_at'));
END
$$;

REVOKE ALL ON FUNCTION wb.accounts_enter(jsonb, text), wb.accounts_note(text, text, text)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wb.accounts_enter(jsonb, text), wb.accounts_note(text, text, text)
TO @user@;
