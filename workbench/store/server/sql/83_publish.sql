-- Publishing (store.publishing): item versions, templates, seal offers and the calendar, by the
-- system administrator alone. Of an item only its canonical text is taken: every column, material
-- and limit that a verb looks up is made from it here, so that nothing can stand beside it.

-- What is done to the centre itself is done once: the answer of an operation that was carried out,
-- NULL where it is new. Refusal operation_reused where its number is another person's.
CREATE OR REPLACE FUNCTION wb.done_before(p_operation text) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_known wb.office_operation;
BEGIN
    SELECT * INTO v_known FROM wb.office_operation o WHERE o.operation_id = p_operation;
    IF FOUND AND v_known.actor <> wb.who() THEN
        PERFORM wb.refuse('operation_reused');
    END IF;
    RETURN v_known.answer;
END
$$;

-- Keeps the answer under the number of its operation, where it has one.
CREATE OR REPLACE FUNCTION wb.kept(p_operation text, p_answer jsonb) RETURNS jsonb
LANGUAGE plpgsql
AS $$
BEGIN
    IF p_operation <> '' THEN
        INSERT INTO wb.office_operation (operation_id, actor, answer)
        VALUES (p_operation, wb.who(), p_answer);
    END IF;
    RETURN p_answer;
END
$$;

-- Keeps the answer under the number of its operation and writes the line of the audit.
CREATE OR REPLACE FUNCTION wb.done_now(
    p_operation text, p_answer jsonb, p_act text, p_detail text, p_now bigint
) RETURNS jsonb
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO wb.audit_line (at, actor, act, detail)
    VALUES (p_now, wb.who(), p_act, p_detail);
    RETURN wb.kept(p_operation, p_answer);
END
$$;

-- The verb (S023). Answers {"fresh": how many item versions are new}; publishers follow each other.
CREATE OR REPLACE FUNCTION wb.publish(
    p_publication jsonb, p_items jsonb, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_now bigint;
    v_fresh bigint;
BEGIN
    PERFORM wb.need_post('{system_admin}');
    LOCK TABLE wb.publication IN SHARE ROW EXCLUSIVE MODE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    v_now := wb.moment();
    SELECT count(*) INTO v_fresh
    FROM jsonb_array_elements(p_items) WITH ORDINALITY AS listed (one, place)
    WHERE wb.publish_item(one ->> 'canonical', one ->> 'sha256', v_now);
    INSERT INTO wb.publication (
        plugin, version, build, departments, templates, stamping, published_at, published_by
    ) VALUES (
        p_publication ->> 'plugin', p_publication ->> 'version', p_publication ->> 'build',
        wb.canonical(p_publication -> 'departments'), wb.canonical(p_publication -> 'templates'),
        wb.canonical(p_publication -> 'stamping'), v_now, wb.who()
    );
    RETURN wb.done_now(p_operation, jsonb_build_object('fresh', v_fresh), 'publish', format(
        '%s %s %s', p_publication ->> 'plugin', p_publication ->> 'version',
        p_publication ->> 'build'), v_now);
END
$$;

-- Whether the version is new. Refusal version_taken where another content is there already, and
-- content_altered where the text is not the one that its SHA-256 names.
CREATE OR REPLACE FUNCTION wb.publish_item(p_canonical text, p_sha256 text, p_now bigint)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    v_item jsonb := p_canonical::jsonb;
    v_name text := coalesce(nullif(v_item ->> 'short_code', ''), v_item ->> 'item_code', '');
    v_known text := (
        SELECT i.sha256 FROM wb.item_version i
        WHERE i.item_code = v_item ->> 'item_code' AND i.version = (v_item ->> 'version')::bigint);
BEGIN
    IF wb.sha256_text(p_canonical) IS DISTINCT FROM p_sha256 THEN
        PERFORM wb.refuse('content_altered', jsonb_build_object('name', v_name));
    ELSIF v_known <> p_sha256 THEN
        PERFORM wb.refuse('version_taken', jsonb_build_object(
            'version', v_item -> 'version', 'name', v_name));
    ELSIF v_known IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM wb.add_item(v_item, p_canonical, p_sha256, p_now);
    RETURN true;
END
$$;

-- The rows of one item version (publishing.item_rows).
CREATE OR REPLACE FUNCTION wb.add_item(
    p_item jsonb, p_canonical text, p_sha256 text, p_now bigint
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_code text := p_item ->> 'item_code';
    v_version bigint := (p_item ->> 'version')::bigint;
BEGIN
    INSERT INTO wb.item_version (
        item_code, version, department, name_zh, name_en, state, case_type, major, parallel,
        survey_required, wet_seal_only, single_officer_immediate, canonical, sha256, published_at,
        published_by
    ) VALUES (
        v_code, v_version, p_item ->> 'department_code', p_item ->> 'name_zh',
        p_item ->> 'name_en', p_item ->> 'state', p_item ->> 'case_type',
        p_item ->> 'decision_path' = 'major', p_item ->> 'case_type' = 'parallel',
        (p_item ->> 'survey_required')::boolean, (p_item ->> 'wet_seal_only')::boolean,
        (p_item ->> 'single_officer')::boolean AND p_item ->> 'case_type' = 'immediate',
        p_canonical, p_sha256, p_now, wb.who()
    );
    INSERT INTO wb.item_material (
        item_code, version, code, source, need, every_situation, delegated
    )
    SELECT v_code, v_version, one ->> 'code', one ->> 'source', one ->> 'need',
        one -> 'situations' = '[]', coalesce(p_item -> 'delegated_check' ? (one ->> 'code'), false)
    FROM jsonb_array_elements(p_item -> 'materials') AS one;
    INSERT INTO wb.item_material_situation (item_code, version, code, situation)
    SELECT DISTINCT v_code, v_version, one ->> 'code', situation
    FROM jsonb_array_elements(p_item -> 'materials') AS one,
        jsonb_array_elements_text(one -> 'situations') AS situation;
    INSERT INTO wb.item_limit (item_code, version, clock, length, unit)
    SELECT v_code, v_version, l.clock, l.length, l.unit FROM wb.limits_of(p_item) AS l;
END
$$;

-- How long each clock runs for the item (clock_lengths.limit_for); no row where it does not run.
CREATE OR REPLACE FUNCTION wb.limits_of(p_item jsonb)
RETURNS TABLE (clock text, length integer, unit text)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_promised jsonb := nullif(p_item -> 'promised_limit', 'null');
    v_statutory jsonb := nullif(p_item -> 'statutory_limit', 'null');
    v_whole jsonb;
BEGIN
    IF v_statutory IS NULL AND p_item ->> 'case_type' = 'parallel'
        AND p_item ->> 'result_kind' <> 'confirmation' THEN
        v_statutory := wb.working_days(wb.joint_days());
    END IF;
    v_whole := coalesce(v_promised, v_statutory);
    RETURN QUERY
    SELECT k.name, (said ->> 'length')::integer, said ->> 'unit'
    FROM (SELECT split_part(one, ' ', 1) AS name, split_part(one, ' ', 2)::bigint AS usual,
                 split_part(one, ' ', 3) AS unit FROM unnest(wb.clock_defaults()) AS one) AS k,
        LATERAL (SELECT CASE
            WHEN k.name = 'promised' THEN v_promised
            WHEN k.name = 'statutory' THEN v_statutory
            WHEN k.name = 'assign_inspectors'
                AND coalesce(p_item ->> 'inspection_standard', '') = '' THEN NULL
            WHEN k.name = 'applicant_correction'
                THEN wb.working_days(greatest((p_item ->> 'correction_days')::bigint, 1))
            WHEN k.name = 'opinion' AND v_whole IS NULL THEN wb.working_days(wb.opinion_days())
            WHEN k.name = 'opinion' THEN jsonb_build_object(
                'length', greatest((v_whole ->> 'length')::bigint / 2, 1),
                'unit', v_whole -> 'unit')
            WHEN k.name = 'seal' AND p_item ->> 'case_type' = 'immediate' THEN
                jsonb_build_object('length', wb.seal_minutes_immediate(), 'unit', k.unit)
            WHEN k.usual > 0 THEN jsonb_build_object('length', k.usual, 'unit', k.unit)
        END AS said) AS found
    WHERE said IS NOT NULL;
END
$$;

CREATE OR REPLACE FUNCTION wb.working_days(p_count bigint) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$ SELECT jsonb_build_object('length', p_count, 'unit', 'working_day') $$;

-- The verb. The notices of the years as published, and the calendar laid out from them
-- (server.calendar_rows). Answers {"version": ...}; a version that is known stays as it is.
CREATE OR REPLACE FUNCTION wb.publish_calendar(p_version text, p_plan jsonb, p_rows jsonb)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_now bigint;
    v_id bigint;
BEGIN
    PERFORM wb.need_post('{system_admin}');
    LOCK TABLE wb.calendar IN SHARE ROW EXCLUSIVE MODE;
    v_now := wb.moment();
    IF NOT EXISTS (SELECT 1 FROM wb.calendar c WHERE c.version = p_version) THEN
        INSERT INTO wb.calendar (version, plan, published_at, published_by)
        VALUES (p_version, wb.canonical(p_plan), v_now, wb.who()) RETURNING calendar_id INTO v_id;
        PERFORM wb.lay_out_calendar(v_id, p_version, p_rows);
        IF NOT coalesce(wb.calendar_sound(v_id, p_plan), false) THEN
            PERFORM wb.refuse('content_altered', jsonb_build_object('name', p_version));
        END IF;
        PERFORM wb.done_now('', '{}', 'publish_calendar', p_version, v_now);
    END IF;
    RETURN jsonb_build_object('version', p_version);
END
$$;

-- The rows in which sql/20_days.sql finds days and office minutes.
CREATE OR REPLACE FUNCTION wb.lay_out_calendar(p_id bigint, p_version text, p_rows jsonb)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO wb.calendar_frame SELECT p_id, p_version, r.first_day, r.last_day
    FROM jsonb_populate_recordset(NULL::wb.calendar_frame, p_rows -> 'calendar_frame') AS r;
    INSERT INTO wb.calendar_year SELECT p_id, r.year
    FROM jsonb_populate_recordset(NULL::wb.calendar_year, p_rows -> 'calendar_year') AS r;
    INSERT INTO wb.calendar_day SELECT p_id, r.day, r.worked, r.ordinal, r.opens_at, r.closes_at
    FROM jsonb_populate_recordset(NULL::wb.calendar_day, p_rows -> 'calendar_day') AS r;
    INSERT INTO wb.working_day SELECT p_id, r.ordinal, r.day
    FROM jsonb_populate_recordset(NULL::wb.working_day, p_rows -> 'working_day') AS r;
    INSERT INTO wb.office_span SELECT p_id, r.start_at, r.end_at, r.before_us
    FROM jsonb_populate_recordset(NULL::wb.office_span, p_rows -> 'office_span') AS r;
END
$$;

-- Whether the rows belong together and to the notices: every day of the reach once, worked as
-- weekday, notices and closures say, numbers and totals that add up, no stretch upon another.
CREATE OR REPLACE FUNCTION wb.calendar_sound(p_id bigint, p_plan jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_frame wb.calendar_frame;
BEGIN
    SELECT * INTO STRICT v_frame FROM wb.calendar_frame f WHERE f.calendar_id = p_id;
    RETURN v_frame.version = (SELECT c.version FROM wb.calendar c WHERE c.calendar_id = p_id)
        AND ARRAY(SELECT y.year FROM wb.calendar_year y WHERE y.calendar_id = p_id ORDER BY 1)
            = ARRAY(SELECT (one ->> 'year')::integer
                    FROM jsonb_array_elements(p_plan -> 'years') AS one ORDER BY 1)
        AND ARRAY(SELECT (d.day, d.worked)::text FROM wb.calendar_day d
                  WHERE d.calendar_id = p_id ORDER BY d.day)
            = ARRAY(SELECT (day::date, wb.worked_by_notice(day::date, p_plan))::text
                    FROM generate_series(v_frame.first_day, v_frame.last_day, '1 day') AS day
                    ORDER BY day)
        AND NOT EXISTS (
            SELECT 1 FROM (
                SELECT d.ordinal, count(*) FILTER (WHERE d.worked) OVER (ORDER BY d.day) AS counted
                FROM wb.calendar_day d WHERE d.calendar_id = p_id) AS days
            WHERE ordinal <> counted)
        AND ARRAY(SELECT (w.ordinal, w.day)::text FROM wb.working_day w
                  WHERE w.calendar_id = p_id ORDER BY w.day)
            = ARRAY(SELECT (d.ordinal, d.day)::text FROM wb.calendar_day d
                    WHERE d.calendar_id = p_id AND d.worked ORDER BY d.day)
        AND wb.office_sound(p_id);
END
$$;

-- Whether the day counts: a closure before a notice, a notice before the day of the week.
CREATE OR REPLACE FUNCTION wb.worked_by_notice(p_day date, p_plan jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_year jsonb := jsonb_path_query_first(
        p_plan, '$.years[*] ? (@.year == $y)', jsonb_build_object('y', extract(year FROM p_day)));
BEGIN
    RETURN NOT EXISTS (
        SELECT 1 FROM jsonb_array_elements(wb.listed(p_plan -> 'closures')) AS one
        WHERE (one ->> 'day')::date = p_day
    ) AND CASE
        WHEN EXISTS (SELECT 1 FROM jsonb_array_elements(wb.listed(v_year -> 'working')) AS one
                     WHERE (one ->> 'day')::date = p_day) THEN true
        WHEN EXISTS (SELECT 1 FROM jsonb_array_elements(wb.listed(v_year -> 'off')) AS one
                     WHERE p_day BETWEEN (one ->> 'from')::date AND (one ->> 'to')::date) THEN false
        ELSE extract(isodow FROM p_day) < 6 END;
END
$$;

CREATE OR REPLACE FUNCTION wb.listed(p_value jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE WHEN jsonb_typeof(p_value) = 'array' THEN p_value ELSE '[]' END $$;

-- Whether the stretches of office time follow each other within a day each, their totals add up,
-- and a day opens with its first and closes with its last.
CREATE OR REPLACE FUNCTION wb.office_sound(p_id bigint) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN NOT EXISTS (
        SELECT 1 FROM (
            SELECT s.*, lag(s.end_at) OVER w AS earlier, coalesce(sum(s.end_at - s.start_at) OVER (
                ORDER BY s.start_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS total
            FROM wb.office_span s WHERE s.calendar_id = p_id WINDOW w AS (ORDER BY s.start_at)
        ) AS spans
        WHERE end_at <= start_at OR start_at < earlier OR before_us <> total
            OR wb.local_date(start_at) <> wb.local_date(end_at - 1)
    ) AND NOT EXISTS (
        SELECT 1 FROM (
            SELECT wb.local_date(s.start_at) AS day, min(s.start_at) AS first_at,
                max(s.end_at) AS last_at
            FROM wb.office_span s WHERE s.calendar_id = p_id GROUP BY 1
        ) AS hours LEFT JOIN wb.calendar_day d ON d.calendar_id = p_id AND d.day = hours.day
        WHERE (d.opens_at, d.closes_at) IS DISTINCT FROM (hours.first_at, hours.last_at)
    );
END
$$;

GRANT EXECUTE ON FUNCTION wb.publish(jsonb, jsonb, text), wb.publish_calendar(text, jsonb, jsonb)
TO @user@;
