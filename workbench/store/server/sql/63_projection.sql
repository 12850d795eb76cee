-- What the case row says of its future (store.settled, store.moves._project).

-- The first deemed change that time will bring: when, and to which state.
CREATE OR REPLACE FUNCTION wb.deemed(p_case wb.case_file, OUT at bigint, OUT state text)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    CASE
        WHEN p_case.state = 'pending_acceptance' THEN
            at := least(wb.running_due(p_case.case_id, 'acceptance_response'),
                        wb.running_due(p_case.case_id, 'correction_notice'));
            state := 'under_review';
        WHEN p_case.state = 'received' THEN
            at := wb.running_due(p_case.case_id, 'correction_notice');
            state := 'under_review';
        WHEN p_case.state = 'awaiting_correction' THEN
            at := wb.running_due(p_case.case_id, 'applicant_correction');
            state := 'returned';
        WHEN p_case.state = 'awaiting_opinions' THEN
            at := wb.opinions_end(p_case.case_id);
            state := 'under_review';
        WHEN p_case.state = 'suspended' THEN
            SELECT min(t.planned_end) INTO at FROM wb.task t
            WHERE t.case_id = p_case.case_id AND t.kind = 'suspension' AND wb.is_open(t.state);
            state := 'under_review';
        ELSE NULL;
    END CASE;
    IF at IS NULL AND p_case.state = ANY (wb.after_acceptance())
        AND EXISTS (SELECT 1 FROM wb.task t WHERE t.case_id = p_case.case_id
                    AND t.kind = 'hearing' AND t.state = 'told') THEN
        at := wb.running_due(p_case.case_id, 'hearing_request');
        state := p_case.state;
    END IF;
    IF at IS NULL THEN
        state := NULL;
    END IF;
END
$$;

-- When the last opinion is given or deemed; NULL where that cannot be said.
CREATE OR REPLACE FUNCTION wb.opinions_end(p_case bigint) RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT CASE WHEN bool_or(wb.is_open(t.state) AND t.due_at IS NULL) THEN NULL
            ELSE coalesce(max(t.due_at) FILTER (WHERE wb.is_open(t.state)), max(t.closed_at)) END
        FROM wb.task t WHERE t.case_id = p_case AND t.kind = 'opinion'
    );
END
$$;

-- When the case is due once that deemed change holds (settled.clock_then); NULL where never.
CREATE OR REPLACE FUNCTION wb.due_then(p_case wb.case_file, p_at bigint, p_to text)
RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_begun bigint := p_at;
    v_left bigint;
BEGIN
    IF p_to = 'returned' THEN
        RETURN NULL;
    END IF;
    SELECT min(CASE
        WHEN p_case.state <> 'suspended' OR r.paused_at IS NULL OR r.name = 'renewal_expiry'
            THEN r.due_at
        ELSE wb.due_at(r.started_at, r.length::integer, r.unit, r.pauses::jsonb
            || jsonb_build_array(jsonb_build_array(r.paused_at, greatest(p_at, r.paused_at))))
        END) INTO v_left
    FROM wb.clock_run r WHERE r.case_id = p_case.case_id AND r.stopped_at IS NULL
        AND r.name <> ALL (wb.clocks_ending());
    IF p_case.state IN ('received', 'pending_acceptance') THEN
        IF p_case.received_at IS NOT NULL AND (
            SELECT r.name FROM wb.clock_run r WHERE r.case_id = p_case.case_id
                AND r.stopped_at IS NULL AND r.paused_at IS NULL AND r.due_at = p_at
            ORDER BY r.run_id LIMIT 1) = 'correction_notice' THEN
            v_begun := p_case.received_at;
        END IF;
        v_left := least(v_left, (
            SELECT min(wb.due_at(v_begun, one.length, one.unit, '[]')) FROM wb.item_limit one
            WHERE one.item_code = p_case.item_code AND one.version = p_case.item_version
                AND one.clock = ANY (wb.clocks_of_acceptance())));
    END IF;
    RETURN v_left;
END
$$;

-- The row with its due moments as its clocks and sub-tasks now stand.
CREATE OR REPLACE FUNCTION wb.projected(p_case wb.case_file) RETURNS wb.case_file
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v wb.case_file := p_case;
    v_deemed record;
BEGIN
    v.due_at := NULL;
    v.due_clock := NULL;
    SELECT r.due_at, r.name INTO v.due_at, v.due_clock FROM wb.clock_run r
    WHERE r.case_id = v.case_id AND r.stopped_at IS NULL AND r.paused_at IS NULL
        AND r.name <> ALL (wb.clocks_beside())
    ORDER BY r.due_at, r.name COLLATE "C" LIMIT 1;
    v.sort_due := coalesce(v.due_at, wb.no_due());
    v_deemed := wb.deemed(v);
    v.settle_at := v_deemed.at;
    v.settle_to := v_deemed.state;
    v.settle_due := NULL;
    IF v.settle_at IS NOT NULL THEN
        v.settle_due := coalesce(wb.due_then(v, v.settle_at, v.settle_to), wb.no_due());
    END IF;
    RETURN v;
END
$$;
