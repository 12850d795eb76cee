-- Looking cases up by who applied: the one way to a real identity for who may not read the table.

-- Every two characters of a name that stand together, A to Z made small: what an index finds any part
-- of a name by. No extension of PostgreSQL is needed for it.
CREATE OR REPLACE FUNCTION wb.name_grams(p_name text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    v_name text := lower(p_name COLLATE "C");
BEGIN
    RETURN ARRAY(
        SELECT DISTINCT substr(v_name, n, 2) FROM generate_series(1, length(v_name) - 1) AS n);
END
$$;

-- Cases whose applicant's name has that in it, newest first, until there is one more than are shown.
-- For words of which there are very many: they are met soon by whoever sees many cases.
CREATE OR REPLACE FUNCTION wb.named_newest(p_text text) RETURNS bigint[]
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_last bigint := 9223372036854775807;
    v_most integer := 1000;
    v_next bigint[];
    v_found bigint[] := '{}';
BEGIN
    LOOP
        v_next := ARRAY(
            SELECT a.case_id FROM wb.applicant a
            WHERE a.case_id < v_last AND position(p_text IN lower(a.name COLLATE "C")) > 0
            ORDER BY a.case_id DESC LIMIT v_most);
        v_found := v_found || wb.visible_among(v_next);
        IF cardinality(v_next) < v_most OR cardinality(v_found) > 200 THEN
            RETURN v_found;
        END IF;
        v_last := v_next[v_most];
        v_most := least(2 * v_most, 20000);
    END LOOP;
END
$$;

-- The cases that the person sees whose applicant's name has that in it, newest first. ``p_seen`` are
-- all that he sees, NULL where they are many: so a frequent word is looked for on the shorter side.
-- Planned each time: what is looked for says which index is the shorter way.
CREATE OR REPLACE FUNCTION wb.named(p_text text, p_seen bigint[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE
SET search_path = wb, pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    v_grams text[] := wb.name_grams(p_text);
    v_found bigint[];
BEGIN
    v_found := ARRAY(
        SELECT a.case_id FROM wb.applicant a
        WHERE wb.name_grams(a.name) @> v_grams
            AND position(p_text IN lower(a.name COLLATE "C")) > 0
        LIMIT 10001);
    IF cardinality(v_found) > 10000 THEN
        IF p_seen IS NULL THEN
            RETURN wb.named_newest(p_text);
        END IF;
        v_found := ARRAY(
            SELECT a.case_id FROM wb.applicant a
            WHERE a.case_id = ANY (p_seen)
                AND position(p_text IN lower(a.name COLLATE "C")) > 0);
    END IF;
    RETURN wb.visible_among(v_found);
END
$$;

-- The cases that the person sees whose applicant bears that number, or has that in his name; newest
-- first, one more than are shown where there are more. Nothing tells whether a case is there that he
-- does not see, whatever he says that he sees. Whom was looked for is not written down, but who
-- looked, how, to what purpose, and how much was found (R38, R83, S054).
CREATE OR REPLACE FUNCTION wb.look_up_among(
    p_by text, p_text text, p_purpose text, p_seen bigint[]
) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
AS $$
DECLARE
    v_text text := btrim(p_text);
    v_least integer := CASE p_by WHEN 'name' THEN 2 ELSE 8 END;
    v_found bigint[];
BEGIN
    IF btrim(coalesce(p_purpose, '')) = '' OR length(p_purpose) > 200 THEN
        PERFORM wb.refuse('reason_missing');
    END IF;
    IF coalesce(length(v_text), 0) < v_least THEN
        PERFORM wb.refuse('look_up_short');
    END IF;
    IF p_by = 'name' THEN
        -- By way of the variable, which has the collation that the index was made with.
        v_text := lower(v_text COLLATE "C");
        v_found := wb.named(v_text, p_seen);
    ELSE
        v_found := wb.visible_among(ARRAY(
            SELECT a.case_id FROM wb.applicant a WHERE a.id_number = v_text));
    END IF;
    v_found := v_found[1:201];
    INSERT INTO wb.audit_line (at, actor, act, detail)
    VALUES (wb.moment(), wb.who(), 'applicant_looked_up',
            p_by || ' ' || cardinality(v_found) || ' ' || p_purpose);
    RETURN v_found;
END
$$;

-- The verb. With the rights of whoever asks: his own policies say what he sees.
CREATE OR REPLACE FUNCTION wb.look_up_applicant(p_by text, p_text text, p_purpose text)
RETURNS bigint[]
LANGUAGE plpgsql
SET search_path = wb, pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off
AS $$
DECLARE
    v_seen bigint[];
BEGIN
    IF p_by = 'name' THEN
        v_seen := ARRAY(SELECT c.case_id FROM wb.case_file c LIMIT 10001);
        IF cardinality(v_seen) > 10000 THEN
            v_seen := NULL;
        END IF;
    END IF;
    RETURN wb.look_up_among(p_by, p_text, p_purpose, v_seen);
END
$$;

GRANT EXECUTE ON FUNCTION wb.look_up_applicant(text, text, text) TO @user@;
GRANT EXECUTE ON FUNCTION wb.look_up_among(text, text, text, bigint[]) TO @user@;
