-- When a limit ends (rules.due_times) and how long a procedure may stop it (rules.suspension).

-- Office minutes, exact, the office time of each pause given back.
CREATE OR REPLACE FUNCTION wb.minutes_due(p_at bigint, p_minutes integer, p_pauses jsonb)
RETURNS bigint LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_at bigint := p_at;
    v_left bigint := p_minutes * 60000000::bigint;
    v_start bigint;
BEGIN
    FOR v_no IN 0 .. jsonb_array_length(p_pauses) - 1 LOOP
        v_start := p_pauses -> v_no ->> 0;
        EXIT WHEN wb.add_office_time(v_at, v_left) <= v_start;
        v_left := v_left - wb.office_elapsed(v_at, v_start);
        v_at := p_pauses -> v_no ->> 1;
    END LOOP;
    RETURN wb.add_office_time(v_at, v_left);
END
$$;

-- Working days after the first day that a pause covers from opening to closing; parts are nothing.
-- Counted from the ordinals of three days by their keys: a range of days would be planned anew at
-- each call.
CREATE OR REPLACE FUNCTION wb.working_days_covered(p_first date, p_start bigint, p_end bigint)
RETURNS integer LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_covered integer;
BEGIN
    SELECT greatest(0,
        high.ordinal - (p_end < high.closes_at AND high.worked)::integer
        - greatest(before.ordinal,
                   low.ordinal - (p_start <= low.opens_at AND low.worked)::integer))
    INTO v_covered
    FROM wb.calendar_day before
    JOIN wb.calendar_day low
        ON low.calendar_id = before.calendar_id AND low.day = wb.local_date(p_start)
    JOIN wb.calendar_day high
        ON high.calendar_id = before.calendar_id AND high.day = wb.local_date(p_end)
    WHERE before.calendar_id = (SELECT max(c.calendar_id) FROM wb.calendar c)
      AND before.day = p_first;
    IF NOT FOUND THEN
        PERFORM wb.day_of(wb.local_date(p_start)), wb.day_of(wb.local_date(p_end));
    END IF;
    RETURN v_covered;
END
$$;

-- Working days: the end of office hours of the last day, the day of the start not counted.
CREATE OR REPLACE FUNCTION wb.working_days_due(p_first date, p_count integer, p_pauses jsonb)
RETURNS bigint LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_last wb.calendar_day := wb.working_day_after(p_first, p_count);
    v_start bigint;
    v_end bigint;
    v_given integer;
BEGIN
    FOR v_no IN 0 .. jsonb_array_length(p_pauses) - 1 LOOP
        v_start := p_pauses -> v_no ->> 0;
        v_end := p_pauses -> v_no ->> 1;
        EXIT WHEN v_last.closes_at <= v_start;
        v_given := wb.working_days_covered(p_first, v_start, v_end);
        IF v_given > 0 THEN
            v_last := wb.working_day_after(v_last.day, v_given);
        END IF;
    END LOOP;
    RETURN v_last.closes_at;
END
$$;

-- Calendar days and months: the last second of the last day; whole days of a pause given back.
CREATE OR REPLACE FUNCTION wb.calendar_due(p_first date, p_last date, p_pauses jsonb)
RETURNS bigint LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_last date := p_last;
    v_low date;
    v_start bigint;
    v_end bigint;
BEGIN
    FOR v_no IN 0 .. jsonb_array_length(p_pauses) - 1 LOOP
        v_start := p_pauses -> v_no ->> 0;
        v_end := p_pauses -> v_no ->> 1;
        EXIT WHEN wb.day_end(v_last) <= v_start;
        v_low := wb.local_date(v_start);
        IF v_start > wb.day_start(v_low) THEN
            v_low := v_low + 1;
        END IF;
        v_low := greatest(v_low, p_first + 1);
        v_last := v_last + greatest(wb.local_date(v_end) - v_low, 0);
    END LOOP;
    RETURN wb.day_end(v_last);
END
$$;

-- When a clock started at that moment is due, its pauses [[start, end], ...] given back. A month
-- ends on the same day number, or on the month's last day where it is shorter.
CREATE OR REPLACE FUNCTION wb.due_at(
    p_at bigint, p_length integer, p_unit text, p_pauses jsonb DEFAULT '[]'
) RETURNS bigint LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_first date;
BEGIN
    IF p_length < 1 OR p_unit NOT IN ('office_minute', 'working_day', 'calendar_day', 'month') THEN
        PERFORM wb.refuse('limit_wrong', jsonb_build_object('length', p_length, 'unit', p_unit));
    ELSIF p_unit = 'office_minute' THEN
        RETURN wb.minutes_due(p_at, p_length, p_pauses);
    END IF;
    v_first := wb.local_date(p_at);
    IF p_unit = 'working_day' THEN
        RETURN wb.working_days_due(v_first, p_length, p_pauses);
    ELSIF p_unit = 'month' THEN
        RETURN wb.calendar_due(
            v_first, (v_first + make_interval(months => p_length))::date, p_pauses
        );
    END IF;
    RETURN wb.calendar_due(v_first, v_first + p_length, p_pauses);
END
$$;

-- The last day on which a procedure of that kind, begun at that moment, may end (R23, T14); NULL
-- where it is none of the eight kinds.
CREATE OR REPLACE FUNCTION wb.longest_until(p_kind text, p_begun bigint) RETURNS date
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_days integer := (SELECT l.days FROM wb.longest_procedure l WHERE l.kind = p_kind);
BEGIN
    IF v_days IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN wb.add_working_days(wb.local_date(p_begun), v_days);
END
$$;

-- The last moment of that day; NULL where it is none of the eight kinds.
CREATE OR REPLACE FUNCTION wb.latest_end(p_kind text, p_begun bigint) RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$ BEGIN RETURN wb.day_start(wb.longest_until(p_kind, p_begun) + 1) - 1; END $$;

-- What the refusal of a later end says: the kind as its source word, its length, the last day;
-- NULL where it is none of the eight kinds.
CREATE OR REPLACE FUNCTION wb.too_long(p_kind text, p_begun bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT jsonb_build_object('kind', l.word, 'days', l.days,
                                  'day', wb.longest_until(p_kind, p_begun))
        FROM wb.longest_procedure l WHERE l.kind = p_kind
    );
END
$$;
