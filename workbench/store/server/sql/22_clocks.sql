-- The clocks of a case as rows of wb.clock_run (domain 3.4; rules.clocks, store.carry_out). Called
-- by the verb inside its transaction, after the case row is locked; p_at is the effective moment.

-- The clock from that moment on, as long as the item version says; nothing where the item has no
-- such clock. A run of it that still counts ends at the same moment.
CREATE OR REPLACE FUNCTION wb.clock_start(
    p_case bigint, p_name text, p_at bigint, p_item text, p_version bigint
) RETURNS void LANGUAGE plpgsql
AS $$
DECLARE
    v_length integer;
    v_unit text;
    v_round bigint;
    v_due bigint;
BEGIN
    SELECT l.length, l.unit INTO v_length, v_unit FROM wb.item_limit l
    WHERE l.item_code = p_item AND l.version = p_version AND l.clock = p_name;
    IF v_length IS NULL THEN
        RETURN;
    END IF;
    PERFORM wb.clock_stop(p_case, p_name, p_at);
    v_due := wb.due_at(p_at, v_length, v_unit, '[]');
    SELECT 1 + count(*) INTO v_round FROM wb.clock_run c
    WHERE c.case_id = p_case AND c.name = p_name;
    INSERT INTO wb.clock_run (case_id, name, round, started_at, unit, length, due_at, paused_us,
                              provisional, pauses, calendar_version)
    VALUES (p_case, p_name, v_round, p_at, v_unit, v_length, v_due, 0,
            wb.is_provisional(wb.local_date(p_at), wb.local_date(v_due)), '[]',
            wb.calendar_version());
END
$$;

-- The clock at its end; a stopped run keeps its first moment.
CREATE OR REPLACE FUNCTION wb.clock_stop(p_case bigint, p_name text, p_at bigint) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE wb.clock_run c SET stopped_at = p_at
    WHERE c.case_id = p_case AND c.name = p_name AND c.stopped_at IS NULL;
END
$$;

-- Every clock of the case at its end: withdrawn and terminated cases keep none (T28, T29).
CREATE OR REPLACE FUNCTION wb.clocks_stop_all(p_case bigint, p_at bigint) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE wb.clock_run c SET stopped_at = p_at
    WHERE c.case_id = p_case AND c.stopped_at IS NULL;
END
$$;

-- The clock that was stopped last goes on as if it had not been: its due moment stays (T23b).
CREATE OR REPLACE FUNCTION wb.clock_go_on(p_case bigint, p_name text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE wb.clock_run c SET stopped_at = NULL
    WHERE c.run_id = (
        SELECT max(o.run_id) FROM wb.clock_run o
        WHERE o.case_id = p_case AND o.name = p_name AND o.stopped_at IS NOT NULL
    );
END
$$;

-- The statutory and the promised clock are held from this second on (R23, T14).
CREATE OR REPLACE FUNCTION wb.clocks_pause(p_case bigint, p_at bigint) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_early boolean;
BEGIN
    WITH held AS (
        UPDATE wb.clock_run c SET paused_at = p_at
        WHERE c.case_id = p_case AND c.name IN ('statutory', 'promised')
          AND c.stopped_at IS NULL AND c.paused_at IS NULL
        RETURNING p_at < c.started_at AS early
    )
    SELECT bool_or(held.early) INTO v_early FROM held;
    IF v_early THEN
        PERFORM wb.refuse('clock_not_possible',
                          '{"why": "A clock cannot be held before it began."}');
    END IF;
END
$$;

-- They count again (T15), and the due moment moves by what the pause gives back (rule 5).
CREATE OR REPLACE FUNCTION wb.clocks_resume(p_case bigint, p_at bigint) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_run wb.clock_run;
    v_end bigint;
BEGIN
    FOR v_run IN
        SELECT * FROM wb.clock_run c
        WHERE c.case_id = p_case AND c.name IN ('statutory', 'promised')
          AND c.stopped_at IS NULL AND c.paused_at IS NOT NULL
        ORDER BY c.run_id
    LOOP
        v_end := greatest(p_at, v_run.paused_at);
        v_run.pauses := left(v_run.pauses, -1) || CASE v_run.pauses WHEN '[]' THEN '' ELSE ',' END
            || '[' || v_run.paused_at || ',' || v_end || ']]';
        v_run.paused_us := v_run.paused_us + v_end - v_run.paused_at;
        v_run.paused_at := NULL;
        PERFORM wb.clock_recompute(v_run);
    END LOOP;
END
$$;

-- The limit made longer by so many working days (T30, R19); a clock of another unit has none to
-- add. No days asked for is nothing to do.
CREATE OR REPLACE FUNCTION wb.clock_extend(p_case bigint, p_name text, p_days bigint)
RETURNS void LANGUAGE plpgsql
AS $$
DECLARE
    v_run wb.clock_run;
BEGIN
    FOR v_run IN
        SELECT * FROM wb.clock_run c
        WHERE c.case_id = p_case AND c.name = p_name AND c.stopped_at IS NULL
          AND c.unit = 'working_day' AND p_days <> 0
        ORDER BY c.run_id
    LOOP
        IF p_days < 1 THEN
            PERFORM wb.refuse('clock_not_possible',
                              '{"why": "An extension is at least one day."}');
        END IF;
        v_run.length := v_run.length + p_days;
        PERFORM wb.clock_recompute(v_run);
    END LOOP;
END
$$;

-- A changed run, written with its due moment under the calendar in force. The expiry of a licence
-- is a date of its own and stays (R26).
CREATE OR REPLACE FUNCTION wb.clock_recompute(p_run wb.clock_run) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_run wb.clock_run := p_run;
BEGIN
    IF v_run.name <> 'renewal_expiry' THEN
        v_run.due_at := wb.due_at(v_run.started_at, v_run.length::integer, v_run.unit,
                                  v_run.pauses::jsonb);
        v_run.provisional := wb.is_provisional(wb.local_date(v_run.started_at),
                                               wb.local_date(v_run.due_at));
        v_run.calendar_version := wb.calendar_version();
    END IF;
    UPDATE wb.clock_run c
    SET length = v_run.length, due_at = v_run.due_at, paused_at = v_run.paused_at,
        paused_us = v_run.paused_us, pauses = v_run.pauses, provisional = v_run.provisional,
        calendar_version = v_run.calendar_version
    WHERE c.run_id = v_run.run_id;
END
$$;
