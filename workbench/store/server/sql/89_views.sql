-- Saved views of the inbox (store.view_room): group, order and filter under a name. Whose they are
-- and who is shown the shared ones is said by their policy; here is who keeps and drops them.

-- The sign-in names of everybody of the person's departments: where he is placed, or has a post or
-- a letter in force (view_rows.colleagues). Posts, letters and places are no secret of the house.
CREATE OR REPLACE FUNCTION wb.my_colleagues() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_who text := session_user;
    v_at bigint := wb.moment();
BEGIN
    RETURN ARRAY(
        WITH placed AS (
            SELECT u.login, u.department FROM wb.app_user u WHERE u.department IS NOT NULL
            UNION SELECT m.login, m.department FROM wb.membership m
            WHERE m.department IS NOT NULL AND m.valid_from <= v_at AND v_at < m.valid_to
            UNION SELECT a.login, a.department FROM wb.appointment a
            WHERE a.valid_from <= v_at AND v_at < a.valid_to
                AND (a.revoked_at IS NULL OR v_at < a.revoked_at)
        )
        SELECT DISTINCT t.login FROM placed t
        WHERE t.department IN (SELECT m.department FROM placed m WHERE m.login = v_who)
    );
END
$$;

-- The verb. In place of one's own that has that number, or, without a number, that name; else a new
-- one. One person at a time, so that nobody has more than he may. Refusal view_not_kept.
CREATE OR REPLACE FUNCTION wb.save_view(
    p_view bigint, p_name text, p_shared boolean, p_body jsonb
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_who text := session_user;
    v_body text := wb.canonical(p_body);
    v_name text := btrim(p_name);
    v_named bigint;
    v_place bigint;
    v_own bigint;
    v_together bigint;
BEGIN
    PERFORM wb.still_here(v_who);
    PERFORM pg_advisory_xact_lock(hashtext('wb.saved_view ' || v_who));
    IF coalesce(char_length(v_name), 0) NOT BETWEEN 1 AND wb.most_view_letters()
        OR p_shared IS NULL OR coalesce(char_length(v_body), 0) NOT BETWEEN 2 AND wb.most_view_body()
    THEN
        PERFORM wb.refuse('view_not_kept');
    END IF;
    v_named := (SELECT v.view_id FROM wb.saved_view v WHERE v.owner = v_who AND v.name = v_name);
    v_place := CASE WHEN p_view = 0 THEN v_named
        ELSE (SELECT v.view_id FROM wb.saved_view v WHERE v.owner = v_who AND v.view_id = p_view)
        END;
    SELECT count(*) FILTER (WHERE v.owner = v_who), count(*) FILTER (WHERE v.shared)
    INTO v_own, v_together FROM wb.saved_view v
    WHERE v.view_id IS DISTINCT FROM v_place AND (
        v.owner = v_who OR v.shared AND v.owner = ANY (wb.my_colleagues()));
    IF p_view <> 0 AND (v_place IS NULL OR v_named <> v_place)
        OR v_own >= wb.most_views() OR p_shared AND v_together >= wb.most_views() THEN
        PERFORM wb.refuse('view_not_kept');
    END IF;
    IF v_place IS NULL THEN
        INSERT INTO wb.saved_view (owner, name, shared, body, saved_at)
        VALUES (v_who, v_name, p_shared, v_body, wb.moment()) RETURNING view_id INTO v_place;
    ELSE
        UPDATE wb.saved_view v SET name = v_name, shared = p_shared, body = v_body,
            saved_at = wb.moment() WHERE v.view_id = v_place;
    END IF;
    RETURN v_place;
END
$$;

-- The verb. Drop one's own; nothing happens where there is none.
CREATE OR REPLACE FUNCTION wb.remove_view(p_view bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_who text := session_user;
BEGIN
    PERFORM wb.still_here(v_who);
    DELETE FROM wb.saved_view v WHERE v.view_id = p_view AND v.owner = v_who;
END
$$;

GRANT EXECUTE ON FUNCTION wb.save_view(bigint, text, boolean, jsonb) TO @user@;
GRANT EXECUTE ON FUNCTION wb.remove_view(bigint) TO @user@;
