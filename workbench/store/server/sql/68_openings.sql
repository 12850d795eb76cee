-- Who has a case open (decision note 019): one line for each session, which goes when its person
-- closes the case and counts for nothing once the session is gone.

-- Whether that session is still there, and still that person's.
CREATE OR REPLACE FUNCTION wb.session_lives(p_pid integer, p_login text) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM pg_stat_get_activity(p_pid) AS a JOIN pg_roles AS r ON r.oid = a.usesysid
        JOIN pg_database AS d ON d.oid = a.datid
        WHERE r.rolname = p_login AND d.datname = current_database()
    );
END
$$;

-- The case on the screen of this session; an empty number, or a case of which the person sees
-- nothing, takes the line away. Written only where something changes; then wb.tell has to be called.
CREATE OR REPLACE FUNCTION wb.note_open(p_case_no text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_who text := session_user;
    v_case wb.case_file := wb.case_numbered(p_case_no);
    v_now bigint := NULL;
    v_before bigint;
BEGIN
    PERFORM wb.still_here(v_who);
    IF v_case.case_id IS NOT NULL AND wb.sees(v_case, v_who, wb.moment()) THEN
        v_now := v_case.case_id;
    END IF;
    SELECT o.case_id INTO v_before FROM wb.case_opening o
    WHERE o.pid = pg_backend_pid() AND o.login = v_who;
    IF v_now IS NOT DISTINCT FROM v_before THEN
        RETURN;
    END IF;
    DELETE FROM wb.case_opening o
    WHERE o.pid = pg_backend_pid() OR NOT wb.session_lives(o.pid, o.login);
    IF v_now IS NOT NULL THEN
        INSERT INTO wb.case_opening (pid, login, case_id) VALUES (pg_backend_pid(), v_who, v_now);
    END IF;
    PERFORM set_config('wb.opened', concat_ws(',', v_before, v_now), false);
END
$$;

-- Who else has that case open: of a case that the person sees, asked by the verbs that show it.
CREATE OR REPLACE FUNCTION wb.openers(p_case bigint, p_who text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(DISTINCT o.login), '[]') FROM wb.case_opening o
        WHERE o.case_id = p_case AND o.login <> p_who AND wb.session_lives(o.pid, o.login)
    );
END
$$;

-- Whether this session has said that the case is on its screen.
CREATE OR REPLACE FUNCTION wb.is_noted(p_case bigint, p_who text) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM wb.case_opening o
        WHERE o.pid = pg_backend_pid() AND o.login = p_who AND o.case_id = p_case
    );
END
$$;

-- The same for a page of the inbox: only of cases that the person sees.
CREATE OR REPLACE FUNCTION wb.inbox_open(p_cases bigint[])
RETURNS TABLE (case_id bigint, login text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_who text := session_user;
    v_open bigint[] := ARRAY(
        SELECT o.case_id FROM wb.case_opening o
        WHERE o.case_id = ANY (p_cases) AND o.login <> v_who
    );
BEGIN
    IF v_open <> '{}' THEN
        RETURN QUERY SELECT DISTINCT o.case_id, o.login FROM wb.case_opening o
        WHERE o.case_id = ANY (wb.visible_among(v_open)) AND o.login <> v_who
            AND wb.session_lives(o.pid, o.login)
        ORDER BY 1, 2;
    END IF;
END
$$;

-- Tells the departments of the cases that were just opened and closed, and nobody else: who hears
-- of everything sees it when his lists are asked for again.
CREATE OR REPLACE FUNCTION wb.tell_opened() RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_opened text := current_setting('wb.opened', true);
BEGIN
    IF coalesce(v_opened, '') !~ '^\d{1,18}(,\d{1,18})?$' THEN
        RETURN;
    END IF;
    PERFORM set_config('wb.opened', '', false);
    PERFORM pg_notify(wb.channel(c.department), '') FROM wb.case_file c
    WHERE c.case_id = ANY (string_to_array(v_opened, ',')::bigint[]) AND wb.may_tell(c.case_id);
END
$$;

GRANT EXECUTE ON FUNCTION wb.note_open(text), wb.inbox_open(bigint[]) TO @user@;
