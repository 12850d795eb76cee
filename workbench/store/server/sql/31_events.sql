-- Events and their chain (rules.events, S084): both engines give the same bytes.

-- The hash of an event over the hash before it, 64 hex digits. Each field is hashed as UTF-8 behind
-- its length in bytes, four bytes, the highest first; written out, because PL/pgSQL keeps this plan.
CREATE OR REPLACE FUNCTION wb.event_hash(
    p_prev text, p_seq bigint, p_kind text, p_actor text, p_effective_at bigint,
    p_recorded_at bigint, p_payload text
) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN encode(sha256(
        decode(p_prev, 'hex')
        || int4send(length(p_seq::text)) || convert_to(p_seq::text, 'UTF8')
        || int4send(octet_length(p_kind)) || convert_to(p_kind, 'UTF8')
        || int4send(octet_length(p_actor)) || convert_to(p_actor, 'UTF8')
        || int4send(length(p_effective_at::text)) || convert_to(p_effective_at::text, 'UTF8')
        || int4send(length(p_recorded_at::text)) || convert_to(p_recorded_at::text, 'UTF8')
        || int4send(octet_length(p_payload)) || convert_to(p_payload, 'UTF8')), 'hex');
END
$$;

-- What the first event of a case is chained to.
CREATE OR REPLACE FUNCTION wb.genesis(p_case_no text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT wb.sha256_text(p_case_no) $$;

-- Append one event; UNIQUE (case_id, seq) is the last word on the order. Answers it as written.
CREATE OR REPLACE FUNCTION wb.add_event(
    p_case bigint, p_seq bigint, p_kind text, p_actor text, p_effective_at bigint,
    p_recorded_at bigint, p_payload jsonb, p_prev text
) RETURNS wb.event
LANGUAGE plpgsql
AS $$
DECLARE
    v_payload text := wb.canonical(p_payload);
    v_hash text := wb.event_hash(
        p_prev, p_seq, p_kind, p_actor, p_effective_at, p_recorded_at, v_payload);
    v_event wb.event;
BEGIN
    INSERT INTO wb.event (
        case_id, seq, kind, actor, effective_at, recorded_at, payload, prev_hash, hash
    ) VALUES (
        p_case, p_seq, p_kind, p_actor, p_effective_at, p_recorded_at, v_payload, p_prev, v_hash
    ) RETURNING * INTO v_event;
    RETURN v_event;
END
$$;

-- Write a supervision event unless it is there; the unique key decides between two (S008, S040).
CREATE OR REPLACE FUNCTION wb.supervise(
    p_case bigint, p_kind text, p_round text, p_effective_at bigint, p_now bigint,
    p_responsible text
) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO wb.supervision_event (
        case_id, kind, round, effective_at, recorded_at, responsible
    ) VALUES (p_case, p_kind, p_round, p_effective_at, p_now, p_responsible)
    ON CONFLICT (case_id, kind, round) DO NOTHING;
END
$$;

-- The step is made: its author's draft is spent. Another state ends all drafts of the case (E06).
CREATE OR REPLACE FUNCTION wb.end_drafts(
    p_case bigint, p_actor text, p_move text, p_moved_on boolean
) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF p_moved_on THEN
        DELETE FROM wb.private_draft WHERE case_id = p_case;
    ELSE
        DELETE FROM wb.private_draft
        WHERE case_id = p_case AND author = p_actor AND move = p_move;
    END IF;
END
$$;
