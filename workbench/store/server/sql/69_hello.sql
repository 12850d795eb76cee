-- What a desk and a server tell each other at sign-in: versions, the time, a first password.

-- The number of the language in which desks call verbs; a desk left open over an upgrade speaks the
-- old one and is told so at its next step (database design, section 7).
CREATE OR REPLACE FUNCTION wb.refuse_old_desk() RETURNS void
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF coalesce(nullif(current_setting('wb.api', true), ''), wb.api()::text) <> wb.api()::text THEN
        PERFORM wb.refuse('desk_other_version');
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION wb.hello() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN jsonb_build_object(
        'api', wb.api(), 'oldest_api', wb.oldest_api(), 'now', wb.moment(),
        'download', (SELECT s.value FROM wb.setting s WHERE s.name = 'desk_download'));
END
$$;

GRANT EXECUTE ON FUNCTION wb.hello() TO @user@;
