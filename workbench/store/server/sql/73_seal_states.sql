-- Suspending and resuming a seal (store.seal_states, R57): judged, written and filed at once. The
-- history of a seal stands in the append-only audit lines of the centre.

-- The line of what was done to the centre itself, at the verb's own moment.
CREATE OR REPLACE FUNCTION wb.add_audit(p_act text, p_detail text, p_now bigint) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO wb.audit_line (at, actor, act, detail) VALUES (p_now, wb.who(), p_act, p_detail);
END
$$;

-- What was filed about that seal; other lines of the audit are no JSON.
CREATE OR REPLACE FUNCTION wb.filed_changes(p_seal text)
RETURNS TABLE (audit_id bigint, change jsonb)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN QUERY
    SELECT one.audit_id, one.said || jsonb_build_object('actor', one.actor, 'at', one.at)
    FROM (
        SELECT a.audit_id, a.actor, a.at, CASE WHEN a.act IN ('seal_suspended', 'seal_resumed')
            THEN a.detail::jsonb END AS said
        FROM wb.audit_line a WHERE a.act IN ('seal_suspended', 'seal_resumed')
    ) AS one WHERE one.said ->> 'seal_id' = p_seal;
END
$$;

-- The state that the last suspension interrupted (seal_states.resumed).
CREATE OR REPLACE FUNCTION wb.state_before_stop(p_seal text) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN coalesce((
        SELECT f.change ->> 'before' FROM wb.filed_changes(p_seal) f
        WHERE f.change ->> 'after' = 'suspended' ORDER BY f.audit_id DESC LIMIT 1), 'active');
END
$$;

-- The state after the change, or the refusal; the whole register is locked, because two seals in
-- use of one kind and organ are refused (S166).
CREATE OR REPLACE FUNCTION wb.seal_after(p_seal wb.seal, p_resume boolean) RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    v_after text := 'suspended';
    v_twin text;
BEGIN
    IF NOT p_resume THEN
        IF p_seal.status <> ALL (wb.seal_in_use()) THEN
            PERFORM wb.refuse('seal_not_in_use', jsonb_build_object('state', p_seal.status));
        END IF;
        RETURN v_after;
    ELSIF p_seal.status <> 'suspended' THEN
        PERFORM wb.refuse('seal_not_suspended', jsonb_build_object('state', p_seal.status));
    END IF;
    v_after := wb.state_before_stop(p_seal.seal_id);
    IF v_after = 'active' THEN
        SELECT s.seal_id INTO v_twin FROM wb.seal s
        WHERE s.seal_id <> p_seal.seal_id AND s.kind = p_seal.kind
            AND s.organ_name = p_seal.organ_name AND s.status = 'active'
        ORDER BY s.seal_id COLLATE "C" LIMIT 1;
        IF FOUND THEN
            PERFORM wb.refuse('seal_twin', jsonb_build_object('other', v_twin));
        END IF;
    END IF;
    RETURN v_after;
END
$$;

-- The verb. {"change": {...}}.
CREATE OR REPLACE FUNCTION wb.seal_change_state(
    p_seal text, p_resume boolean, p_reason text, p_operation text DEFAULT ''
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_resume boolean := coalesce(p_resume, false);
    v_seal wb.seal;
    v_change jsonb;
    v_now bigint;
BEGIN
    PERFORM wb.need_post(CASE WHEN v_resume THEN wb.may_resume_seal()
                              ELSE wb.may_suspend_seal() END);
    PERFORM 1 FROM wb.seal s ORDER BY s.seal_id FOR UPDATE;
    IF wb.done_before(p_operation) IS NOT NULL THEN
        RETURN wb.done_before(p_operation);
    END IF;
    v_now := wb.moment();
    SELECT * INTO v_seal FROM wb.seal s WHERE s.seal_id = p_seal;
    IF NOT FOUND THEN
        PERFORM wb.refuse('seal_unknown', jsonb_build_object('seal_id', coalesce(p_seal, '')));
    END IF;
    v_change := jsonb_build_object(
        'seal_id', p_seal, 'before', v_seal.status, 'after', wb.seal_after(v_seal, v_resume),
        'reason', coalesce(p_reason, ''));
    UPDATE wb.seal s SET status = v_change ->> 'after' WHERE s.seal_id = p_seal;
    PERFORM wb.add_audit(CASE WHEN v_resume THEN 'seal_resumed' ELSE 'seal_suspended' END,
                         wb.canonical(v_change), v_now);
    RETURN wb.kept(p_operation, jsonb_build_object('change', v_change || jsonb_build_object(
        'actor', wb.who(), 'at', v_now)));
END
$$;

-- Every filed change of that seal's state, oldest first: the audit lines themselves are the audit
-- administrator's, but what happened to a seal is open to the house like the seal (R57).
CREATE OR REPLACE FUNCTION wb.seal_changes(p_seal text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM wb.still_here(wb.who());
    RETURN (
        SELECT coalesce(jsonb_agg(f.change ORDER BY f.audit_id), '[]')
        FROM wb.filed_changes(p_seal) f);
END
$$;

REVOKE ALL ON FUNCTION wb.seal_change_state(text, boolean, text, text), wb.seal_changes(text)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wb.seal_change_state(text, boolean, text, text), wb.seal_changes(text)
TO @user@;
