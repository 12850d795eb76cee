-- Accounts (R90, domain 3.6): added, given roles and taken back by the security administrator
-- alone. The truth stands in app_user, membership and appointment; the groups of the login follow.

-- Whether the signed-in person holds the role now.
CREATE OR REPLACE FUNCTION wb.account_role_now(p_role text) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = wb, pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT 1 FROM membership
        WHERE login = session_user AND role = p_role
            AND valid_from <= wb.moment() AND wb.moment() < valid_to
    )
$$;

-- The turn at a person's account: both rows are locked in one order, the person's is written, so
-- that two who change one account follow each other at every isolation level; then who asks is
-- looked at. Nobody changes his own account: there is always one security administrator left.
CREATE OR REPLACE FUNCTION wb.account_turn(p_login text) RETURNS void
LANGUAGE plpgsql
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM 1 FROM app_user WHERE login IN (session_user, p_login) ORDER BY login FOR UPDATE;
    UPDATE app_user SET failures = failures WHERE login = p_login;
    IF NOT FOUND THEN
        PERFORM wb.account_need_security();
        PERFORM wb.refuse('person_unknown', jsonb_build_object('login', p_login));
    END IF;
    PERFORM wb.account_need_security();
    IF p_login = session_user THEN
        PERFORM wb.refuse('own_account');
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION wb.account_need_security() RETURNS void
LANGUAGE plpgsql
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT wb.account_role_now('security_admin') THEN
        PERFORM wb.refuse('security_admin_only');
    END IF;
END
$$;

-- What a login may be called; the pattern is that of rules.person_list.
CREATE OR REPLACE FUNCTION wb.account_need_name(p_login text) RETURNS void
LANGUAGE plpgsql
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    IF coalesce(p_login, '') !~ '^[a-z][a-z0-9._-]{0,30}$' THEN
        PERFORM wb.refuse('login_form', jsonb_build_object('login', coalesce(p_login, '')));
    ELSIF p_login IN ('system', 'public', 'none') OR starts_with(p_login, 'pg_')
        OR starts_with(p_login, '@prefix@') THEN
        PERFORM wb.refuse('login_taken');
    END IF;
END
$$;

-- The form of a SCRAM verifier (RFC 5803): no plain password may reach a log.
CREATE OR REPLACE FUNCTION wb.account_need_verifier(p_verifier text) RETURNS void
LANGUAGE plpgsql
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    IF coalesce(p_verifier, '') !~ (
        '^SCRAM-SHA-256\$[0-9]{4,7}:[A-Za-z0-9+/]{20,}={0,2}\$'
        || '[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$'
    ) THEN
        PERFORM wb.refuse('verifier_form');
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION wb.account_audit(p_act text, p_detail text) RETURNS void
LANGUAGE sql
SET search_path = wb, pg_catalog, pg_temp
AS $$
    INSERT INTO audit_line (at, actor, act, detail)
    VALUES (wb.moment(), session_user, p_act, p_detail)
$$;

-- The groups follow the tables. A newcomer waits until he has a password of his own.
CREATE OR REPLACE FUNCTION wb.account_match_groups(p_login text) RETURNS void
LANGUAGE plpgsql
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_kinds text[];
BEGIN
    IF wb_accounts.standing(p_login) <> 'user' THEN
        RETURN;
    END IF;
    SELECT array_agg(DISTINCT g.kind) INTO v_kinds
    FROM role_group AS g
    WHERE g.kind IS NOT NULL AND g.role IN (SELECT role FROM wb.account_roles(p_login));
    PERFORM wb_accounts.belong(p_login, 'user'::text || coalesce(v_kinds, '{}'));
END
$$;

-- The roles that are not over yet, with their time; an appointment makes a representative (3.8).
CREATE OR REPLACE FUNCTION wb.account_roles(p_login text)
RETURNS TABLE (role text, valid_from bigint, valid_to bigint)
LANGUAGE sql STABLE
SET search_path = wb, pg_catalog, pg_temp
AS $$
    SELECT m.role, m.valid_from, m.valid_to FROM membership AS m
    WHERE m.login = p_login AND wb.moment() < m.valid_to
    UNION ALL
    SELECT 'representative', a.valid_from, a.valid_to FROM appointment AS a
    WHERE a.login = p_login AND wb.moment() < a.valid_to
        AND (a.revoked_at IS NULL OR wb.moment() < a.revoked_at)
$$;

-- A new person with his first password, which gives nothing until he has changed it. Without a
-- verifier: a person of another centre of this cluster, who keeps the password he has.
CREATE OR REPLACE FUNCTION wb.user_add(
    p_login text, p_name_zh text, p_name_en text, p_department text, p_site text,
    p_verifier text
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM 1 FROM app_user WHERE login = session_user FOR UPDATE;
    PERFORM wb.account_need_security();
    PERFORM wb.account_need_name(p_login);
    PERFORM wb.account_need_department(p_department);
    IF btrim(coalesce(p_name_zh, '')) = '' OR btrim(coalesce(p_name_en, '')) = '' THEN
        PERFORM wb.refuse('person_name_missing');
    ELSIF EXISTS (SELECT 1 FROM app_user WHERE login = p_login) THEN
        PERFORM wb.refuse('person_exists', jsonb_build_object('login', p_login));
    END IF;
    INSERT INTO app_user (login, name_zh, name_en, department, site, failures)
    VALUES (p_login, p_name_zh, p_name_en, p_department, p_site, 0);
    PERFORM wb.account_audit('user_added', p_login);
    PERFORM wb.account_open(p_login, p_verifier);
END
$$;

CREATE OR REPLACE FUNCTION wb.account_need_department(p_department text) RETURNS void
LANGUAGE plpgsql
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    IF p_department IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM department WHERE code = p_department) THEN
        PERFORM wb.refuse('office_unknown', jsonb_build_object('department', p_department));
    END IF;
END
$$;

-- The login behind a row of app_user: made, taken over from another centre, or given back.
CREATE OR REPLACE FUNCTION wb.account_open(p_login text, p_verifier text) RETURNS void
LANGUAGE plpgsql
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_standing text := wb_accounts.standing(p_login);
BEGIN
    IF v_standing = 'foreign' THEN
        PERFORM wb.refuse('login_taken');
    ELSIF v_standing = 'elsewhere' OR v_standing <> 'free' AND wb_accounts.shared(p_login) THEN
        IF p_verifier IS NOT NULL THEN
            PERFORM wb.refuse('login_elsewhere', jsonb_build_object('login', p_login));
        END IF;
        PERFORM wb_accounts.belong(p_login, '{user}');
        PERFORM wb.account_match_groups(p_login);
    ELSE
        PERFORM wb.account_need_verifier(p_verifier);
        IF v_standing = 'free' THEN
            PERFORM wb_accounts.make_login(p_login, p_verifier);
        ELSE
            PERFORM wb_accounts.set_password(p_login, p_verifier);
            PERFORM wb_accounts.belong(p_login, '{newcomer}');
        END IF;
    END IF;
END
$$;

-- A new first password from the security administrator; also what gives a login to a person who
-- has none, and gives it back to one who lost it. His sessions end.
CREATE OR REPLACE FUNCTION wb.user_password(p_login text, p_verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM wb.account_turn(p_login);
    PERFORM wb.account_need_name(p_login);
    PERFORM wb.account_open(p_login, p_verifier);
    PERFORM wb_accounts.end_sessions(p_login);
    PERFORM wb.account_audit('password_given', p_login);
END
$$;

-- One's own new password. It makes a newcomer a user, who from now on has what his roles give.
CREATE OR REPLACE FUNCTION wb.password_change(p_verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM wb.account_need_verifier(p_verifier);
    UPDATE app_user SET failures = failures WHERE login = session_user;
    IF NOT FOUND OR wb_accounts.standing(session_user::text) NOT IN ('user', 'newcomer') THEN
        PERFORM wb.refuse('person_unknown', jsonb_build_object('login', session_user));
    END IF;
    PERFORM wb_accounts.set_password(session_user::text, p_verifier);
    IF wb_accounts.standing(session_user::text) = 'newcomer' THEN
        PERFORM wb_accounts.belong(session_user::text, '{user}');
        PERFORM wb.account_match_groups(session_user::text);
    END IF;
    PERFORM wb.account_audit('password_changed', session_user::text);
END
$$;

-- Whether the signed-in person still bears the password that he was given.
CREATE OR REPLACE FUNCTION wb.password_must_change() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$ SELECT wb_accounts.standing(session_user::text) = 'newcomer' $$;

-- After the commit of a revocation: a session that began while it was being written ends too.
CREATE OR REPLACE FUNCTION wb.user_end_sessions(p_login text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM wb.account_need_security();
    IF wb_accounts.standing(p_login) <> 'former' THEN
        PERFORM wb.refuse('account_in_use', jsonb_build_object('login', p_login));
    END IF;
    RETURN wb_accounts.end_sessions(p_login);
END
$$;

-- Everybody with the roles that are not over, and how his login stands. For the security and the
-- audit administrator; it says nothing of any case.
CREATE OR REPLACE FUNCTION wb.user_list()
RETURNS TABLE (login text, name_zh text, name_en text, department text, site text, roles text[],
               standing text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT wb.account_role_now('audit_admin') THEN
        PERFORM wb.account_need_security();
    END IF;
    RETURN QUERY
    SELECT u.login, u.name_zh, u.name_en, u.department, u.site,
        ARRAY(SELECT DISTINCT r.role FROM wb.account_roles(u.login) AS r ORDER BY 1),
        wb_accounts.standing(u.login)
    FROM app_user AS u ORDER BY u.login;
END
$$;

-- The codes of the departments and the sign-in names in use, for who checks a list before it is
-- written.
CREATE OR REPLACE FUNCTION wb.account_names()
RETURNS TABLE (what text, name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM wb.account_need_security();
    RETURN QUERY SELECT 'department', d.code FROM department AS d
        UNION ALL SELECT 'login', u.login FROM app_user AS u;
END
$$;

-- The first logins of a new centre, by whoever installs it: no administrator is there yet.
CREATE OR REPLACE FUNCTION wb.account_found(p_login text, p_verifier text) RETURNS void
LANGUAGE plpgsql
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM wb.account_need_name(p_login);
    PERFORM wb.account_open(p_login, p_verifier);
END
$$;
