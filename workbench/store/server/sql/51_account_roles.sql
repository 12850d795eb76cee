-- Roles of people: given for a time, ended, R90 and 3.6 asked each time. See 50_accounts.sql.

-- A role for a time. A representative gets an appointment letter (3.8), with post and number.
CREATE OR REPLACE FUNCTION wb.user_grant(
    p_login text, p_role text, p_department text DEFAULT NULL, p_site text DEFAULT NULL,
    p_window text DEFAULT NULL, p_valid_from bigint DEFAULT NULL, p_valid_to bigint DEFAULT NULL,
    p_post text DEFAULT NULL, p_letter_no text DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_from bigint := coalesce(p_valid_from, wb.moment());
    v_to bigint := coalesce(p_valid_to, 253402185600000000);
BEGIN
    PERFORM wb.account_turn(p_login);
    PERFORM wb.account_need_department(p_department);
    PERFORM wb.account_need_grant(p_login, p_role, v_from, v_to);
    IF p_role = 'representative' THEN
        PERFORM wb.account_appoint(p_login, p_department, p_post, p_letter_no, v_from, v_to);
    ELSE
        IF EXISTS (
            SELECT 1 FROM membership
            WHERE login = p_login AND role = p_role AND department IS NOT DISTINCT FROM p_department
                AND site IS NOT DISTINCT FROM p_site AND "window" IS NOT DISTINCT FROM p_window
                AND valid_from < v_to AND v_from < valid_to
        ) THEN
            PERFORM wb.refuse('role_held', jsonb_build_object('role', p_role));
        END IF;
        INSERT INTO membership (login, role, department, site, "window", valid_from, valid_to)
        VALUES (p_login, p_role, p_department, p_site, p_window, v_from, v_to);
    END IF;
    PERFORM wb.account_match_groups(p_login);
    PERFORM wb.account_audit('role_granted', concat_ws(' ', p_login, p_role, p_department, p_site));
END
$$;

-- R90 and domain 3.6: roles that exclude each other never meet in one person at one time.
CREATE OR REPLACE FUNCTION wb.account_need_grant(
    p_login text, p_role text, p_from bigint, p_to bigint
) RETURNS void
LANGUAGE plpgsql
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_other text;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM role_group WHERE role = p_role) THEN
        PERFORM wb.refuse('role_unknown', jsonb_build_object('role', coalesce(p_role, '')));
    ELSIF p_from >= p_to OR p_to <= wb.moment() THEN
        PERFORM wb.refuse('span_backwards');
    END IF;
    SELECT x.excludes INTO v_other
    FROM role_exclusion AS x JOIN wb.account_roles(p_login) AS held ON held.role = x.excludes
    WHERE x.role = p_role AND held.valid_from < p_to AND p_from < held.valid_to
    ORDER BY x.excludes LIMIT 1;
    IF FOUND THEN
        PERFORM wb.refuse('roles_exclude', jsonb_build_object('first', p_role, 'second', v_other));
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION wb.account_appoint(
    p_login text, p_department text, p_post text, p_letter_no text, p_from bigint, p_to bigint
) RETURNS void
LANGUAGE plpgsql
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    IF p_department IS NULL OR coalesce(p_post, '') NOT IN ('A', 'B')
        OR btrim(coalesce(p_letter_no, '')) = '' THEN
        PERFORM wb.refuse('letter_incomplete');
    ELSIF EXISTS (
        SELECT 1 FROM appointment
        WHERE login = p_login AND department = p_department AND revoked_at IS NULL
            AND valid_from < p_to AND p_from < valid_to
    ) THEN
        PERFORM wb.refuse('role_held', jsonb_build_object('role', 'representative'));
    END IF;
    INSERT INTO appointment (login, department, post, letter_no, valid_from, valid_to)
    VALUES (p_login, p_department, p_post, p_letter_no, p_from, p_to);
END
$$;

-- Ends one role of a person, or, with 'all', everything: letters, roles, groups, login and his
-- sessions. What he did stays his. A person of another centre too keeps the login for that one.
CREATE OR REPLACE FUNCTION wb.user_revoke(p_login text, p_role text DEFAULT 'all') RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_role text := nullif(p_role, 'all');
BEGIN
    PERFORM wb.account_turn(p_login);
    IF v_role IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM wb.account_roles(p_login) WHERE role = v_role) THEN
        PERFORM wb.refuse('role_not_held', jsonb_build_object('role', v_role));
    END IF;
    PERFORM wb.account_end_roles(p_login, v_role);
    PERFORM wb.account_audit(
        CASE WHEN v_role IS NULL THEN 'user_revoked' ELSE 'role_revoked' END,
        concat_ws(' ', p_login, v_role)
    );
    IF v_role IS NOT NULL THEN
        PERFORM wb.account_match_groups(p_login);
    ELSIF wb_accounts.standing(p_login) IN ('user', 'newcomer', 'former') THEN
        PERFORM wb_accounts.belong(p_login, '{former}');
        IF wb_accounts.shared(p_login) THEN
            PERFORM wb_accounts.hand_on(p_login);
        ELSE
            PERFORM wb_accounts.lock_login(p_login);
        END IF;
        PERFORM wb_accounts.end_sessions(p_login);
    END IF;
END
$$;

-- Roles that have begun end now, others never begin; letters are revoked (V08).
CREATE OR REPLACE FUNCTION wb.account_end_roles(p_login text, p_role text) RETURNS void
LANGUAGE plpgsql
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_now bigint := wb.moment();
BEGIN
    DELETE FROM membership
    WHERE login = p_login AND valid_from >= v_now AND role = coalesce(p_role, role);
    UPDATE membership SET valid_to = v_now
    WHERE login = p_login AND valid_to > v_now AND role = coalesce(p_role, role);
    IF coalesce(p_role, 'representative') = 'representative' THEN
        UPDATE appointment SET revoked_at = v_now
        WHERE login = p_login AND valid_to > v_now AND revoked_at IS NULL;
        UPDATE authorisation SET revoked_at = v_now
        WHERE login = p_login AND valid_to > v_now AND revoked_at IS NULL;
    END IF;
END
$$;
