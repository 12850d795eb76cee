-- T01 (store.registering): a new case with its numbers; the same package twice is one case (S003).

-- The newest version of an item that is published. Refusal item_unknown.
CREATE OR REPLACE FUNCTION wb.published(p_item text) RETURNS wb.item_version
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_item wb.item_version;
BEGIN
    SELECT * INTO v_item FROM wb.item_version i
    WHERE i.item_code = p_item ORDER BY i.version DESC LIMIT 1;
    IF NOT FOUND THEN
        PERFORM wb.refuse('item_unknown', jsonb_build_object('item', coalesce(p_item, '')));
    END IF;
    RETURN v_item;
END
$$;

-- The registrar's own site: where he is a window officer, else any site he works at.
CREATE OR REPLACE FUNCTION wb.site_of(p_who text, p_at bigint) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN coalesce((
        SELECT m.site FROM wb.membership m
        WHERE m.login = p_who AND m.site <> '' AND m.valid_from <= p_at AND p_at < m.valid_to
        ORDER BY m.role <> 'window_acceptor', m.membership_id LIMIT 1
    ), '');
END
$$;

-- A row without a step yet, with both its numbers; its first event follows at once. What is not
-- said in p_case is as with every new case.
CREATE OR REPLACE FUNCTION wb.add_case(p_case wb.case_file, p_item wb.item_version, p_now bigint)
RETURNS wb.case_file
LANGUAGE plpgsql
AS $$
DECLARE
    v wb.case_file := p_case;
    v_day date := wb.local_date(p_now);
    v_stamp text := to_char(wb.local_date(p_now), 'YYYYMMDD');
BEGIN
    IF v.case_no IS NULL THEN
        v.case_no := wb.compose_case_number(
            left(p_item.item_code, 31), v_day, wb.next_number(left(p_item.item_code, 31), v_stamp));
    END IF;
    v.short_no := wb.short_number(v_day, wb.next_number('*', v_stamp));
    v.case_id := nextval(pg_get_serial_sequence('wb.case_file', 'case_id'));
    v.item_code := p_item.item_code;
    v.item_version := p_item.version;
    v.department := p_item.department;
    v.state := 'draft';
    v.version := 0;
    v.last_hash := wb.genesis(v.case_no);
    v.immediate := p_item.case_type = 'immediate';
    v.sort_due := wb.no_due();
    v.registered_at := p_now;
    v.exercise := coalesce(v.exercise, false);
    PERFORM wb.insert_case(v);
    RETURN v;
END
$$;

-- The real identity, apart from the case row, where nobody may read it.
CREATE OR REPLACE FUNCTION wb.add_identity(p_case bigint, p_entries jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_person jsonb := (
        SELECT one #> '{body,applicant}'
        FROM jsonb_array_elements(p_entries) WITH ORDINALITY AS listed (one, place)
        WHERE one ->> 'kind' = 'form' ORDER BY place LIMIT 1);
    v_name text := wb.said(v_person -> 'name');
    v_number text := wb.said(v_person -> 'id_number');
BEGIN
    IF v_name <> '' OR v_number <> '' THEN
        INSERT INTO wb.applicant (case_id, name, id_number) VALUES (p_case, v_name, v_number);
    END IF;
END
$$;

-- The case that this operation or this package already became.
CREATE OR REPLACE FUNCTION wb.known_case(p_operation text, p_who text, p_package text)
RETURNS wb.case_file
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_known bigint := wb.known_operation(p_operation, p_who, NULL);
    v_case wb.case_file;
BEGIN
    SELECT * INTO v_case FROM wb.case_file c
    WHERE c.case_id = v_known OR v_known IS NULL AND c.package_id = nullif(p_package, '') LIMIT 1;
    RETURN v_case;
END
$$;

-- Judge and write the registration; the caller has looked whether the case is there already.
CREATE OR REPLACE FUNCTION wb.new_case(
    p_who text, p_now bigint, p_fields jsonb, p_entries jsonb, p_masked_name text, p_package text
) RETURNS wb.case_file
LANGUAGE plpgsql
AS $$
DECLARE
    v wb.case_file;
    v_row wb.flow_row;
    v_last bigint := (SELECT max(e.recorded_at) FROM wb.event e);
    v_item wb.item_version;
BEGIN
    IF p_now < v_last THEN
        PERFORM wb.refuse('clock_back', jsonb_build_object(
            'now', wb.stamp(p_now), 'last', wb.stamp(v_last)));
    END IF;
    v_item := wb.published(wb.said(p_fields -> 'item_code'));
    PERFORM wb.check_content(p_entries);
    v.item_code := v_item.item_code;
    v.item_version := v_item.version;
    v.department := v_item.department;
    v.site := wb.site_of(p_who, p_now);
    v.registrar := p_who;
    v_row := wb.judged(v, p_who, p_now, 'register', p_fields, p_entries, false);
    v.applicant_masked := p_masked_name;
    v.channel := coalesce(nullif(wb.said(p_fields -> 'channel'), ''), 'window');
    v.situation := wb.said(p_fields -> 'situation');
    v.exercise := coalesce(wb.filled(p_fields -> 'exercise'), false);
    v.package_id := nullif(p_package, '');
    v := wb.add_case(v, v_item, p_now);
    PERFORM wb.add_identity(v.case_id, p_entries);
    RETURN wb.record(v, v_row, p_who, p_now, p_now, p_fields, p_entries);
END
$$;

-- The verb. Answers {"case": {...}} or raises a refusal; whoever loses a race for a package gets the winner's case.
CREATE OR REPLACE FUNCTION wb.register(
    p_fields jsonb, p_entries jsonb, p_masked_name text, p_package text DEFAULT '',
    p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_who text := session_user;
    v_case wb.case_file;
BEGIN
    PERFORM wb.still_here(v_who);
    v_case := wb.known_case(p_operation, v_who, p_package);
    IF wb.known_operation(p_operation, v_who, NULL) IS NOT NULL THEN
        RETURN wb.answer_again(v_case, p_operation, v_who, wb.moment());
    END IF;
    -- Who does not see the case of a package is told of it where he might have registered it
    -- himself: the judge is asked first, then the package is found to be taken.
    IF v_case.case_id IS NULL OR NOT wb.sees(v_case, v_who, wb.moment()) THEN
        v_case := wb.new_case(
            v_who, wb.moment(), p_fields, p_entries, p_masked_name, p_package);
        IF p_operation <> '' THEN
            INSERT INTO wb.operation (operation_id, case_id, seq, actor)
            VALUES (p_operation, v_case.case_id, v_case.version, v_who);
        END IF;
    END IF;
    RETURN jsonb_build_object('case', wb.shown_case(v_case));
EXCEPTION WHEN unique_violation THEN
    v_case := wb.known_case(p_operation, v_who, p_package);
    IF v_case.case_id IS NULL THEN
        RAISE;
    END IF;
    RETURN jsonb_build_object('case', wb.shown_case(v_case));
END
$$;

GRANT EXECUTE ON FUNCTION wb.register(jsonb, jsonb, text, text, text) TO @user@;
