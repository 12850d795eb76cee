-- Canonical text, SHA-256 and case numbers' hashes: the bytes of rules.events, and no others.
--
-- Called by the verbs, so without a search_path of their own: a setting at each call would cost
-- more than the work. What cannot be the same as in Python, because jsonb has already forgotten it:
-- a float from 1e16 up and a negative zero (written as an integer, as 0.0). Text with U+0000 or
-- half a pair, and numbers that are no double, are refused by PostgreSQL itself.

-- A number with a fraction as Python's repr of the float, whatever the caller's session has set.
CREATE OR REPLACE FUNCTION wb.canonical_float(p_value jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET extra_float_digits = 1
AS $$
DECLARE
    v_text text := (p_value #>> '{}')::float8::text;
BEGIN
    IF v_text LIKE '%e+15' THEN
        v_text := v_text::numeric::text;
    END IF;
    IF v_text !~ '[.e]' THEN
        v_text := v_text || '.0';
    END IF;
    RETURN v_text;
END
$$;

-- rules.events.canonical: keys by code point, no blanks, text escaped as json.dumps does it.
CREATE OR REPLACE FUNCTION wb.canonical(p_value jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
BEGIN
    IF p_value = '{}' THEN
        RETURN '{}';
    END IF;
    CASE jsonb_typeof(p_value)
    WHEN 'object' THEN
        RETURN '{' || coalesce((
            SELECT string_agg(
                to_json(e.key)::text || ':' || CASE
                    WHEN jsonb_typeof(e.value) IN ('string', 'boolean', 'null')
                        THEN e.value::text
                    ELSE wb.canonical(e.value) END,
                ',' ORDER BY e.key COLLATE "C")
            FROM jsonb_each(p_value) AS e), '') || '}';
    WHEN 'array' THEN
        RETURN '[' || coalesce((
            SELECT string_agg(
                CASE WHEN jsonb_typeof(e.value) IN ('string', 'boolean', 'null')
                    THEN e.value::text
                ELSE wb.canonical(e.value) END,
                ',' ORDER BY e.ordinality)
            FROM jsonb_array_elements(p_value) WITH ORDINALITY AS e), '') || ']';
    WHEN 'number' THEN
        IF strpos(p_value::text, '.') > 0 THEN
            RETURN wb.canonical_float(p_value);
        END IF;
        RETURN p_value::text;
    ELSE
        RETURN p_value::text;
    END CASE;
END
$$;

-- SHA-256 of the text's UTF-8 bytes, 64 hex digits.
CREATE OR REPLACE FUNCTION wb.sha256_text(p_text text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN encode(sha256(convert_to(p_text, 'UTF8')), 'hex');
END
$$;
