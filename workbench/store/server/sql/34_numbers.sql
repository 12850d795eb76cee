-- Numbers of cases (R65): gap-free counters, the case number with its checks, the short number.

-- The next number of the item on that day, from 1 without a gap: it rolls back with the verb.
CREATE OR REPLACE FUNCTION wb.next_number(p_item text, p_day text) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    v_number bigint;
BEGIN
    INSERT INTO wb.case_counter AS c (item_code, day, last) VALUES (p_item, p_day, 1)
    ON CONFLICT (item_code, day) DO UPDATE SET last = c.last + 1
    RETURNING c.last INTO v_number;
    RETURN v_number;
END
$$;

-- A counted number with at least four digits.
CREATE OR REPLACE FUNCTION wb.four_digits(p_number bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT lpad(p_number::text, greatest(4, length(p_number::text)), '0') $$;

-- The number for speaking: the day and the count over all items of that day.
CREATE OR REPLACE FUNCTION wb.short_number(p_day date, p_number bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT 'SJ-' || to_char(p_day, 'YYYYMMDD') || '-' || wb.four_digits(p_number) $$;

-- The 18th character of a credit code for the 17 before it (GB 32100): (31 - sum mod 31) mod 31.
CREATE OR REPLACE FUNCTION wb.credit_check_character(p_first17 text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
DECLARE
    v_alphabet CONSTANT text := '0123456789ABCDEFGHJKLMNPQRTUWXY';
    v_weights CONSTANT int[] := '{1,3,9,27,19,26,16,17,20,29,25,13,8,24,10,30,28}';
    v_total int := 0;
BEGIN
    FOR v_place IN 1..17 LOOP
        v_total := v_total
            + (strpos(v_alphabet, substr(p_first17, v_place, 1)) - 1) * v_weights[v_place];
    END LOOP;
    RETURN substr(v_alphabet, (31 - v_total % 31) % 31 + 1, 1);
END
$$;

-- The one written form of an item code (R63), or the refusal that says what is wrong with it.
CREATE OR REPLACE FUNCTION wb.item_code(p_text text) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_code text := upper(regexp_replace(normalize(p_text, NFKC), '\s', '', 'g'));
BEGIN
    IF length(v_code) <> 31 THEN
        PERFORM wb.refuse('item_code_length', jsonb_build_object('n', length(v_code)));
    ELSIF left(v_code, 18) !~ '^[0-9A-HJ-NP-RTUWXY]{18}$' THEN
        PERFORM wb.refuse('credit_code_characters');
    ELSIF substr(v_code, 3, 6) !~ '^[0-9]{6}$' THEN
        PERFORM wb.refuse('credit_code_region');
    ELSIF wb.credit_check_character(left(v_code, 17)) <> substr(v_code, 18, 1) THEN
        PERFORM wb.refuse('credit_code_check');
    ELSIF substr(v_code, 19, 1) !~ '^[1-6]$' THEN
        PERFORM wb.refuse('item_code_level');
    ELSIF substr(v_code, 20) !~ '^[0-9]{11}[0-9Y]$' THEN
        PERFORM wb.refuse('item_code_basic');
    END IF;
    RETURN v_code;
END
$$;

-- The 43 characters for the p_sequence-th case of that item on that day, from 1 to 9999 (R65).
CREATE OR REPLACE FUNCTION wb.compose_case_number(
    p_item31 text, p_day date, p_sequence bigint
) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF p_sequence NOT BETWEEN 1 AND 9999 THEN
        PERFORM wb.refuse('case_number_sequence');
    END IF;
    RETURN wb.item_code(p_item31) || to_char(p_day, 'YYYYMMDD') || wb.four_digits(p_sequence);
END
$$;
