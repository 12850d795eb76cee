-- Looking cases up by who applied: the one way to a real identity for who may not read the table.

-- The cases that the person sees whose applicant bears that number, or a name that so begins;
-- newest first, one more than are shown when there are more. Nothing tells whether a case is there
-- that he does not see. Whom was looked for is not written down, but who looked, how, to what
-- purpose, and how much was found (R38, R83, S054).
CREATE OR REPLACE FUNCTION wb.look_up_applicant(p_by text, p_text text, p_purpose text)
RETURNS bigint[]
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
        v_found := ARRAY(
            SELECT a.case_id FROM wb.applicant a
            WHERE a.name COLLATE "C" >= v_text AND a.name COLLATE "C" < v_text || chr(1114111)
        );
    ELSE
        v_found := ARRAY(SELECT a.case_id FROM wb.applicant a WHERE a.id_number = v_text);
    END IF;
    v_found := (wb.visible_among(v_found))[1:201];
    INSERT INTO wb.audit_line (at, actor, act, detail)
    VALUES (wb.moment(), wb.who(), 'applicant_looked_up',
            p_by || ' ' || cardinality(v_found) || ' ' || p_purpose);
    RETURN v_found;
END
$$;

GRANT EXECUTE ON FUNCTION wb.look_up_applicant(text, text, text) TO @user@;
