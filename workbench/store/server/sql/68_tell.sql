-- Telling the other desks that something has changed: after the commit, without any content. A
-- notification inside the writing transaction would make every commit wait for every other.

-- The channel of a department; '' is the one that hears of everything.
CREATE OR REPLACE FUNCTION wb.channel(p_department text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN CASE WHEN p_department = '' THEN 'wb_all'
        ELSE 'wb_' || left(md5(p_department), 16) END;
END
$$;

-- A verb leaves the number of the case that it changed; wb.tell takes it up in a second statement.
CREATE OR REPLACE FUNCTION wb.mark_changed(p_case bigint) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('wb.changed', p_case::text, false);
END
$$;

-- Whether the person can have changed the case: he took a step in it, or sees it.
CREATE OR REPLACE FUNCTION wb.may_tell(p_case bigint) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_who text := session_user;
    v_case wb.case_file;
BEGIN
    IF EXISTS (SELECT 1 FROM wb.event e WHERE e.case_id = p_case AND e.actor = v_who) THEN
        RETURN true;
    END IF;
    SELECT * INTO v_case FROM wb.case_file c WHERE c.case_id = p_case;
    RETURN FOUND AND wb.sees(v_case, v_who, wb.moment());
END
$$;

-- Tells the department of the case that was changed last in this session, those that its sub-tasks
-- concern, and whoever listens to all. Nothing where nothing was changed, or where the person only
-- says so: which channel is told would tell him whose case it is.
CREATE OR REPLACE FUNCTION wb.tell() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_changed text := current_setting('wb.changed', true);
BEGIN
    PERFORM wb.tell_opened();
    IF coalesce(v_changed, '') !~ '^\d{1,18}$' THEN
        RETURN;
    END IF;
    PERFORM set_config('wb.changed', '', false);
    IF NOT wb.may_tell(v_changed::bigint) THEN
        RETURN;
    END IF;
    PERFORM pg_notify(wb.channel(named.department), '') FROM (
        SELECT c.department FROM wb.case_file c WHERE c.case_id = v_changed::bigint
        UNION SELECT t.department FROM wb.task t
        WHERE t.case_id = v_changed::bigint AND t.department IS NOT NULL
        UNION SELECT ''
    ) AS named;
END
$$;

-- The channels of the signed-in person: his departments, or all where his post is for all of them.
CREATE OR REPLACE FUNCTION wb.my_channels() RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_who text := session_user;
    v_now bigint := wb.moment();
BEGIN
    IF EXISTS (
        SELECT 1 FROM wb.membership m WHERE m.login = v_who AND m.valid_to > v_now
            AND m.role NOT IN ('representative', 'reviewer', 'organ_head', 'government_head')
    ) THEN
        RETURN ARRAY[wb.channel('')];
    END IF;
    RETURN ARRAY(
        SELECT wb.channel(a.department) FROM wb.appointment a
        WHERE a.login = v_who AND a.valid_to > v_now
        UNION SELECT wb.channel(m.department) FROM wb.membership m
        WHERE m.login = v_who AND m.valid_to > v_now AND m.department IS NOT NULL
    );
END
$$;

GRANT EXECUTE ON FUNCTION wb.tell(), wb.my_channels() TO @user@;

-- On how many cases the person has taken a step since then: a number, whatever he still sees.
CREATE OR REPLACE FUNCTION wb.my_cases_since(p_since bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT count(DISTINCT e.case_id) FROM wb.event e
            WHERE e.actor = session_user AND e.recorded_at >= p_since
                AND e.kind <> ALL (wb.no_handling()));
END
$$;

GRANT EXECUTE ON FUNCTION wb.my_cases_since(bigint) TO @user@;
