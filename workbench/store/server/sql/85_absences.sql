-- Leaves and stand-ins (store.absence_room, E04, E05). A leave ends its person's claims at its
-- start; whoever looks next finds them on the automatic hand-over list.

-- The verb. One's own leave, or anybody's by the roster manager; it never begins in the past.
-- Answers {"start": ..., "end": ...}. Refusal not_your_role, person_unknown or leave_over.
CREATE OR REPLACE FUNCTION wb.enter_leave(
    p_login text, p_start bigint, p_end bigint, p_reason_kind text, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_now bigint;
    v_start bigint;
BEGIN
    PERFORM wb.still_here(wb.who());
    IF p_login IS DISTINCT FROM wb.who() THEN
        PERFORM wb.need_post('{roster_manager}');
    END IF;
    PERFORM 1 FROM wb.app_user u WHERE u.login = p_login FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM wb.refuse('person_unknown', jsonb_build_object('login', coalesce(p_login, '')));
    ELSIF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    v_now := wb.moment();
    v_start := greatest(p_start, v_now);
    IF (p_end > v_start) IS NOT TRUE THEN
        PERFORM wb.refuse('leave_over');
    END IF;
    INSERT INTO wb.leave (login, start, "end", reason_kind)
    VALUES (p_login, v_start, p_end, p_reason_kind);
    RETURN wb.done_now(
        p_operation, jsonb_build_object('start', v_start, 'end', p_end), 'enter_leave',
        format('%s %s %s', p_login, wb.stamp(v_start), wb.stamp(p_end)), v_now);
END
$$;

-- When the representatives among these persons are away, but never why: who is on duty now is said
-- to everybody in the house, and a shift does not say it where its person is on leave (V07).
CREATE OR REPLACE FUNCTION wb.absences(p_logins text[])
RETURNS TABLE (leave_id bigint, login text, start bigint, "end" bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY SELECT l.leave_id::bigint, l.login, l.start, l."end" FROM wb.leave l
    WHERE (p_logins IS NULL OR l.login = ANY (p_logins))
        AND EXISTS (SELECT 1 FROM wb.appointment a WHERE a.login = l.login);
END
$$;

-- Emergency authorisation by the head of that organ; {"shifts": how many}. Refusal not_your_role,
-- stand_in_items, stand_in_long, stand_in_conflict, roles_exclude, person_unknown, letter_used or
-- not_vacant.
CREATE OR REPLACE FUNCTION wb.name_stand_in(p_letter jsonb, p_operation text DEFAULT '')
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_letter jsonb;
    v_department text := p_letter ->> 'department';
    v_now bigint;
    v_shifts bigint;
BEGIN
    PERFORM wb.need_head_of(v_department);
    PERFORM wb.office_turn(v_department);
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    v_now := wb.moment();
    v_letter := p_letter || jsonb_build_object(
        'start', greatest((p_letter ->> 'start')::bigint, v_now));
    PERFORM wb.refuse_unfit(v_letter, v_now);
    v_shifts := wb.stand_in_shifts(v_letter, v_now);
    IF v_shifts = 0 THEN
        PERFORM wb.refuse('not_vacant');
    END IF;
    PERFORM wb.stand_in_letters(v_letter);
    RETURN wb.done_now(
        p_operation, jsonb_build_object('shifts', v_shifts), 'name_stand_in',
        format('%s %s %s %s', v_department, v_letter ->> 'login', v_letter ->> 'letter_no',
               wb.stamp((v_letter ->> 'end')::bigint)), v_now);
END
$$;

-- Refusal where the person is not the head of that organ now.
CREATE OR REPLACE FUNCTION wb.need_head_of(p_department text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_now bigint := wb.moment();
BEGIN
    PERFORM wb.need_post('{organ_head,government_head}');
    IF NOT EXISTS (
        SELECT 1 FROM wb.membership m
        WHERE m.login = wb.who() AND m.role IN ('organ_head', 'government_head')
            AND m.department = p_department AND m.valid_from <= v_now AND v_now < m.valid_to
    ) THEN
        PERFORM wb.refuse('not_your_role');
    END IF;
END
$$;

-- rules.stand_ins.refuse_unfit.
CREATE OR REPLACE FUNCTION wb.refuse_unfit(p_letter jsonb, p_now bigint) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_login text := p_letter ->> 'login';
    v_start bigint := p_letter ->> 'start';
    v_end bigint := p_letter ->> 'end';
    v_days integer := 0;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM wb.app_user u WHERE u.login = v_login) THEN
        PERFORM wb.refuse('person_unknown', jsonb_build_object('login', coalesce(v_login, '')));
    ELSIF NOT (wb.filled(p_letter -> 'item_codes') AND wb.filled(p_letter -> 'powers')
               AND wb.filled(p_letter -> 'letter_no')
               AND wb.all_known(p_letter -> 'powers', to_jsonb(wb.power_names()))) THEN
        PERFORM wb.refuse('stand_in_items');
    END IF;
    IF v_end > v_start THEN
        v_days := wb.working_days_between(wb.local_date(v_start) - 1, wb.local_date(v_end - 1));
    END IF;
    IF v_days NOT BETWEEN 1 AND wb.emergency_working_days() THEN
        PERFORM wb.refuse('stand_in_long', jsonb_build_object('n', wb.emergency_working_days()));
    END IF;
    PERFORM wb.refuse_roles('stand_in_conflict', v_login, p_now, p_now + 1);
END
$$;

-- Being a representative excludes keeping the seal, and being an administrator (R90, 3.6).
CREATE OR REPLACE FUNCTION wb.refuse_roles(
    p_code text, p_login text, p_from bigint, p_to bigint
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_other text := (
        SELECT min(x.excludes) FROM wb.role_exclusion x JOIN wb.membership m ON m.role = x.excludes
        WHERE x.role = 'representative' AND m.login = p_login
            AND m.valid_from < p_to AND p_from < m.valid_to);
BEGIN
    IF v_other IS NOT NULL THEN
        PERFORM wb.refuse(p_code, jsonb_build_object(
            'first', 'representative', 'second', v_other));
    END IF;
END
$$;

-- When somebody is on duty for the department: published, appointed, not on leave
-- (rules.stand_ins).
CREATE OR REPLACE FUNCTION wb.duty_hours(p_department text, p_now bigint) RETURNS int8multirange
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN coalesce((
        SELECT range_agg(there) FROM (
            SELECT unnest(int8multirange(wb.stretch(s.start, s."end"))
                * int8multirange(wb.stretch(
                    a.valid_from, least(a.valid_to, nullif(a.revoked_at, 0))))
                - coalesce((SELECT range_agg(wb.stretch(l.start, l."end")) FROM wb.leave l
                            WHERE l.login = s.login), '{}')) AS there
            FROM wb.duty_shift s
            JOIN wb.appointment a ON a.login = s.login AND a.department = s.department
            WHERE s.department = p_department AND s.published_at <= p_now
        ) AS pieces), '{}');
END
$$;

-- The office hours of that time in which nobody is on duty for the department.
CREATE OR REPLACE FUNCTION wb.vacancies(
    p_department text, p_start bigint, p_end bigint, p_now bigint
) RETURNS SETOF int8range
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_covered int8multirange := wb.duty_hours(p_department, p_now);
BEGIN
    RETURN QUERY SELECT unnest(int8multirange(open) - v_covered)
    FROM wb.open_spans(p_start, p_end) AS open;
END
$$;

-- Emergency shifts over the office hours of that time that have nobody; how many.
CREATE OR REPLACE FUNCTION wb.stand_in_shifts(p_letter jsonb, p_now bigint) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    v_department text := p_letter ->> 'department';
    v_name text := format('emergency-%s-', p_letter ->> 'letter_no');
    v_vacant int8range[] := ARRAY(SELECT wb.vacancies(
        v_department, (p_letter ->> 'start')::bigint, (p_letter ->> 'end')::bigint, p_now));
    v_count bigint;
BEGIN
    IF EXISTS (SELECT 1 FROM unnest(v_vacant) AS free
               JOIN wb.duty_shift s ON s.shift_id = v_name || lower(free)) THEN
        PERFORM wb.refuse('letter_used', jsonb_build_object('letter', p_letter ->> 'letter_no'));
    END IF;
    INSERT INTO wb.duty_shift (
        shift_id, department, login, start, "end", kind, joint, created_by, published_at, place
    )
    SELECT v_name || lower(free), v_department, p_letter ->> 'login', lower(free), upper(free),
        'emergency', false, wb.who(), p_now, 'back_office'
    FROM unnest(v_vacant) AS free;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;

-- The appointment for the time, and the named items and powers.
CREATE OR REPLACE FUNCTION wb.stand_in_letters(p_letter jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_login text := p_letter ->> 'login';
    v_department text := p_letter ->> 'department';
    v_no text := p_letter ->> 'letter_no';
    v_from bigint := p_letter ->> 'start';
    v_to bigint := p_letter ->> 'end';
    v_id bigint;
BEGIN
    PERFORM wb.refuse_roles('roles_exclude', v_login, v_from, v_to);
    INSERT INTO wb.appointment (login, department, post, letter_no, valid_from, valid_to)
    VALUES (v_login, v_department, 'temp', v_no, v_from, v_to);
    INSERT INTO wb.authorisation (login, department, all_items, letter_no, valid_from, valid_to)
    VALUES (v_login, v_department, false, v_no, v_from, v_to) RETURNING authorisation_id INTO v_id;
    INSERT INTO wb.authorisation_item (authorisation_id, item_code)
    SELECT DISTINCT v_id, one FROM jsonb_array_elements_text(p_letter -> 'item_codes') AS one;
    INSERT INTO wb.authorisation_power (authorisation_id, power)
    SELECT DISTINCT v_id, one FROM jsonb_array_elements_text(p_letter -> 'powers') AS one;
END
$$;

GRANT EXECUTE ON FUNCTION wb.enter_leave(text, bigint, bigint, text, text),
    wb.absences(text[]), wb.name_stand_in(jsonb, text)
TO @user@;
