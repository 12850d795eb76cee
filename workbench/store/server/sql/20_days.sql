-- Working days and office minutes as look-ups (S045, rules.working_days). Moments are UTC
-- microseconds, local time is UTC+8. The calendar in force is the one published last. Outside it
-- every question is the refusal calendar_outside, naming the same day as the Python does. These are
-- called by verbs, with the verbs' search_path; nobody else may call them.

-- The local day of a moment. Counted from the year 1, so that the division never sees a minus.
CREATE OR REPLACE FUNCTION wb.local_date(p_at bigint) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT date '0001-01-01' + ((p_at + 62135625600000000) / 86400000000)::integer $$;

-- The moment at which the local day begins.
CREATE OR REPLACE FUNCTION wb.day_start(p_day date) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT (p_day - date '1970-01-01')::bigint * 86400000000 - 28800000000 $$;

-- 23:59:59: the last whole second of the local day, so that a stamp shows the day itself.
CREATE OR REPLACE FUNCTION wb.day_end(p_day date) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT (p_day - date '1970-01-01')::bigint * 86400000000 + 57599000000 $$;

-- The refusal of a question about a day that no calendar in force reaches.
CREATE OR REPLACE FUNCTION wb.refuse_outside(p_day date) RETURNS void
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF wb.calendar_version() IS NULL THEN
        PERFORM wb.refuse('calendar_missing');
    END IF;
    PERFORM wb.refuse('calendar_outside', jsonb_build_object('day', p_day));
END
$$;

-- The refusal of an answer that would lie after the last day of the calendar in force.
CREATE OR REPLACE FUNCTION wb.refuse_after() RETURNS void
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    PERFORM wb.refuse_outside((
        SELECT f.last_day FROM wb.calendar_frame f
        WHERE f.calendar_id = (SELECT max(c.calendar_id) FROM wb.calendar c)
    ));
END
$$;

-- The day as the calendar in force has it: its number of working days up to and including it, when
-- the office opens and closes. A day without office hours keeps the usual ones.
CREATE OR REPLACE FUNCTION wb.day_of(p_day date) RETURNS wb.calendar_day
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_day wb.calendar_day;
BEGIN
    SELECT * INTO v_day FROM wb.calendar_day d
    WHERE d.calendar_id = (SELECT max(c.calendar_id) FROM wb.calendar c) AND d.day = p_day;
    IF NOT FOUND THEN
        PERFORM wb.refuse_outside(p_day);
    END IF;
    RETURN v_day;
END
$$;

-- How many working days the calendar has up to and including that day.
CREATE OR REPLACE FUNCTION wb.working_ordinal(p_day date) RETURNS integer
LANGUAGE plpgsql STABLE
AS $$ BEGIN RETURN (wb.day_of(p_day)).ordinal; END $$;

-- When the office opens that day.
CREATE OR REPLACE FUNCTION wb.office_start(p_day date) RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$ BEGIN RETURN (wb.day_of(p_day)).opens_at; END $$;

-- When the office closes that day: the moment a working-day limit ends.
CREATE OR REPLACE FUNCTION wb.office_end(p_day date) RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$ BEGIN RETURN (wb.day_of(p_day)).closes_at; END $$;

-- The p_count-th working day after the day, which is not itself counted; 0 is the day.
CREATE OR REPLACE FUNCTION wb.working_day_after(p_day date, p_count integer)
RETURNS wb.calendar_day LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_due wb.calendar_day;
BEGIN
    IF p_count < 0 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'count is 0 or more';
    ELSIF p_count = 0 THEN
        RETURN wb.day_of(p_day);
    END IF;
    SELECT due.* INTO v_due
    FROM wb.calendar_day d
    JOIN wb.working_day w ON w.calendar_id = d.calendar_id AND w.ordinal = d.ordinal + p_count
    JOIN wb.calendar_day due ON due.calendar_id = w.calendar_id AND due.day = w.day
    WHERE d.calendar_id = (SELECT max(c.calendar_id) FROM wb.calendar c) AND d.day = p_day;
    IF NOT FOUND THEN
        PERFORM wb.day_of(p_day);
        PERFORM wb.refuse_after();
    END IF;
    RETURN v_due;
END
$$;

-- The same as a date alone.
CREATE OR REPLACE FUNCTION wb.add_working_days(p_day date, p_count integer) RETURNS date
LANGUAGE plpgsql STABLE
AS $$ BEGIN RETURN (wb.working_day_after(p_day, p_count)).day; END $$;

-- How many working days lie after the first up to and including the last.
CREATE OR REPLACE FUNCTION wb.working_days_between(p_first date, p_last date) RETURNS integer
LANGUAGE plpgsql STABLE
AS $$ BEGIN RETURN wb.working_ordinal(p_last) - wb.working_ordinal(p_first); END $$;

-- All office time of the calendar up to that moment, in microseconds.
CREATE OR REPLACE FUNCTION wb.office_total(p_at bigint) RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_total bigint;
BEGIN
    SELECT coalesce(span.total, 0) INTO v_total
    FROM wb.calendar_frame f LEFT JOIN LATERAL (
        SELECT s.before_us + least(p_at, s.end_at) - s.start_at AS total FROM wb.office_span s
        WHERE s.calendar_id = f.calendar_id AND s.start_at <= p_at
        ORDER BY s.start_at DESC LIMIT 1
    ) AS span ON true
    WHERE f.calendar_id = (SELECT max(c.calendar_id) FROM wb.calendar c)
      AND wb.local_date(p_at) BETWEEN f.first_day AND f.last_day;
    IF v_total IS NULL THEN
        PERFORM wb.refuse_outside(wb.local_date(p_at));
    END IF;
    RETURN v_total;
END
$$;

-- Office time between two moments; 0 when the end is not later. The end is asked for first: where
-- both lie outside the calendar the refusal names the end.
CREATE OR REPLACE FUNCTION wb.office_elapsed(p_start bigint, p_end bigint) RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_until bigint := wb.office_total(p_end);
BEGIN
    RETURN greatest(0, v_until - wb.office_total(p_start));
END
$$;

-- The earliest moment at which so much office time has passed (E09: a push at 16:55 and ten minutes
-- end five minutes after the next opening).
CREATE OR REPLACE FUNCTION wb.add_office_time(p_at bigint, p_us bigint) RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_goal bigint;
    v_due bigint;
    v_end bigint;
BEGIN
    IF p_us < 0 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'span_us is 0 or more';
    ELSIF p_us = 0 THEN
        RETURN p_at;
    END IF;
    v_goal := wb.office_total(p_at) + p_us;
    -- The last span that begins before the goal is reached holds it: its total before is smaller.
    SELECT s.start_at + v_goal - s.before_us, s.end_at INTO v_due, v_end FROM wb.office_span s
    WHERE s.calendar_id = (SELECT max(c.calendar_id) FROM wb.calendar c) AND s.before_us < v_goal
    ORDER BY s.before_us DESC LIMIT 1;
    IF v_due > v_end THEN
        PERFORM wb.refuse_after();
    END IF;
    RETURN v_due;
END
$$;

-- Whether any day of the span lies in a year whose notice is not loaded (domain 2.9).
CREATE OR REPLACE FUNCTION wb.is_provisional(p_first date, p_last date) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_first integer := extract(year FROM p_first);
    v_last integer := extract(year FROM p_last);
    v_known integer;
BEGIN
    SELECT count(*) INTO v_known FROM wb.calendar_year y
    WHERE y.calendar_id = (SELECT max(c.calendar_id) FROM wb.calendar c)
      AND y.year BETWEEN v_first AND v_last;
    RETURN v_known < v_last - v_first + 1;
END
$$;

-- The name of the calendar in force; clocks keep it.
CREATE OR REPLACE FUNCTION wb.calendar_version() RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT c.version FROM wb.calendar c ORDER BY c.calendar_id DESC LIMIT 1);
END
$$;
