-- Seals come into the register (store.seal_states): one that has been made, or a whole list, all or
-- none (S020, S165). Nothing is in use by that: two persons bring it into use (R55, R57).

-- One seal under the lock of the register; the line that is filed.
CREATE OR REPLACE FUNCTION wb.entered_seal(
    p_step jsonb, p_seal jsonb, p_reason text, p_witnesses jsonb, p_form jsonb, p_now bigint
) RETURNS wb.seal_change
LANGUAGE plpgsql
AS $$
DECLARE
    v_id text := p_seal ->> 'seal_id';
    v_status text := p_step ->> 'after';
BEGIN
    PERFORM wb.need_seal_form(p_step, p_reason, p_witnesses, p_form);
    BEGIN
        INSERT INTO wb.seal
        SELECT * FROM jsonb_populate_record(NULL::wb.seal, p_seal || jsonb_build_object(
            -- Whether it is the organ's only one, the register says, not who enters it (S166).
            'status', v_status, 'sole', NOT EXISTS (
                SELECT 1 FROM wb.issuing_organ o
                WHERE o.organ_name = p_seal ->> 'organ_name' AND o.seal_mode = 'many_seals')));
    EXCEPTION WHEN unique_violation THEN
        PERFORM wb.refuse('seal_entered', jsonb_build_object('seal_id', v_id));
    END;
    IF p_form ? 'pem' THEN
        PERFORM wb.need_certificate(v_id, p_form, p_now);
        PERFORM wb.file_certificate(v_id, p_form, p_now);
    END IF;
    RETURN wb.file_seal_change(
        v_id, p_step, v_status, v_status, p_reason, p_witnesses, p_form, p_now);
END
$$;

-- The verb: a made seal comes into the register. {"change": {...}}.
CREATE OR REPLACE FUNCTION wb.seal_enter(
    p_seal jsonb, p_reason text, p_form jsonb, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_step jsonb := wb.seal_step('enter');
BEGIN
    PERFORM wb.need_post(wb.texts_of(v_step -> 'may_ask'));
    PERFORM 1 FROM wb.seal s ORDER BY s.seal_id FOR UPDATE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    RETURN wb.kept(p_operation, jsonb_build_object('change', wb.seal_change_shown(
        wb.entered_seal(v_step, p_seal, p_reason, '[]', p_form, wb.moment()))));
END
$$;

-- The verb: the seals of a list, each {"seal", "witnesses", "form"}. {"changes": [...]}: the lines
-- of entering, then those that wait for the second person of a seal in use.
CREATE OR REPLACE FUNCTION wb.seal_import(
    p_seals jsonb, p_reason text, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_now bigint;
    v_one jsonb;
    v_step jsonb := wb.seal_step('activate');
    v_seal wb.seal;
    v_lines jsonb := '[]';
BEGIN
    PERFORM wb.need_post(wb.texts_of(wb.seal_step('enter') -> 'may_ask'));
    PERFORM 1 FROM wb.seal s ORDER BY s.seal_id FOR UPDATE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    v_now := wb.moment();
    FOR v_one IN SELECT e FROM jsonb_array_elements(p_seals) e LOOP
        v_lines := v_lines || wb.seal_change_shown(wb.entered_seal(
            wb.seal_step(CASE WHEN v_one #>> '{seal,status}' = 'sealed_away'
                THEN 'enter_sealed_away' ELSE 'enter' END),
            v_one -> 'seal', p_reason, v_one -> 'witnesses',
            -- A certificate is entered with its seal, alone, where it is read.
            (v_one -> 'form') - 'pem', v_now));
    END LOOP;
    FOR v_one IN
        SELECT e FROM jsonb_array_elements(p_seals) e WHERE e #>> '{seal,status}' = 'active'
    LOOP
        v_seal := wb.locked_seal(v_one #>> '{seal,seal_id}');
        v_lines := v_lines || wb.seal_change_shown(wb.file_seal_change(
            v_seal.seal_id, v_step, v_seal.status, wb.seal_after(v_seal, v_step), p_reason, '[]',
            '{}', v_now));
    END LOOP;
    RETURN wb.kept(p_operation, jsonb_build_object('changes', v_lines));
END
$$;

REVOKE ALL ON FUNCTION wb.seal_enter(jsonb, text, jsonb, text), wb.seal_import(jsonb, text, text)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wb.seal_enter(jsonb, text, jsonb, text),
    wb.seal_import(jsonb, text, text)
TO @user@;
