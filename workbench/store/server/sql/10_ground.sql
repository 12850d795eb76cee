-- The ground of every verb: who asks, what time it is, how a rule says no.

-- The signed-in person. In a definer function current_user is the owner, so session_user it is.
CREATE OR REPLACE FUNCTION wb.who() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT session_user::text $$;

-- The one clock of the centre: UTC microseconds, read after the row lock.
CREATE OR REPLACE FUNCTION wb.moment() RETURNS bigint
LANGUAGE sql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint $$;

-- A refusal: its stable code as message, its values as JSON detail. Nothing was changed.
CREATE OR REPLACE FUNCTION wb.refuse(p_code text, p_values jsonb DEFAULT '{}') RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'WB001', MESSAGE = p_code, DETAIL = p_values::text;
END
$$;
