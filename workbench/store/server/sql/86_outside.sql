-- The slots of outside systems (store.outside_room, S005). Switched by the system administrator;
-- handed over by any desk, which is given codes alone and answers for what it says is sent.

-- The verb. On with a folder, off without.
CREATE OR REPLACE FUNCTION wb.switch_slot(p_slot text, p_folder text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_now bigint := wb.moment();
    v_folder text := coalesce(p_folder, '');
BEGIN
    PERFORM wb.need_post('{system_admin}');
    IF coalesce(p_slot, '') <> ALL (wb.switched_slots()) THEN
        PERFORM wb.refuse('slot_unknown', jsonb_build_object(
            'code', coalesce(p_slot, ''), 'codes', array_to_string(wb.switched_slots(), ', ')));
    END IF;
    INSERT INTO wb.exchange_slot (
        slot, folder, trouble, tries, owner, lease_until, changed_by, changed_at
    ) VALUES (p_slot, v_folder, '', 0, '', v_now, wb.who(), v_now)
    ON CONFLICT (slot) DO UPDATE SET
        folder = excluded.folder, trouble = '', tries = 0, owner = '', lease_until = v_now,
        changed_by = excluded.changed_by, changed_at = v_now;
    PERFORM wb.done_now(
        '', '{}', CASE WHEN v_folder = '' THEN 'slot_off' ELSE 'slot_on' END,
        rtrim(format('%s %s', p_slot, v_folder)), v_now);
    RETURN jsonb_build_object('slot', p_slot);
END
$$;

-- Whether the person's desk hands over for that slot. The archive gets whole files, so that only an
-- archivist, who may read them, hands them over; all else is codes.
CREATE OR REPLACE FUNCTION wb.hands_over(p_slot text) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN p_slot <> 'archive_sink' OR wb.holds('{archivist}');
END
$$;

-- Code and folder of every slot that is on: what a desk must know to hand over.
CREATE OR REPLACE FUNCTION wb.slots_on() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM wb.still_here(wb.who());
    RETURN (SELECT coalesce(jsonb_agg(jsonb_build_array(s.slot, s.folder) ORDER BY s.slot), '[]')
            FROM wb.exchange_slot s WHERE s.folder <> '' AND wb.hands_over(s.slot));
END
$$;

-- Who hands over: the person, and the process that he does it with. No sign-in name has a slash.
CREATE OR REPLACE FUNCTION wb.desk(p_owner text) RETURNS text
LANGUAGE sql STABLE
AS $$ SELECT wb.who() || '/' || coalesce(p_owner, '') $$;

-- Whether that desk may take the slot: on, and not held by another; a slot that has just failed
-- rests for a minute, unless it is asked for by force.
CREATE OR REPLACE FUNCTION wb.may_claim(
    p_slot wb.exchange_slot, p_owner text, p_force boolean, p_now bigint
) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    RETURN coalesce(p_slot.folder, '') <> '' AND (
        p_slot.lease_until <= p_now OR p_slot.owner = p_owner
        OR coalesce(p_force, false) AND p_slot.owner = '');
END
$$;

-- The verb. The oldest waiting messages of a slot, for this desk alone for a minute. Looked at
-- first without a lock, because every desk asks and mostly nothing waits.
CREATE OR REPLACE FUNCTION wb.claim_messages(
    p_slot text, p_owner text, p_force boolean DEFAULT false
) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_slot wb.exchange_slot;
    v_now bigint := wb.moment();
BEGIN
    PERFORM wb.still_here(wb.who());
    SELECT * INTO v_slot FROM wb.exchange_slot s WHERE s.slot = p_slot;
    IF NOT wb.hands_over(p_slot) OR NOT wb.may_claim(v_slot, wb.desk(p_owner), p_force, v_now)
        OR NOT EXISTS (SELECT 1 FROM wb.exchange_outbox m
                       WHERE m.slot = p_slot AND m.state = 'waiting') THEN
        RETURN '[]';
    END IF;
    SELECT * INTO v_slot FROM wb.exchange_slot s WHERE s.slot = p_slot FOR UPDATE;
    v_now := wb.moment();
    IF NOT wb.may_claim(v_slot, wb.desk(p_owner), p_force, v_now) THEN
        RETURN '[]';
    END IF;
    UPDATE wb.exchange_slot s SET
        owner = wb.desk(p_owner), lease_until = v_now + wb.outside_lease()
    WHERE s.slot = p_slot;
    RETURN (
        SELECT coalesce(jsonb_agg(to_jsonb(m) ORDER BY m.message_id), '[]') FROM (
            SELECT o.message_id, o.slot, o.body, o.sha256 FROM wb.exchange_outbox o
            WHERE o.slot = p_slot AND o.state = 'waiting'
            ORDER BY o.message_id LIMIT wb.outside_batch()) AS m);
END
$$;

-- The slot, locked, where the person holds it; else NULL: who comes too late says nothing any more.
CREATE OR REPLACE FUNCTION wb.held_slot(p_slot text) RETURNS wb.exchange_slot
LANGUAGE plpgsql
AS $$
DECLARE
    v_slot wb.exchange_slot;
BEGIN
    SELECT * INTO v_slot FROM wb.exchange_slot s
    WHERE s.slot = p_slot AND starts_with(s.owner, wb.desk('')) FOR UPDATE;
    RETURN v_slot;
END
$$;

-- The verb. They are written where they belong: marked, the slot given back, and who said so kept.
CREATE OR REPLACE FUNCTION wb.messages_sent(p_slot text, p_messages jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_slot wb.exchange_slot := wb.held_slot(p_slot);
    v_now bigint := wb.moment();
    v_count bigint := 0;
BEGIN
    PERFORM wb.still_here(wb.who());
    IF v_slot.slot IS NOT NULL THEN
        UPDATE wb.exchange_outbox m SET state = 'sent', sent_at = v_now, tries = m.tries + 1
        WHERE m.slot = p_slot AND m.state = 'waiting' AND to_jsonb(m.message_id) <@ p_messages;
        GET DIAGNOSTICS v_count = ROW_COUNT;
        UPDATE wb.exchange_slot s SET owner = '', lease_until = v_now, trouble = '', tries = 0
        WHERE s.slot = p_slot;
    END IF;
    IF v_count > 0 THEN
        PERFORM wb.done_now('', '{}', 'messages_sent', format(
            '%s %s %s', p_slot, v_count, array_to_string(ARRAY(
                SELECT min(one::bigint) FROM jsonb_array_elements_text(p_messages) AS one
                UNION SELECT max(one::bigint) FROM jsonb_array_elements_text(p_messages) AS one
                ORDER BY 1), '-')), v_now);
    END IF;
    RETURN jsonb_build_object('sent', v_count);
END
$$;

-- The verb. They could not be written: they wait on, in order, and the slot says why.
CREATE OR REPLACE FUNCTION wb.messages_stuck(p_slot text, p_messages jsonb, p_trouble text)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_slot wb.exchange_slot := wb.held_slot(p_slot);
BEGIN
    PERFORM wb.still_here(wb.who());
    IF v_slot.slot IS NOT NULL THEN
        UPDATE wb.exchange_outbox m SET tries = m.tries + 1
        WHERE m.slot = p_slot AND m.state = 'waiting' AND to_jsonb(m.message_id) <@ p_messages;
        UPDATE wb.exchange_slot s SET
            trouble = p_trouble, tries = s.tries + 1, owner = '',
            lease_until = wb.moment() + wb.outside_lease()
        WHERE s.slot = p_slot;
    END IF;
    RETURN jsonb_build_object('held', v_slot.slot IS NOT NULL);
END
$$;

-- The key of the file that a waiting message names, for who holds the slot; NULL: no other.
CREATE OR REPLACE FUNCTION wb.message_key(p_message bigint, p_sha256 text) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM wb.content_asked(wb.who());
    RETURN (
        SELECT b.key FROM wb.exchange_outbox m
        JOIN wb.exchange_slot s ON s.slot = m.slot JOIN wb.content_blob b ON b.sha256 = p_sha256
        WHERE m.message_id = p_message AND m.state = 'waiting' AND wb.hands_over(m.slot)
            AND starts_with(s.owner, wb.desk('')) AND m.body::jsonb ->> 'sha256' = p_sha256);
END
$$;

-- Every slot with what waits and what went out, and its last trouble; the system administrator's.
CREATE OR REPLACE FUNCTION wb.slot_states() RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM wb.need_post('{system_admin}');
    RETURN (
        SELECT jsonb_agg(jsonb_build_array(
            code, coalesce(s.folder, ''),
            (SELECT count(*) FROM wb.exchange_outbox m
             WHERE m.slot = code AND m.state = 'waiting'),
            (SELECT count(*) FROM wb.exchange_outbox m WHERE m.slot = code AND m.state = 'sent'),
            coalesce(s.trouble, '')) ORDER BY place)
        FROM unnest(wb.switched_slots()) WITH ORDINALITY AS known (code, place)
        LEFT JOIN wb.exchange_slot s ON s.slot = code);
END
$$;

GRANT EXECUTE ON FUNCTION wb.switch_slot(text, text), wb.slots_on(), wb.slot_states(),
    wb.claim_messages(text, text, boolean), wb.messages_sent(text, jsonb),
    wb.messages_stuck(text, jsonb, text), wb.message_key(bigint, text)
TO @user@;
