-- Deemed results (rules.settle, rules.hand_over): what time alone has brought about, written by
-- whoever touches the case next, each at its own true moment (domain 3.4, rule 1).

-- The newest run of a clock, where it runs.
CREATE OR REPLACE FUNCTION wb.running_due(p_case bigint, p_name text) RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_run wb.clock_run;
BEGIN
    SELECT * INTO v_run FROM wb.clock_run r
    WHERE r.case_id = p_case AND r.name = p_name ORDER BY r.round DESC LIMIT 1;
    RETURN CASE WHEN v_run.stopped_at IS NULL AND v_run.paused_at IS NULL THEN v_run.due_at END;
END
$$;

-- Every deemed result that the case owes, due or not; falls_due says when.
CREATE OR REPLACE FUNCTION wb.owed(p_case wb.case_file, p_now bigint)
RETURNS TABLE (move text, effective_at bigint, fields jsonb, falls_due bigint)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_due bigint;
BEGIN
    IF p_case.state = 'pending_acceptance' THEN
        v_due := wb.running_due(p_case.case_id, 'acceptance_response');
        IF v_due IS NOT NULL THEN
            RETURN QUERY SELECT 'deem_accepted', v_due, jsonb_build_object(
                'responsible', wb.on_duty_names(p_case.department, v_due - 1)), v_due;
        END IF;
    END IF;
    IF p_case.state IN ('received', 'pending_acceptance') THEN
        v_due := wb.running_due(p_case.case_id, 'correction_notice');
        IF v_due IS NOT NULL AND p_case.received_at IS NOT NULL THEN
            RETURN QUERY SELECT 'accept_by_silence', p_case.received_at, jsonb_build_object(
                'responsible', wb.on_duty_names(p_case.department, v_due - 1)), v_due;
        END IF;
    END IF;
    IF p_case.state = 'awaiting_correction' THEN
        v_due := wb.running_due(p_case.case_id, 'applicant_correction');
        RETURN QUERY SELECT 'return_application', v_due, '{}'::jsonb, v_due
        WHERE v_due IS NOT NULL;
    END IF;
    IF p_case.state = 'awaiting_opinions' THEN
        RETURN QUERY SELECT * FROM wb.owed_opinions(p_case.case_id, p_now);
    END IF;
    IF p_case.state = ANY (wb.after_acceptance())
        AND EXISTS (SELECT 1 FROM wb.task t WHERE t.case_id = p_case.case_id
                    AND t.kind = 'hearing' AND t.state = 'told') THEN
        v_due := wb.running_due(p_case.case_id, 'hearing_request');
        RETURN QUERY SELECT 'lapse_hearing_right', v_due, '{}'::jsonb, v_due
        WHERE v_due IS NOT NULL;
    END IF;
    IF p_case.state = 'suspended' THEN
        RETURN QUERY SELECT 'resume', t.planned_end, '{}'::jsonb, t.planned_end
        FROM wb.task t WHERE t.case_id = p_case.case_id AND t.kind = 'suspension'
            AND wb.is_open(t.state) ORDER BY t.task_id;
    END IF;
END
$$;

-- T13: an opinion not given in time is deemed agreement; all in, back to review.
CREATE OR REPLACE FUNCTION wb.owed_opinions(p_case bigint, p_now bigint)
RETURNS TABLE (move text, effective_at bigint, fields jsonb, falls_due bigint)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN QUERY SELECT 'deem_opinion', t.due_at,
        jsonb_build_object('department', t.department, 'responsible', t.department), t.due_at
    FROM wb.task t WHERE t.case_id = p_case AND t.kind = 'opinion' AND wb.is_open(t.state)
        AND t.due_at IS NOT NULL ORDER BY t.task_id;
    RETURN QUERY SELECT 'collect_opinions', coalesce(max(nullif(t.closed_at, 0)), p_now),
        '{}'::jsonb, coalesce(max(nullif(t.closed_at, 0)), p_now)
    FROM wb.task t WHERE t.case_id = p_case AND t.kind = 'opinion'
    HAVING count(*) > 0 AND NOT bool_or(wb.is_open(t.state));
END
$$;

-- The system's move for a claim that is over, at the moment when it was over (T32).
CREATE OR REPLACE FUNCTION wb.lapsed(p_case wb.case_file, p_now bigint)
RETURNS TABLE (move text, effective_at bigint, fields jsonb)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_since bigint := coalesce(p_case.held_since, 0);
BEGIN
    IF p_case.holder IS NULL OR p_case.holder = p_case.reviewer OR NOT p_case.state = ANY (wb.pool_states())
        OR wb.claim_kept(p_case, p_now) THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT 'lapse_claim', ends.at,
        jsonb_build_object('from', p_case.holder, 'why', ends.why)
    FROM (
        SELECT s."end" + wb.grace() AS at, 'shift_over' AS why FROM wb.duty_shift s
        WHERE s.login = p_case.holder AND s.department = p_case.department
            AND s.published_at <= s."end" AND s."end" + wb.grace() > v_since
        UNION ALL
        SELECT greatest(away.start, v_since), 'leave' FROM wb.leave away
        WHERE away.login = p_case.holder AND away."end" > v_since
        UNION ALL
        SELECT least(a.valid_to, coalesce(nullif(a.revoked_at, 0), a.valid_to)), 'letter_over'
        FROM wb.appointment a
        WHERE a.login = p_case.holder AND a.department = p_case.department
            AND least(a.valid_to, coalesce(nullif(a.revoked_at, 0), a.valid_to)) > v_since
    ) AS ends
    WHERE ends.at <= p_now AND NOT wb.claim_kept(p_case, ends.at)
    ORDER BY ends.at, ends.why COLLATE "C" LIMIT 1;
END
$$;

-- One overdue event for each watched clock that ran over and is not noted yet (S008, S040).
CREATE OR REPLACE FUNCTION wb.overdue(p_case wb.case_file, p_now bigint)
RETURNS TABLE (effective_at bigint, fields jsonb)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN QUERY SELECT r.due_at, jsonb_build_object(
        'clock', r.name || ':' || r.round, 'due_at', r.due_at,
        'responsible', wb.on_duty_names(p_case.department, r.due_at - 1))
    FROM unnest(wb.watched_clocks()) WITH ORDINALITY AS w (clock, place)
    JOIN wb.clock_run r ON r.name = w.clock
    WHERE r.case_id = p_case.case_id AND r.stopped_at IS NULL AND r.paused_at IS NULL
        AND r.due_at <= p_now
        AND NOT EXISTS (SELECT 1 FROM wb.clock_run later WHERE later.case_id = r.case_id
                        AND later.name = r.name AND later.round > r.round)
        AND NOT EXISTS (SELECT 1 FROM wb.supervision_event s WHERE s.case_id = r.case_id
                        AND s.kind = 'overdue' AND s.round = r.name || ':' || r.round)
    ORDER BY w.place;
END
$$;

-- Write every deemed result that is due (store.moves.settle); the case as it then stands.
CREATE OR REPLACE FUNCTION wb.settle(p_case wb.case_file, p_now bigint) RETURNS wb.case_file
LANGUAGE plpgsql
AS $$
DECLARE
    v_case wb.case_file := p_case;
    v_owed record;
BEGIN
    FOR v_turn IN 1..100 LOOP
        v_owed := NULL;
        IF v_case.settle_at <= p_now OR v_case.state IN ('awaiting_opinions', 'suspended') THEN
            SELECT o.move, o.effective_at, o.fields INTO v_owed FROM wb.owed(v_case, p_now) o
            WHERE o.falls_due <= p_now ORDER BY o.falls_due, o.move COLLATE "C" LIMIT 1;
        END IF;
        IF v_owed IS NULL AND v_case.holder IS NOT NULL
            AND NOT wb.claim_kept(v_case, p_now) THEN
            SELECT o.move, o.effective_at, o.fields INTO v_owed FROM wb.lapsed(v_case, p_now) o;
        END IF;
        EXIT WHEN v_owed IS NULL;
        v_case := wb.system_move(v_case, v_owed.move, v_owed.effective_at, p_now, v_owed.fields);
        IF v_turn = 100 THEN
            RAISE EXCEPTION 'case % settles without end', v_case.case_id;
        END IF;
    END LOOP;
    -- The earliest of all running clocks stands in the row: before it none can be over.
    IF v_case.due_at <= p_now AND v_case.state <> 'quarantined' THEN
        FOR v_owed IN SELECT o.effective_at, o.fields FROM wb.overdue(v_case, p_now) o LOOP
            v_case := wb.system_move(
                v_case, 'note_overdue', v_owed.effective_at, p_now, v_owed.fields);
        END LOOP;
    END IF;
    RETURN v_case;
END
$$;
