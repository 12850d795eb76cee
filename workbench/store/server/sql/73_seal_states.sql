-- Changes of a seal (store.seal_states; R55, R57): asked for, confirmed by another, carried out and
-- filed at once. Lines of the register only grow; the two partial unique indexes have the last word.

-- The line of what was done to the centre itself, at the verb's own moment.
CREATE OR REPLACE FUNCTION wb.add_audit(p_act text, p_detail text, p_now bigint) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO wb.audit_line (at, actor, act, detail) VALUES (p_now, wb.who(), p_act, p_detail);
END
$$;

-- One row of seal_states.STEPS; null where there is none.
CREATE OR REPLACE FUNCTION wb.seal_step(p_step text) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT one::jsonb FROM unnest(wb.seal_steps()) one WHERE one::jsonb ->> 'code' = p_step
$$;

-- A list of texts out of jsonb.
CREATE OR REPLACE FUNCTION wb.texts_of(p_list jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE
AS $$ SELECT coalesce(array_agg(one), '{}') FROM jsonb_array_elements_text(p_list) one $$;

-- The line as the verbs answer it.
CREATE OR REPLACE FUNCTION wb.seal_change_shown(p_change wb.seal_change) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN to_jsonb(p_change) - 'decision_reason';
END
$$;

CREATE OR REPLACE FUNCTION wb.audit_seal_change(
    p_change wb.seal_change, p_now bigint
) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM wb.add_audit(
        'seal_' || p_change.step || '_' || p_change.state,
        wb.canonical(jsonb_build_object(
            'seal_id', p_change.seal_id, 'before', p_change.before, 'after', p_change.after,
            'reason', p_change.reason, 'witnesses', p_change.witnesses::jsonb,
            'asked_by', p_change.actor)),
        p_now);
END
$$;

-- Refusal where the form cannot be filed (seal_states.form_fault).
CREATE OR REPLACE FUNCTION wb.need_seal_form(
    p_step jsonb, p_reason text, p_witnesses jsonb, p_form jsonb
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_seen text[];
BEGIN
    SELECT coalesce(array_agg(DISTINCT btrim(one)), '{}') INTO v_seen
    FROM jsonb_array_elements_text(p_witnesses) one WHERE btrim(one) <> '';
    IF btrim(coalesce(p_reason, '')) = '' THEN
        PERFORM wb.refuse('reason_missing');
    ELSIF EXISTS (SELECT 1 FROM jsonb_array_elements_text(p_step -> 'needs') need
                  WHERE btrim(coalesce(p_form ->> need, '')) = '') THEN
        PERFORM wb.refuse('seal_form_incomplete');
    ELSIF cardinality(v_seen) < (p_step ->> 'witnesses')::integer
        OR cardinality(v_seen) <> jsonb_array_length(p_witnesses) THEN
        PERFORM wb.refuse('seal_witnesses_missing');
    ELSIF wb.who() = ANY (v_seen) THEN
        PERFORM wb.refuse('seal_witness_is_asker');
    END IF;
    PERFORM wb.need_seal_values(p_step, p_form);
END
$$;

-- The state after the step, or the refusal; the whole register is locked, because two seals in use
-- of one kind and organ are refused (S166).
CREATE OR REPLACE FUNCTION wb.seal_after(p_seal wb.seal, p_step jsonb) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    v_after text := coalesce(nullif(p_step ->> 'after', ''), p_seal.status);
    v_twin text;
BEGIN
    IF p_seal.status <> ALL (wb.texts_of(p_step -> 'before')) THEN
        PERFORM wb.refuse('seal_step_wrong_state', jsonb_build_object(
            'step', p_step ->> 'code', 'state', p_seal.status));
    ELSIF p_step ->> 'code' = 'resume' THEN
        v_after := coalesce((
            SELECT c.before FROM wb.seal_change c
            WHERE c.seal_id = p_seal.seal_id AND c.state = 'done' AND c.after = 'suspended'
                AND c.before = ANY (wb.seal_in_use())
            ORDER BY c.change_id DESC LIMIT 1), 'active');
    END IF;
    IF v_after = 'active' AND p_seal.status <> 'active' THEN
        SELECT s.seal_id INTO v_twin FROM wb.seal s
        WHERE s.seal_id <> p_seal.seal_id AND s.kind = p_seal.kind
            AND s.organ_name = p_seal.organ_name AND s.status = 'active'
            AND (s.category = p_seal.category
                 OR p_seal.kind = 'approval_special' AND p_seal.sole)
        ORDER BY s.seal_id COLLATE "C" LIMIT 1;
        IF FOUND THEN
            PERFORM wb.refuse('seal_twin', jsonb_build_object('other', v_twin));
        END IF;
    END IF;
    RETURN v_after;
END
$$;

-- The seal, with the whole register locked.
CREATE OR REPLACE FUNCTION wb.locked_seal(p_seal text) RETURNS wb.seal
LANGUAGE plpgsql
AS $$
DECLARE
    v_seal wb.seal;
BEGIN
    PERFORM 1 FROM wb.seal s ORDER BY s.seal_id FOR UPDATE;
    SELECT * INTO v_seal FROM wb.seal s WHERE s.seal_id = p_seal;
    IF NOT FOUND THEN
        PERFORM wb.refuse('seal_unknown', jsonb_build_object('seal_id', coalesce(p_seal, '')));
    END IF;
    RETURN v_seal;
END
$$;

-- One line of the register: done at once where one person is enough.
CREATE OR REPLACE FUNCTION wb.file_seal_change(
    p_seal text, p_step jsonb, p_before text, p_after text, p_reason text, p_witnesses jsonb,
    p_form jsonb, p_now bigint
) RETURNS wb.seal_change
LANGUAGE plpgsql
AS $$
DECLARE
    v_done boolean := jsonb_array_length(p_step -> 'may_confirm') = 0;
    v wb.seal_change;
BEGIN
    INSERT INTO wb.seal_change (
        seal_id, step, before, after, reason, witnesses, form, state, actor, at, decided_by,
        decided_at, decision_reason)
    VALUES (
        p_seal, p_step ->> 'code', p_before, p_after, btrim(p_reason), wb.canonical(p_witnesses),
        wb.canonical(p_form), CASE WHEN v_done THEN 'done' ELSE 'asked' END, wb.who(), p_now,
        CASE WHEN v_done THEN wb.who() ELSE '' END, CASE WHEN v_done THEN p_now END, '')
    RETURNING * INTO v;
    PERFORM wb.audit_seal_change(v, p_now);
    RETURN v;
EXCEPTION WHEN unique_violation THEN
    PERFORM wb.refuse('seal_change_open', jsonb_build_object('seal_id', p_seal));
END
$$;

-- The verb: a step is asked for, and done at once where one person is enough. {"change": {...}}.
CREATE OR REPLACE FUNCTION wb.seal_ask(
    p_seal text, p_step text, p_reason text, p_witnesses jsonb, p_form jsonb,
    p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_step jsonb := wb.seal_step(p_step);
    v_seal wb.seal;
    v_after text;
    v_change wb.seal_change;
BEGIN
    IF v_step IS NULL OR jsonb_array_length(v_step -> 'before') = 0 THEN
        PERFORM wb.refuse('seal_step_unknown', jsonb_build_object('step', coalesce(p_step, '')));
    END IF;
    PERFORM wb.need_post(wb.texts_of(v_step -> 'may_ask'));
    PERFORM wb.need_seal_form(v_step, p_reason, p_witnesses, p_form);
    v_seal := wb.locked_seal(p_seal);
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    v_after := wb.seal_after(v_seal, v_step);
    PERFORM wb.judge_seal_step(p_seal, v_step, p_form);
    IF jsonb_array_length(v_step -> 'may_confirm') = 0 THEN
        PERFORM wb.carry_out_seal_step(p_seal, v_step, p_form, v_after, wb.who());
    END IF;
    v_change := wb.file_seal_change(
        p_seal, v_step, v_seal.status, v_after, p_reason, p_witnesses, p_form, wb.moment());
    RETURN wb.kept(p_operation, jsonb_build_object('change', wb.seal_change_shown(v_change)));
END
$$;

-- The open line, locked after the register is.
CREATE OR REPLACE FUNCTION wb.open_seal_change(p_change bigint) RETURNS wb.seal_change
LANGUAGE plpgsql
AS $$
DECLARE
    v wb.seal_change;
BEGIN
    PERFORM 1 FROM wb.seal s ORDER BY s.seal_id FOR UPDATE;
    SELECT * INTO v FROM wb.seal_change c WHERE c.change_id = p_change FOR UPDATE;
    IF NOT FOUND OR v.state <> 'asked' THEN
        PERFORM wb.refuse('seal_change_not_open');
    END IF;
    RETURN v;
END
$$;

CREATE OR REPLACE FUNCTION wb.answer_seal_change(
    p_change wb.seal_change, p_state text, p_reason text, p_now bigint
) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v wb.seal_change;
BEGIN
    UPDATE wb.seal_change c SET
        state = p_state, before = p_change.before, after = p_change.after, decided_by = wb.who(),
        decided_at = p_now, decision_reason = btrim(coalesce(p_reason, ''))
    WHERE c.change_id = p_change.change_id RETURNING * INTO v;
    PERFORM wb.audit_seal_change(v, p_now);
    RETURN jsonb_build_object('change', wb.seal_change_shown(v));
END
$$;

-- The verb: the second person's answer (R55). {"change": {...}}.
CREATE OR REPLACE FUNCTION wb.seal_decide(
    p_change bigint, p_confirm boolean, p_reason text, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_change wb.seal_change;
    v_step jsonb;
    v_seal wb.seal;
BEGIN
    PERFORM wb.still_here(wb.who());
    PERFORM 1 FROM wb.seal s ORDER BY s.seal_id FOR UPDATE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    v_change := wb.open_seal_change(p_change);
    v_step := wb.seal_step(v_change.step);
    PERFORM wb.need_post(wb.texts_of(v_step -> 'may_confirm'));
    IF wb.who() = v_change.actor OR v_change.witnesses::jsonb ? wb.who() THEN
        PERFORM wb.refuse('seal_second_person');
    ELSIF NOT coalesce(p_confirm, false) THEN
        IF btrim(coalesce(p_reason, '')) = '' THEN
            PERFORM wb.refuse('reason_missing');
        END IF;
        RETURN wb.kept(p_operation, wb.answer_seal_change(
            v_change, 'declined', p_reason, wb.moment()));
    END IF;
    v_seal := wb.locked_seal(v_change.seal_id);
    v_change.before := v_seal.status;
    v_change.after := wb.seal_after(v_seal, v_step);
    PERFORM wb.carry_out_seal_step(
        v_change.seal_id, v_step, v_change.form::jsonb, v_change.after, v_change.actor);
    RETURN wb.kept(p_operation, wb.answer_seal_change(v_change, 'done', p_reason, wb.moment()));
END
$$;

-- The verb: what one asked for and nobody has answered yet. {"change": {...}}.
CREATE OR REPLACE FUNCTION wb.seal_withdraw(p_change bigint, p_operation text DEFAULT '')
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_change wb.seal_change;
BEGIN
    PERFORM wb.still_here(wb.who());
    PERFORM 1 FROM wb.seal s ORDER BY s.seal_id FOR UPDATE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    v_change := wb.open_seal_change(p_change);
    IF v_change.actor <> wb.who() THEN
        PERFORM wb.refuse('seal_change_not_yours');
    END IF;
    RETURN wb.kept(p_operation, wb.answer_seal_change(v_change, 'withdrawn', '', wb.moment()));
END
$$;

REVOKE ALL ON FUNCTION wb.seal_ask(text, text, text, jsonb, jsonb, text),
    wb.seal_decide(bigint, boolean, text, text), wb.seal_withdraw(bigint, text)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wb.seal_ask(text, text, text, jsonb, jsonb, text),
    wb.seal_decide(bigint, boolean, text, text), wb.seal_withdraw(bigint, text)
TO @user@;
