-- What the policies ask of the tables about the person at the keyboard, at the moment.
-- Each looks at session_user alone and tells nobody anything about anybody else. PL/pgSQL, because
-- its plans are kept for the session; called as (SELECT wb.f()), so once a statement. session_user
-- is put into a text first: a name has a collation of its own, and no index of a login serves it.

-- The moment for policies. One that is volatile, as the clock is, keeps PostgreSQL from asking a
-- sub-select once for all rows.
CREATE OR REPLACE FUNCTION wb.my_moment() RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
AS $$ BEGIN RETURN wb.moment(); END $$;

-- Whether the person holds one of these roles now (Fact role).
CREATE OR REPLACE FUNCTION wb.holds(p_roles text[]) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    v_who text := session_user;
    v_at bigint := wb.moment();
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM wb.membership m
        WHERE m.login = v_who AND m.role = ANY (p_roles)
          AND m.valid_from <= v_at AND v_at < m.valid_to
    );
END
$$;

-- All of them.
CREATE OR REPLACE FUNCTION wb.my_roles() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    v_who text := session_user;
    v_at bigint := wb.moment();
BEGIN
    RETURN ARRAY(
        SELECT m.role FROM wb.membership m
        WHERE m.login = v_who AND m.valid_from <= v_at AND v_at < m.valid_to
    );
END
$$;

-- The departments of those roles (member_of_department).
CREATE OR REPLACE FUNCTION wb.my_departments() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    v_who text := session_user;
    v_at bigint := wb.moment();
BEGIN
    RETURN ARRAY(
        SELECT m.department FROM wb.membership m
        WHERE m.login = v_who AND m.valid_from <= v_at AND v_at < m.valid_to
          AND m.department IS NOT NULL
    );
END
$$;

-- The sites of those roles (own_site, V14).
CREATE OR REPLACE FUNCTION wb.my_sites() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    v_who text := session_user;
    v_at bigint := wb.moment();
BEGIN
    RETURN ARRAY(
        SELECT m.site FROM wb.membership m
        WHERE m.login = v_who AND m.valid_from <= v_at AND v_at < m.valid_to
          AND m.site <> ''
    );
END
$$;

-- Where the person holds an appointment in force (appointed).
CREATE OR REPLACE FUNCTION wb.my_appointments() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    v_who text := session_user;
    v_at bigint := wb.moment();
BEGIN
    RETURN ARRAY(
        SELECT a.department FROM wb.appointment a
        WHERE a.login = v_who AND a.valid_from <= v_at AND v_at < a.valid_to
          AND (a.revoked_at IS NULL OR v_at < a.revoked_at)
    );
END
$$;

-- Where the person held one once that has begun, in force or not (was_appointed, V08).
CREATE OR REPLACE FUNCTION wb.my_past_appointments() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    v_who text := session_user;
    v_at bigint := wb.moment();
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT a.department FROM wb.appointment a
        WHERE a.login = v_who AND a.valid_from <= v_at
    );
END
$$;

-- Where the person is appointed by emergency authorisation alone (temporary, V22).
CREATE OR REPLACE FUNCTION wb.my_stand_ins() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    v_who text := session_user;
    v_at bigint := wb.moment();
BEGIN
    RETURN ARRAY(
        SELECT a.department FROM wb.appointment a
        WHERE a.login = v_who AND a.valid_from <= v_at AND v_at < a.valid_to
          AND (a.revoked_at IS NULL OR v_at < a.revoked_at)
        GROUP BY a.department
        HAVING bool_and(a.post = 'temp')
    );
END
$$;

-- Whether that person holds an appointment there at the moment and is not on leave (V07, V08).
CREATE OR REPLACE FUNCTION wb.present(p_login text, p_department text, p_at bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM wb.appointment a
        WHERE a.login = p_login AND a.department = p_department
          AND a.valid_from <= p_at AND p_at < a.valid_to
          AND (a.revoked_at IS NULL OR p_at < a.revoked_at)
    ) AND NOT EXISTS (
        SELECT 1 FROM wb.leave l
        WHERE l.login = p_login AND l.start <= p_at AND p_at < l."end"
    );
END
$$;

-- Where the person is on duty: a published shift runs, appointed there, not on leave (V01, V07).
-- Asked in nearly every statement, so wb.present is written out here.
CREATE OR REPLACE FUNCTION wb.my_duty() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    v_who text := session_user;
    v_at bigint := wb.moment();
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT s.department FROM wb.duty_shift s
        WHERE s.login = v_who AND s."end" > v_at AND s.start <= v_at
          AND s.published_at <= v_at
          AND EXISTS (
              SELECT 1 FROM wb.appointment a
              WHERE a.login = s.login AND a.department = s.department
                AND a.valid_from <= v_at AND v_at < a.valid_to
                AND (a.revoked_at IS NULL OR v_at < a.revoked_at))
          AND NOT EXISTS (
              SELECT 1 FROM wb.leave l
              WHERE l.login = s.login AND l.start <= v_at AND v_at < l."end")
    );
END
$$;

-- Where the person's shift ended within the grace of 15 minutes, and no other runs (E06, V06).
CREATE OR REPLACE FUNCTION wb.my_grace() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    v_who text := session_user;
    v_at bigint := wb.moment();
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT s.department FROM wb.duty_shift s
        WHERE s.login = v_who AND s."end" <= v_at AND s."end" > v_at - 900000000
          AND s.published_at <= v_at
          AND wb.present(s.login, s.department, v_at)
          AND s.department <> ALL (wb.my_duty())
    );
END
$$;

-- Of the departments where the person has a post, those where somebody is on duty (V12b).
CREATE OR REPLACE FUNCTION wb.my_staffed_departments() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    v_at bigint := wb.moment();
BEGIN
    RETURN ARRAY(
        SELECT d.code FROM unnest(wb.my_departments()) AS d(code)
        WHERE EXISTS (
            SELECT 1 FROM wb.duty_shift s
            WHERE s.department = d.code AND s."end" > v_at AND s.start <= v_at
              AND s.published_at <= v_at
              AND EXISTS (
                  SELECT 1 FROM wb.appointment a
                  WHERE a.login = s.login AND a.department = s.department
                    AND a.valid_from <= v_at AND v_at < a.valid_to
                    AND (a.revoked_at IS NULL OR v_at < a.revoked_at))
              AND NOT EXISTS (
                  SELECT 1 FROM wb.leave l
                  WHERE l.login = s.login AND l.start <= v_at AND v_at < l."end")
        )
    );
END
$$;

-- What the person's letters in force cover: "department *" or "department item" (item_authorised).
CREATE OR REPLACE FUNCTION wb.my_letters() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    v_who text := session_user;
    v_at bigint := wb.moment();
BEGIN
    RETURN ARRAY(
        SELECT a.department || ' ' || CASE WHEN a.all_items THEN '*' ELSE i.item_code END
        FROM wb.authorisation a
        LEFT JOIN wb.authorisation_item i USING (authorisation_id)
        WHERE a.login = v_who AND a.valid_from <= v_at AND v_at < a.valid_to
          AND (a.revoked_at IS NULL OR v_at < a.revoked_at)
          AND (a.all_items OR i.item_code IS NOT NULL)
          AND EXISTS (SELECT 1 FROM wb.authorisation_power p
                      WHERE p.authorisation_id = a.authorisation_id)
    );
END
$$;

-- The cases from which the person is recused (V00).
CREATE OR REPLACE FUNCTION wb.my_recusals() RETURNS bigint[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    v_who text := session_user;
BEGIN
    RETURN ARRAY(SELECT r.case_id FROM wb.recusal r WHERE r.login = v_who);
END
$$;

-- Whether the person has taken the seal over and still holds it (V16).
CREATE OR REPLACE FUNCTION wb.my_custody() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
DECLARE
    v_who text := session_user;
    v_at bigint := wb.moment();
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM wb.custody_shift c
        WHERE c.login = v_who AND c.start <= v_at AND v_at < c."end"
          AND c.taken_over_at <= v_at
    );
END
$$;

-- The marks in case_file.calls of departments where the person is on duty now: 'answered:D' (V10).
CREATE OR REPLACE FUNCTION wb.my_marks(p_kinds text[]) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
BEGIN
    RETURN ARRAY(
        SELECT k.kind || ':' || d.code
        FROM unnest(p_kinds) AS k(kind), unnest(wb.my_duty()) AS d(code)
    );
END
$$;

-- Whether an entry of own_task was written for a department that was asked about the case and
-- where the person is on duty now, by one of its own at that time (V09, V10).
CREATE OR REPLACE FUNCTION wb.own_entry(p_case bigint, p_author text, p_at bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM wb.task t
        JOIN wb.appointment a ON a.department = t.department AND a.login = p_author
        WHERE t.case_id = p_case AND t.kind = 'opinion'
          AND t.department = ANY (wb.my_duty())
          AND a.valid_from <= p_at AND p_at < a.valid_to
          AND (a.revoked_at IS NULL OR p_at < a.revoked_at)
    );
END
$$;
