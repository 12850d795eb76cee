-- Logins of the cluster, by fixed statements only. Owned by @accounts@, which may create roles and
-- end sessions; callable by the owner's verbs alone, which have asked before who may do it.

-- The groups of a login; a group of a centre bears the centre's mark.
CREATE OR REPLACE FUNCTION wb_accounts.groups_of(p_login text)
RETURNS TABLE (name text, mark text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT g.rolname::text, shobj_description(g.oid, 'pg_authid')
    FROM pg_roles AS p
    JOIN pg_auth_members AS m ON m.member = p.oid
    JOIN pg_roles AS g ON g.oid = m.roleid
    WHERE p.rolname = p_login
$$;

-- What a name is: free, here (user, newcomer, former), a person of other centres only, or foreign:
-- a role that is none of a centre's, or that is more than a person.
CREATE OR REPLACE FUNCTION wb_accounts.standing(p_login text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_role pg_roles%ROWTYPE;
    v_names text[];
    v_marks text[];
BEGIN
    SELECT * INTO v_role FROM pg_roles WHERE rolname = p_login;
    IF NOT FOUND THEN
        RETURN 'free';
    END IF;
    SELECT array_agg(name), array_agg(coalesce(mark, '')) INTO v_names, v_marks
    FROM wb_accounts.groups_of(p_login);
    IF v_names IS NULL OR v_role.rolsuper OR v_role.rolcreaterole OR v_role.rolcreatedb
        OR v_role.rolreplication OR v_role.rolbypassrls
        OR EXISTS (SELECT 1 FROM unnest(v_marks) AS one WHERE one NOT LIKE 'oneseal-workbench %')
    THEN
        RETURN 'foreign';
    END IF;
    RETURN CASE
        WHEN '@newcomer@' = ANY (v_names) THEN 'newcomer'
        WHEN '@former@' = ANY (v_names) THEN 'former'
        WHEN 'oneseal-workbench @prefix@' = ANY (v_marks) THEN 'user'
        ELSE 'elsewhere'
    END;
END
$$;

-- From PostgreSQL 16 on a login is changed by who made it, or was handed it.
CREATE OR REPLACE FUNCTION wb_accounts.in_our_hands(p_login text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN current_setting('server_version_num')::int < 160000
        OR pg_has_role(current_user, p_login, 'MEMBER WITH ADMIN OPTION');
END
$$;

-- Whether the person works at another centre of the cluster too: then his login is not ours to
-- lock, and his password not ours to set.
CREATE OR REPLACE FUNCTION wb_accounts.shared(p_login text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT 1 FROM wb_accounts.groups_of(p_login)
        WHERE mark LIKE 'oneseal-workbench %' AND mark <> 'oneseal-workbench @prefix@'
            AND name NOT LIKE '%\_former'
    ) OR NOT wb_accounts.in_our_hands(p_login)
$$;

-- The second lock: whatever a verb asks for, only persons of this centre are touched.
CREATE OR REPLACE FUNCTION wb_accounts.need_ours(p_login text) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF wb_accounts.standing(p_login) NOT IN ('user', 'newcomer', 'former') THEN
        RAISE EXCEPTION 'role % is no person of this centre', p_login
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;

-- A new login, not in any group yet. Only what has the form of a verifier is ever a password here:
-- a plain one would stand in logs.
CREATE OR REPLACE FUNCTION wb_accounts.make_login(p_login text, p_verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF p_login !~ '^[a-z][a-z0-9._-]{0,30}$' OR p_verifier !~ '^SCRAM-SHA-256\$' THEN
        RAISE EXCEPTION 'no login can be made of this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE format(
        'CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD %L '
        'IN ROLE @newcomer@', p_login, p_verifier
    );
END
$$;

-- A new password for somebody of this centre, who can sign in with it from the commit on.
CREATE OR REPLACE FUNCTION wb_accounts.set_password(p_login text, p_verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM wb_accounts.need_ours(p_login);
    IF p_verifier !~ '^SCRAM-SHA-256\$' THEN
        RAISE EXCEPTION 'no verifier' USING ERRCODE = 'insufficient_privilege';
    END IF;
    EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', p_login, p_verifier);
END
$$;

-- Nobody signs in with this name any more.
CREATE OR REPLACE FUNCTION wb_accounts.lock_login(p_login text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM wb_accounts.need_ours(p_login);
    EXECUTE format('ALTER ROLE %I NOLOGIN', p_login);
END
$$;

-- The login goes on at the centres where the person still works; from then on they may lock it.
CREATE OR REPLACE FUNCTION wb_accounts.hand_on(p_login text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_other text;
BEGIN
    PERFORM wb_accounts.need_ours(p_login);
    IF current_setting('server_version_num')::int < 160000
        OR NOT wb_accounts.in_our_hands(p_login) THEN
        RETURN;
    END IF;
    FOR v_other IN
        SELECT DISTINCT split_part(mark, ' ', 2) || '_accounts' FROM wb_accounts.groups_of(p_login)
        WHERE mark LIKE 'oneseal-workbench %' AND mark <> 'oneseal-workbench @prefix@'
    LOOP
        EXECUTE format(
            'GRANT %I TO %I WITH ADMIN TRUE, INHERIT FALSE, SET FALSE', p_login, v_other);
    END LOOP;
END
$$;

-- The person stands in exactly these groups of this centre, named without its prefix.
CREATE OR REPLACE FUNCTION wb_accounts.belong(p_login text, p_groups text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    v_group text;
    v_held text[];
BEGIN
    IF wb_accounts.standing(p_login) <> 'elsewhere' THEN
        PERFORM wb_accounts.need_ours(p_login);
    END IF;
    SELECT array_agg(name) INTO v_held FROM wb_accounts.groups_of(p_login);
    FOR v_group IN
        SELECT rolname::text FROM pg_roles
        WHERE shobj_description(oid, 'pg_authid') = 'oneseal-workbench @prefix@'
    LOOP
        IF substr(v_group, length('@prefix@_') + 1) = ANY (p_groups) THEN
            IF NOT v_group = ANY (v_held) THEN
                EXECUTE format('GRANT %I TO %I', v_group, p_login);
            END IF;
        ELSIF v_group = ANY (v_held) THEN
            EXECUTE format('REVOKE %I FROM %I', v_group, p_login);
        END IF;
    END LOOP;
END
$$;

-- Ends every session of the person in this database but the one that asks; how many.
CREATE OR REPLACE FUNCTION wb_accounts.end_sessions(p_login text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM wb_accounts.need_ours(p_login);
    RETURN (
        SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE usename = p_login AND datname = current_database() AND pid <> pg_backend_pid()
    );
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA wb_accounts FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA wb_accounts TO @owner@;
