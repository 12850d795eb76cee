-- What a step of a seal comes to (store.seal_step_effects; R55): state and box, a certificate, a
-- filed impression, limits. Called by the verbs of 73_seal_states under the lock of the register.

-- Refusal for numbers outside of what a seal may have (seal_states.form_fault).
CREATE OR REPLACE FUNCTION wb.need_seal_values(p_step jsonb, p_form jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF p_step ->> 'code' = 'new_face'
        AND wb.seal_number(p_form ->> 'diameter_mm') NOT BETWEEN 35 AND 45 THEN
        PERFORM wb.refuse('seal_face_size');
    ELSIF p_step ->> 'code' = 'new_policy' AND (
        wb.seal_number(p_form ->> 'daily_limit') < 0
        OR wb.seal_number(p_form ->> 'batch_limit') NOT BETWEEN 1 AND 50
        OR p_form ->> 'needs_timestamp' NOT IN ('yes', 'no')) THEN
        PERFORM wb.refuse('seal_policy_values');
    END IF;
END
$$;

-- The number of a form; -1 where it is none.
CREATE OR REPLACE FUNCTION wb.seal_number(p_text text) RETURNS integer
LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE WHEN p_text ~ '^[0-9]{1,4}$' THEN p_text::integer ELSE -1 END $$;

-- A moment as a certificate writes it: UTCTime, from 2050 on GeneralizedTime (RFC 5280, 4.1.2.5).
CREATE OR REPLACE FUNCTION wb.certificate_time(p_at text) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE
AS $$
DECLARE
    v_at timestamp;
BEGIN
    IF coalesce(p_at, '') !~ '^[0-9]{1,18}$' THEN
        RETURN NULL;
    END IF;
    v_at := to_timestamp(p_at::bigint / 1000000) AT TIME ZONE 'UTC';
    IF v_at < timestamp '2050-01-01' THEN
        RETURN '\x170d'::bytea || convert_to(to_char(v_at, 'YYMMDDHH24MISS') || 'Z', 'SQL_ASCII');
    END IF;
    RETURN '\x180f'::bytea || convert_to(to_char(v_at, 'YYYYMMDDHH24MISS') || 'Z', 'SQL_ASCII');
END
$$;

-- Refusal where the certificate of the form is another one, over, or another seal's. The database
-- reads no certificate; that its validity stands in it, one time after the other, can be seen.
CREATE OR REPLACE FUNCTION wb.need_certificate(p_seal text, p_form jsonb, p_now bigint)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_der bytea;
    v_times bytea := wb.certificate_time(p_form ->> 'valid_from')
        || wb.certificate_time(p_form ->> 'valid_to');
    v_other text;
BEGIN
    BEGIN
        v_der := decode(substring(
            p_form ->> 'pem' FROM '^-----BEGIN CERTIFICATE-----(.+)-----END CERTIFICATE-----\s*$'),
            'base64');
    EXCEPTION WHEN invalid_parameter_value THEN
        v_der := NULL;
    END;
    IF v_der IS NULL OR NOT p_form ? 'valid_from' THEN
        PERFORM wb.refuse('seal_certificate_unread');
    ELSIF v_times IS NULL OR position(v_times IN v_der) = 0
        OR encode(sha256(v_der), 'hex') <> p_form ->> 'sha256' THEN
        PERFORM wb.refuse('seal_certificate_differs');
    ELSIF (p_form ->> 'valid_to')::bigint <= p_now THEN
        PERFORM wb.refuse('seal_certificate_expired');
    END IF;
    SELECT c.seal_id INTO v_other FROM wb.seal_certificate c
    WHERE c.sha256 = p_form ->> 'sha256' AND c.seal_id <> p_seal;
    IF FOUND THEN
        PERFORM wb.refuse('seal_certificate_taken', jsonb_build_object('other', v_other));
    END IF;
END
$$;

-- Filed, unless it is there; the seal's own line follows.
CREATE OR REPLACE FUNCTION wb.file_certificate(p_seal text, p_form jsonb, p_now bigint)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO wb.seal_certificate (sha256, seal_id, pem, valid_from, valid_to, entered_at)
    VALUES (p_form ->> 'sha256', p_seal, p_form ->> 'pem', (p_form ->> 'valid_from')::bigint,
            (p_form ->> 'valid_to')::bigint, p_now)
    ON CONFLICT (sha256) DO NOTHING;
    UPDATE wb.seal s SET certificate_sha256 = p_form ->> 'sha256',
        valid_from = (p_form ->> 'valid_from')::bigint, valid_to = (p_form ->> 'valid_to')::bigint
    WHERE s.seal_id = p_seal;
END
$$;

-- Refusal where what the form brings cannot be filed, when it is asked for: a picture that the
-- asker has not shown to have would be released to him by a hash alone (decision note 018).
CREATE OR REPLACE FUNCTION wb.judge_seal_step(p_seal text, p_step jsonb, p_form jsonb)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF p_step ->> 'code' = 'new_certificate' THEN
        PERFORM wb.need_certificate(p_seal, p_form, wb.moment());
    ELSIF p_step ->> 'code' = 'new_face' AND NOT wb.content_at_hand(p_form ->> 'sha256') THEN
        PERFORM wb.refuse('seal_picture_missing');
    END IF;
END
$$;

-- Write what the step comes to; the partial unique index has the last word (S166).
CREATE OR REPLACE FUNCTION wb.carry_out_seal_step(
    p_seal text, p_step jsonb, p_form jsonb, p_after text, p_asked_by text
) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_now bigint := wb.moment();
BEGIN
    IF p_step ->> 'code' = 'new_certificate' THEN
        PERFORM wb.need_certificate(p_seal, p_form, v_now);
        PERFORM wb.file_certificate(p_seal, p_form, v_now);
    ELSIF p_step ->> 'code' = 'new_face' THEN
        INSERT INTO wb.seal_face (
            seal_id, version, sha256, diameter_mm, asked_by, confirmed_by, entered_at)
        SELECT p_seal, coalesce(max(f.version), 0) + 1, p_form ->> 'sha256',
            (p_form ->> 'diameter_mm')::integer, p_asked_by, wb.who(), v_now
        FROM wb.seal_face f WHERE f.seal_id = p_seal;
        UPDATE wb.seal s SET face_sha256 = p_form ->> 'sha256',
            diameter_mm = (p_form ->> 'diameter_mm')::integer
        WHERE s.seal_id = p_seal;
    ELSIF p_step ->> 'code' = 'new_policy' THEN
        UPDATE wb.seal s SET daily_limit = (p_form ->> 'daily_limit')::integer,
            batch_limit = (p_form ->> 'batch_limit')::integer,
            needs_timestamp = p_form ->> 'needs_timestamp' = 'yes'
        WHERE s.seal_id = p_seal;
    END IF;
    UPDATE wb.seal s SET status = p_after,
        box = CASE WHEN p_step -> 'needs' ? 'box' THEN p_form ->> 'box' ELSE s.box END
    WHERE s.seal_id = p_seal;
EXCEPTION WHEN unique_violation THEN
    PERFORM wb.refuse('seal_twin', jsonb_build_object('other', p_seal));
END
$$;
