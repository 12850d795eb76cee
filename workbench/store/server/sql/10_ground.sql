-- The ground of every verb: who asks, what time it is, how a rule says no.

-- The signed-in person. In a definer function current_user is the owner, so session_user it is.
CREATE OR REPLACE FUNCTION wb.who() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN session_user::text;
END
$$;

-- The one clock of the centre: UTC microseconds, read after the row lock. PL/pgSQL keeps its plan;
-- a function in SQL would be planned at each call.
CREATE OR REPLACE FUNCTION wb.moment() RETURNS bigint
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    RETURN (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint;
END
$$;

-- A refusal: its stable code as message, its values as JSON detail. Nothing was changed.
CREATE OR REPLACE FUNCTION wb.refuse(p_code text, p_values jsonb DEFAULT '{}') RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'WB001', MESSAGE = p_code, DETAIL = p_values::text;
END
$$;

-- For the trigger before every definition: who cannot become the owner makes, changes and drops
-- nothing. From PostgreSQL 16 on a member of a group could else drop the policies that name it.
CREATE OR REPLACE FUNCTION wb.refuse_definitions() RETURNS event_trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF NOT pg_has_role(session_user, '@owner@', 'MEMBER') THEN
        RAISE EXCEPTION 'nobody of the centre defines anything'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;

-- For the triggers of what only grows: nobody changes it, its owner neither (S084).
CREATE OR REPLACE FUNCTION wb.refuse_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'WB002';
END
$$;
