-- What a move brings, looked at as rules.conditions looks at it. Answers NULL where Python says no.

-- Whether a value says something: white space and empty lists do not (conditions.filled).
CREATE OR REPLACE FUNCTION wb.filled(p_value jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE jsonb_typeof(p_value)
        WHEN 'string' THEN btrim(p_value #>> '{}', E' \t\n\r\f\v\x1c\x1d\x1e\x1f\u0085\u00a0'
            '\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029'
            '\u202f\u205f\u3000') <> ''
        WHEN 'array' THEN p_value <> '[]'
        WHEN 'object' THEN p_value <> '{}'
        WHEN 'null' THEN false
        ELSE p_value IS NOT NULL
    END
$$;

-- A whole number, or NULL where it is none; yes and no count as 1 and 0, as in Python.
CREATE OR REPLACE FUNCTION wb.whole(p_value jsonb) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE jsonb_typeof(p_value)
        WHEN 'number' THEN
            CASE WHEN p_value::text !~ '[.eE]' THEN p_value::text::numeric END
        WHEN 'boolean' THEN CASE WHEN p_value::boolean THEN 1 ELSE 0 END
    END
$$;

-- A list whose members all fill every one of the keys (conditions.EachGiven).
CREATE OR REPLACE FUNCTION wb.each_given(p_value jsonb, p_keys text[]) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    IF jsonb_typeof(p_value) IS DISTINCT FROM 'array' OR p_value = '[]' THEN
        RETURN false;
    END IF;
    RETURN NOT EXISTS (
        SELECT 1 FROM jsonb_array_elements(p_value) AS one, unnest(p_keys) AS key
        WHERE jsonb_typeof(one) <> 'object' OR NOT coalesce(wb.filled(one -> key), false)
    );
END
$$;

-- The value, or every value of the list, stands in the known list (conditions.Within).
CREATE OR REPLACE FUNCTION wb.all_known(p_wanted jsonb, p_known jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    IF p_wanted IS NULL OR p_wanted = 'null' THEN
        RETURN false;
    END IF;
    IF jsonb_typeof(p_wanted) <> 'array' THEN
        RETURN p_known @> jsonb_build_array(p_wanted);
    END IF;
    RETURN NOT EXISTS (
        SELECT 1 FROM jsonb_array_elements(p_wanted) AS one
        WHERE NOT EXISTS (SELECT 1 FROM jsonb_array_elements(p_known) AS known WHERE known = one)
    );
END
$$;

-- Who reviewed the case, or is assigned to (Within case:reviewers).
CREATE OR REPLACE FUNCTION wb.reviewers(p_case bigint, p_assigned text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(DISTINCT one), '[]')
        FROM (SELECT p_assigned AS one WHERE p_assigned <> ''
              UNION SELECT e.actor FROM wb.event e
              WHERE e.case_id = p_case AND e.kind = 'submit_opinion') AS named
    );
END
$$;

-- The numbers of the minutes of the hearings that were held (Within case:minutes, R25).
CREATE OR REPLACE FUNCTION wb.minutes(p_case bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(coalesce(t.data::jsonb -> 'minutes_no', 'null')), '[]')
        FROM wb.task t WHERE t.case_id = p_case AND t.kind = 'hearing' AND t.state = 'held'
    );
END
$$;

-- List KEY of the newest sub-task of that kind (Within task:KIND:KEY).
CREATE OR REPLACE FUNCTION wb.task_list(p_case bigint, p_kind text, p_key text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_found jsonb;
BEGIN
    SELECT t.data::jsonb -> p_key INTO v_found FROM wb.task t
    WHERE t.case_id = p_case AND t.kind = p_kind ORDER BY t.task_id DESC LIMIT 1;
    RETURN CASE jsonb_typeof(v_found)
        WHEN 'array' THEN v_found
        WHEN 'string' THEN jsonb_build_array(v_found)
        ELSE '[]'
    END;
END
$$;

-- Those fields of the move that are kept with a sub-task (carry_out._kept).
CREATE OR REPLACE FUNCTION wb.kept(p_fields jsonb, p_names text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(jsonb_object_agg(name, p_fields -> name), '{}')
    FROM unnest(p_names) AS name WHERE p_fields ? name
$$;

-- The members of a list field, each once, in order; a single value is a list of one.
CREATE OR REPLACE FUNCTION wb.members(p_value jsonb) RETURNS TABLE (code text, place bigint)
LANGUAGE sql IMMUTABLE
AS $$
    SELECT one #>> '{}', min(number)
    FROM jsonb_array_elements(
        CASE WHEN jsonb_typeof(p_value) = 'array' THEN p_value
             ELSE jsonb_build_array(p_value) END
    ) WITH ORDINALITY AS listed (one, number)
    GROUP BY 1
$$;
