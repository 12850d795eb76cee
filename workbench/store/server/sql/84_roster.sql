-- The duty roster (store.roster_room, domain 4.5): published by the roster manager alone, whose
-- every unstarted shift of the department is replaced. With faults only with a written reason.

-- The verb. Answers {"count": how many shifts}. Refusal not_your_role, office_unknown,
-- shift_not_publishable, person_unknown, or roster_faults where faults have no reason.
CREATE OR REPLACE FUNCTION wb.publish_shifts(
    p_department text, p_shifts jsonb, p_reason text, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_now bigint;
    v_before wb.duty_shift[];
    v_fresh wb.duty_shift[];
    v_reason text := btrim(coalesce(p_reason, ''), E' \t\r\n\u3000');
BEGIN
    PERFORM wb.need_post('{roster_manager}');
    PERFORM wb.office_turn(p_department);
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    v_now := wb.moment();
    v_before := ARRAY(SELECT s FROM wb.duty_shift s
                      WHERE s.department = p_department AND s.start > v_now);
    DELETE FROM wb.duty_shift s WHERE s.department = p_department AND s.start > v_now;
    v_fresh := ARRAY(
        SELECT wb.publishable(s, p_department, v_before, v_now)
        FROM jsonb_populate_recordset(NULL::wb.duty_shift, p_shifts) AS s);
    IF (SELECT count(*) <> count(DISTINCT s.shift_id) FROM unnest(v_fresh) AS s) THEN
        PERFORM wb.refuse('shift_not_publishable');
    END IF;
    INSERT INTO wb.duty_shift SELECT s.* FROM unnest(v_fresh) AS s;
    IF v_reason = '' THEN
        PERFORM wb.refuse_faults(p_department, v_before, v_fresh, v_now);
    END IF;
    RETURN wb.done_now(
        p_operation, jsonb_build_object('count', cardinality(v_fresh)), 'publish_shifts',
        format('%s %s %s', p_department, cardinality(v_fresh), v_reason), v_now);
END
$$;

-- Whoever changes the duty of a department does it one after the other.
CREATE OR REPLACE FUNCTION wb.office_turn(p_department text) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM 1 FROM wb.department d WHERE d.code = p_department FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM wb.refuse(
            'office_unknown', jsonb_build_object('department', coalesce(p_department, '')));
    END IF;
END
$$;

-- When a shift that stood there before as it is was published; NULL where it is new.
CREATE OR REPLACE FUNCTION wb.known_since(p_shift wb.duty_shift, p_before wb.duty_shift[])
RETURNS bigint
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT b.published_at FROM unnest(p_before) AS b
        WHERE (b.shift_id, b.login, b.start, b."end", b.kind)
            = (p_shift.shift_id, p_shift.login, p_shift.start, p_shift."end", p_shift.kind));
END
$$;

-- The shift as it is published. When it was published is only believed of one that stood there
-- before as it is; a stand-in's shift comes from the head of the organ alone (E05).
CREATE OR REPLACE FUNCTION wb.publishable(
    p_shift wb.duty_shift, p_department text, p_before wb.duty_shift[], p_now bigint
) RETURNS wb.duty_shift
LANGUAGE plpgsql
AS $$
DECLARE
    v wb.duty_shift := p_shift;
    v_known bigint := wb.known_since(v, p_before);
BEGIN
    IF (v.department = p_department AND v.start > p_now) IS NOT TRUE
        OR coalesce(v.kind, '') <> ALL (wb.shift_kinds())
        OR coalesce(v.place, '') <> ALL (wb.shift_places())
        OR v.kind = 'emergency' AND v_known IS NULL
        OR EXISTS (SELECT 1 FROM wb.duty_shift s WHERE s.shift_id = v.shift_id) THEN
        PERFORM wb.refuse('shift_not_publishable');
    ELSIF NOT EXISTS (SELECT 1 FROM wb.app_user u WHERE u.login = v.login) THEN
        PERFORM wb.refuse('person_unknown', jsonb_build_object('login', coalesce(v.login, '')));
    END IF;
    v.published_at := coalesce(v_known, p_now);
    v.created_by := wb.who();
    RETURN v;
END
$$;

-- Faults are looked for on all days of what is published and of what it takes the place of.
CREATE OR REPLACE FUNCTION wb.refuse_faults(
    p_department text, p_before wb.duty_shift[], p_fresh wb.duty_shift[], p_now bigint
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_first date;
    v_last date;
    v_new text[];
    v_faults text[];
BEGIN
    SELECT min(wb.local_date(s.start)), max(wb.local_date(s.start)) INTO v_first, v_last
    FROM unnest(p_before || p_fresh) AS s;
    IF v_first IS NULL THEN
        RETURN;
    END IF;
    v_new := ARRAY(SELECT s.shift_id FROM unnest(p_fresh) AS s
                   WHERE wb.known_since(s, p_before) IS NULL);
    v_faults := wb.roster_faults(p_department, v_first, v_last, v_new, p_now);
    IF cardinality(v_faults) > 0 THEN
        PERFORM wb.refuse('roster_faults', jsonb_build_object(
            'count', cardinality(v_faults), 'first', array_to_string(v_faults, ', ')));
    END IF;
END
$$;

GRANT EXECUTE ON FUNCTION wb.publish_shifts(text, jsonb, text, text) TO @user@;
