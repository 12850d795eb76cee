-- What is wrong with a roster (rules.roster_faults, domain 4.5): the same eleven codes, found in
-- the table itself. The words are the desk's; here is only decided whether a reason is needed.

-- The working day before that one: publication is due then. Refusal calendar_outside.
CREATE OR REPLACE FUNCTION wb.working_day_before(p_day date) RETURNS date
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_found date;
    v_calendar bigint := (wb.day_of(p_day)).calendar_id;
BEGIN
    SELECT max(w.day) INTO v_found FROM wb.working_day w
    WHERE w.calendar_id = v_calendar AND w.day < p_day;
    IF v_found IS NULL THEN
        PERFORM wb.refuse_outside((
            SELECT f.first_day FROM wb.calendar_frame f WHERE f.calendar_id = v_calendar));
    END IF;
    RETURN v_found;
END
$$;

-- A stretch of time; nothing where it ends before it begins.
CREATE OR REPLACE FUNCTION wb.stretch(p_start bigint, p_end bigint) RETURNS int8range
LANGUAGE sql IMMUTABLE
AS $$ SELECT int8range(p_start, greatest(p_start, p_end)) $$;

-- The stretches of open office between two moments, cut to them.
CREATE OR REPLACE FUNCTION wb.open_spans(p_start bigint, p_end bigint) RETURNS SETOF int8range
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN QUERY SELECT wb.stretch(greatest(s.start_at, p_start), least(s.end_at, p_end))
    FROM wb.office_span s
    WHERE s.calendar_id = (SELECT max(c.calendar_id) FROM wb.calendar c)
        AND s.end_at > p_start AND s.start_at < p_end;
END
$$;

CREATE OR REPLACE FUNCTION wb.open_hours(p_start bigint, p_end bigint) RETURNS int8multirange
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT coalesce(range_agg(open), '{}') FROM wb.open_spans(p_start, p_end) AS open);
END
$$;

-- The department's shifts that touch the plan.
CREATE OR REPLACE FUNCTION wb.planned(p_department text, p_start bigint, p_end bigint)
RETURNS SETOF wb.duty_shift
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN QUERY SELECT s.* FROM wb.duty_shift s
    WHERE s.department = p_department AND s.start < p_end AND s."end" > p_start;
END
$$;

-- rules.roster_faults.faults_of: the codes of everything that is wrong with the shifts of a
-- department from one day to another, as they stand in the table. p_fresh are those that are
-- published by this step, at p_at.
CREATE OR REPLACE FUNCTION wb.roster_faults(
    p_department text, p_first date, p_last date, p_fresh text[], p_at bigint
) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_start bigint := wb.day_start(p_first);
    v_end bigint := wb.day_start(p_last + 1);
BEGIN
    RETURN array_remove(ARRAY[
        CASE WHEN EXISTS (SELECT 1 FROM wb.duty_shift s WHERE s.department = p_department
                          AND s."end" <= s.start) THEN 'backwards' END,
        CASE WHEN wb.fault_both_away(p_department, v_start, v_end) THEN 'both_away' END,
        CASE WHEN wb.fault_emergency_long(p_department, v_start, v_end) THEN 'emergency_long' END,
        CASE WHEN wb.open_hours(v_start, v_end) - coalesce((
            SELECT range_agg(wb.stretch(s.start, s."end"))
            FROM wb.planned(p_department, v_start, v_end) s), '{}') <> '{}' THEN 'gap' END,
        CASE WHEN EXISTS (
            SELECT 1 FROM wb.planned(p_department, v_start, v_end) s
            WHERE s.kind = 'regular' AND s.shift_id = ANY (p_fresh)
                AND wb.local_date(p_at) > wb.working_day_before(wb.local_date(s.start))
        ) THEN 'late' END,
        CASE WHEN wb.fault_leave(p_department, v_start, v_end) THEN 'leave' END,
        CASE WHEN wb.fault_not_appointed(p_department, v_start, v_end) THEN 'not_appointed' END,
        CASE WHEN wb.fault_not_authorised(p_department, v_start, v_end)
            THEN 'not_authorised' END,
        CASE WHEN wb.fault_overlap(p_department, v_start, v_end) THEN 'overlap' END,
        CASE WHEN EXISTS (SELECT 1 FROM wb.planned(p_department, v_start, v_end) s
                          WHERE s.created_by = s.login) THEN 'rostered_himself' END,
        CASE WHEN wb.fault_too_many_days(p_department, p_first, p_last)
            THEN 'too_many_days' END
    ], NULL);
END
$$;

-- Two at a time only if both shifts are marked joint (domain 4.2).
CREATE OR REPLACE FUNCTION wb.fault_overlap(p_department text, p_start bigint, p_end bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN EXISTS (
        WITH ordered AS (
            SELECT s.*, row_number() OVER (ORDER BY s.start, s.login COLLATE "C") AS nth
            FROM wb.planned(p_department, p_start, p_end) s)
        SELECT 1 FROM ordered a JOIN ordered b ON b.nth > a.nth AND b.start < a."end"
        WHERE NOT (a.joint AND b.joint AND a.login <> b.login));
END
$$;

-- The leaves of those who hold, or held, a letter of the department.
CREATE OR REPLACE FUNCTION wb.leaves_of(p_department text) RETURNS SETOF wb.leave
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN QUERY SELECT l.* FROM wb.leave l WHERE l.login IN (
        SELECT a.login FROM wb.appointment a WHERE a.department = p_department);
END
$$;

CREATE OR REPLACE FUNCTION wb.fault_leave(p_department text, p_start bigint, p_end bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM wb.planned(p_department, p_start, p_end) s
        JOIN wb.leaves_of(p_department) l ON l.login = s.login
        WHERE greatest(s.start, l.start) < least(s."end", l."end"));
END
$$;

-- A and B are away together in office hours (4.1).
CREATE OR REPLACE FUNCTION wb.fault_both_away(p_department text, p_start bigint, p_end bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_pair bigint;
    v_away int8multirange;
BEGIN
    SELECT count(*), range_intersect_agg(away) INTO v_pair, v_away FROM (
        SELECT coalesce((SELECT range_agg(wb.stretch(l.start, l."end")) FROM wb.leave l
                         WHERE l.login = standing.login), '{}') AS away
        FROM (SELECT DISTINCT a.login FROM wb.appointment a
              WHERE a.department = p_department AND a.post <> 'temp' AND a.revoked_at IS NULL
                AND a.valid_from < p_end AND a.valid_to > p_start) AS standing
    ) AS each;
    RETURN v_pair >= 2 AND wb.open_hours(p_start, p_end) * v_away <> '{}';
END
$$;

CREATE OR REPLACE FUNCTION wb.fault_not_appointed(p_department text, p_start bigint, p_end bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM wb.planned(p_department, p_start, p_end) s,
            unnest(ARRAY[s.start, s."end" - 1]) AS moment
        WHERE NOT EXISTS (
            SELECT 1 FROM wb.appointment a
            WHERE a.login = s.login AND a.department = p_department AND a.valid_from <= moment
                AND moment < a.valid_to AND (a.revoked_at IS NULL OR moment < a.revoked_at)));
END
$$;

-- An item that the department accepts is not within the letters of somebody who is rostered (V02).
-- A stand-in is named for some items only (V22): that is no fault.
CREATE OR REPLACE FUNCTION wb.fault_not_authorised(
    p_department text, p_start bigint, p_end bigint
) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM wb.planned(p_department, p_start, p_end) s,
            unnest(ARRAY[s.start, s."end" - 1]) AS moment
        WHERE s.kind <> 'emergency'
            AND NOT EXISTS (SELECT 1 FROM wb.letters_at(s.login, p_department, moment) AS a
                            WHERE a.all_items)
            AND EXISTS (
                SELECT 1 FROM unnest(wb.items_accepted(p_department)) AS code,
                    wb.items_named(s.login, p_department, moment) AS named
                WHERE NOT ARRAY[code, left(code, 31)] && named));
END
$$;

-- The person's letters in force that give any power at all.
CREATE OR REPLACE FUNCTION wb.letters_at(p_login text, p_department text, p_at bigint)
RETURNS SETOF wb.authorisation
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN QUERY SELECT a.* FROM wb.authorisation a
    WHERE a.login = p_login AND a.department = p_department
        AND a.valid_from <= p_at AND p_at < a.valid_to
        AND (a.revoked_at IS NULL OR p_at < a.revoked_at)
        AND EXISTS (SELECT 1 FROM wb.authorisation_power p
                    WHERE p.authorisation_id = a.authorisation_id);
END
$$;

-- The items that these letters name one by one.
CREATE OR REPLACE FUNCTION wb.items_named(p_login text, p_department text, p_at bigint)
RETURNS text[]
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN ARRAY(
        SELECT i.item_code FROM wb.letters_at(p_login, p_department, p_at) AS a
        JOIN wb.authorisation_item i ON i.authorisation_id = a.authorisation_id);
END
$$;

-- The items that the department accepts: the newest version is its own, and active.
CREATE OR REPLACE FUNCTION wb.items_accepted(p_department text) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN ARRAY(
        SELECT i.item_code FROM wb.item_version i
        WHERE i.department = p_department AND i.state = 'active' AND NOT EXISTS (
            SELECT 1 FROM wb.item_version n
            WHERE n.item_code = i.item_code AND n.version > i.version));
END
$$;

-- More than ten duty days in a row; a duty day is more than half of the office time, and a day on
-- which the office is shut neither adds nor breaks.
CREATE OR REPLACE FUNCTION wb.fault_too_many_days(p_department text, p_first date, p_last date)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_start bigint := wb.day_start(p_first);
    v_end bigint := wb.day_start(p_last + 1);
BEGIN
    IF NOT EXISTS (SELECT 1 FROM wb.planned(p_department, v_start, v_end)) THEN
        RETURN false;
    END IF;
    PERFORM wb.day_of(p_first), wb.day_of(least(p_last, 1 + (
        SELECT f.last_day FROM wb.calendar_frame f ORDER BY f.calendar_id DESC LIMIT 1)));
    RETURN EXISTS (
        WITH hours AS (
            SELECT dense_rank() OVER (ORDER BY wb.local_date(lower(open))) AS day, open
            FROM wb.open_spans(v_start, v_end) AS open),
        mine AS (
            SELECT s.login, range_agg(wb.stretch(s.start, s."end")) AS there
            FROM wb.planned(p_department, v_start, v_end) s GROUP BY s.login),
        duty AS (
            SELECT m.login, h.day, h.day - row_number() OVER (
                PARTITION BY m.login ORDER BY h.day) AS run
            FROM mine m CROSS JOIN hours h GROUP BY m.login, h.day
            HAVING 2 * sum(wb.length_of(m.there * int8multirange(h.open)))
                > sum(upper(h.open) - lower(h.open)))
        SELECT 1 FROM duty GROUP BY login, run HAVING count(*) > wb.most_days_in_a_row());
END
$$;

CREATE OR REPLACE FUNCTION wb.length_of(p_stretches int8multirange) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN (SELECT coalesce(sum(upper(one) - lower(one)), 0) FROM unnest(p_stretches) AS one);
END
$$;

-- E05: a stand-in is named for at most five working days.
CREATE OR REPLACE FUNCTION wb.fault_emergency_long(p_department text, p_start bigint, p_end bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_last date := (
        SELECT f.last_day FROM wb.calendar_frame f ORDER BY f.calendar_id DESC LIMIT 1);
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM wb.appointment a
        WHERE a.department = p_department AND a.post = 'temp' AND a.valid_from < p_end
            AND a.valid_to > p_start
            AND wb.working_days_between(
                wb.local_date(a.valid_from) - 1, least(wb.local_date(a.valid_to - 1), v_last)
            ) > wb.emergency_working_days());
END
$$;
