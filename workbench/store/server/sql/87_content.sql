-- The keys of the stored files (store.content_room, decision note 018). The files lie encrypted in
-- a folder that every desk reaches; here is decided who may open one. An entry's body says more
-- than its kind allows to prove: only kinds whose file was checked (entry_kind.with_content) count.

-- Refusal where the account is gone. A transaction that looks at the past would release what has
-- been taken from the person meanwhile: keys are not for it.
CREATE OR REPLACE FUNCTION wb.content_asked(p_who text) RETURNS void
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'keys are asked for in read committed transactions only'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM wb.still_here(p_who);
END
$$;

-- Every entry that points to the file: its case, its part, and what the material is called.
CREATE OR REPLACE FUNCTION wb.content_uses(p_sha256 text)
RETURNS TABLE (case_id bigint, part text, name text)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN QUERY
    SELECT one.case_id, k.part, coalesce(nullif(one.code, ''), one.kind)
    FROM (
        SELECT t.case_id, t.kind, t.code FROM wb.part_form t WHERE t.content_sha256 = p_sha256
        UNION ALL
        SELECT t.case_id, t.kind, t.code FROM wb.part_materials t WHERE t.content_sha256 = p_sha256
        UNION ALL
        SELECT t.case_id, t.kind, t.code FROM wb.part_survey t WHERE t.content_sha256 = p_sha256
        UNION ALL
        SELECT t.case_id, t.kind, t.code FROM wb.part_opinions t WHERE t.content_sha256 = p_sha256
        UNION ALL
        SELECT t.case_id, t.kind, t.code FROM wb.part_notices t WHERE t.content_sha256 = p_sha256
        UNION ALL
        SELECT t.case_id, t.kind, t.code FROM wb.part_document t WHERE t.content_sha256 = p_sha256
        UNION ALL
        SELECT t.case_id, t.kind, t.code FROM wb.part_delivery t WHERE t.content_sha256 = p_sha256
        UNION ALL
        SELECT t.case_id, t.kind, t.code FROM wb.part_own_task t WHERE t.content_sha256 = p_sha256
        UNION ALL
        SELECT t.case_id, t.kind, t.code FROM wb.part_thread t WHERE t.content_sha256 = p_sha256
    ) AS one
    JOIN wb.entry_kind k ON k.kind = one.kind AND k.with_content;
END
$$;

-- What the file is called where the person sees it now, in the newest such case; NULL: nowhere.
CREATE OR REPLACE FUNCTION wb.content_seen(p_sha256 text, p_who text, p_at bigint) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_case wb.case_file;
    v_parts text[];
    v_names text[];
BEGIN
    FOR v_case IN
        SELECT c.* FROM wb.case_file c
        WHERE c.case_id IN (SELECT u.case_id FROM wb.content_uses(p_sha256) u)
        ORDER BY c.case_id DESC
    LOOP
        v_parts := wb.parts_of(v_case, p_who, p_at);
        SELECT array_agg(DISTINCT u.name ORDER BY u.name) INTO v_names
        FROM wb.content_uses(p_sha256) u
        WHERE u.case_id = v_case.case_id AND u.part = ANY (v_parts);
        EXIT WHEN v_names IS NOT NULL;
    END LOOP;
    RETURN v_names;
END
$$;

-- Whether it is a file of a press and the person keeps the seal (V16): what was prepared, what
-- became the case's sealed document, or the scan of a copy pressed by hand (who filed it had it).
CREATE OR REPLACE FUNCTION wb.content_pressed(p_sha256 text) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN wb.holds('{seal_custodian}') AND EXISTS (
        SELECT 1 FROM wb.ledger_line l
        WHERE l.prepared_sha256 = p_sha256 OR l.scan_sha256 = p_sha256 OR l.sha256_after = p_sha256 AND EXISTS (
            SELECT 1 FROM wb.part_document d
            WHERE d.case_id = l.case_id AND d.content_sha256 = p_sha256));
END
$$;

-- Whether it is the impression of a seal, filed or waiting for its second person, and the person
-- keeps or owns seals (R57).
CREATE OR REPLACE FUNCTION wb.content_face(p_sha256 text) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN wb.holds('{seal_custodian,organ_head,security_admin}') AND (
        EXISTS (SELECT 1 FROM wb.seal_face f WHERE f.sha256 = p_sha256)
        OR EXISTS (SELECT 1 FROM wb.seal_change c
                   WHERE c.step = 'new_face' AND c.state = 'asked'
                       AND c.form::jsonb ->> 'sha256' = p_sha256));
END
$$;

-- Names of the file for who may read it now; NULL for everybody else.
CREATE OR REPLACE FUNCTION wb.content_readable(p_sha256 text, p_who text, p_at bigint)
RETURNS text[]
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN coalesce(
        wb.content_seen(p_sha256, p_who, p_at),
        CASE WHEN wb.content_pressed(p_sha256) OR wb.content_face(p_sha256)
            THEN '{}'::text[] END);
END
$$;

-- Whether the person may point an entry to the file: he has shown that he has the bytes, or reads
-- them anyway. Else a hash that he read somewhere would get him the key. What has no key gives none.
CREATE OR REPLACE FUNCTION wb.content_at_hand(p_sha256 text) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_who text := session_user;
    v_blob wb.content_blob;
BEGIN
    SELECT * INTO v_blob FROM wb.content_blob b WHERE b.sha256 = p_sha256;
    RETURN FOUND AND (
        v_blob.key IS NULL
        OR EXISTS (SELECT 1 FROM wb.content_brought g
                   WHERE g.sha256 = p_sha256 AND g.login = v_who)
        OR wb.content_readable(p_sha256, v_who, wb.moment()) IS NOT NULL);
END
$$;

-- The verb of bringing a file: its key, by anybody whose post registers or handles. The same file
-- gives the same key at every desk; another key would lock everybody out and is refused.
CREATE OR REPLACE FUNCTION wb.content_put(p_sha256 text, p_bytes bigint, p_key bytea)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_who text := session_user;
    v_known bytea;
BEGIN
    PERFORM wb.content_asked(v_who);
    IF NOT wb.holds('{window_acceptor,intake_agent,reviewer,surveyor,approver,organ_head,'
        'government_head,seal_custodian,issuing_clerk,archivist,security_admin}')
        AND cardinality(wb.my_appointments()) = 0 THEN
        PERFORM wb.refuse('not_your_role');
    END IF;
    -- Looked at before it is written: an error of the table would repeat the row, key and all.
    IF coalesce(p_sha256, '') !~ '^[0-9a-f]{64}$' OR coalesce(p_bytes, -1) < 0
        OR coalesce(octet_length(p_key), 0) <> 32 THEN
        PERFORM wb.refuse('content_form');
    END IF;
    INSERT INTO wb.content_blob AS b (sha256, bytes, stored_at, key)
    VALUES (p_sha256, p_bytes, wb.moment(), p_key) ON CONFLICT (sha256) DO NOTHING;
    SELECT b.key INTO v_known FROM wb.content_blob b WHERE b.sha256 = p_sha256 FOR UPDATE;
    IF v_known IS NULL THEN
        UPDATE wb.content_blob SET key = p_key, bytes = p_bytes WHERE sha256 = p_sha256;
    ELSIF v_known <> p_key THEN
        PERFORM wb.refuse('content_key_differs');
    END IF;
    INSERT INTO wb.content_brought (sha256, login, at) VALUES (p_sha256, v_who, wb.moment())
    ON CONFLICT DO NOTHING;
END
$$;

-- The key, for who may read the file at this moment; everybody else is told what a case that he
-- does not see tells him, whether there is such a file or not.
CREATE OR REPLACE FUNCTION wb.content_key(p_sha256 text) RETURNS bytea
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_who text := session_user;
    v_names text[];
    v_key bytea;
BEGIN
    PERFORM wb.content_asked(v_who);
    v_names := wb.content_readable(p_sha256, v_who, wb.moment());
    IF v_names IS NULL THEN
        PERFORM wb.refuse('not_visible');
    END IF;
    SELECT b.key INTO v_key FROM wb.content_blob b WHERE b.sha256 = p_sha256;
    IF v_key IS NULL THEN
        PERFORM wb.refuse('content_missing', jsonb_build_object(
            'name', coalesce(nullif(array_to_string(v_names, ', '), ''), left(p_sha256, 12))));
    END IF;
    RETURN v_key;
END
$$;

-- T31: whoever may read a file has found that it is not what was stored. The database cannot look,
-- so it writes down who says so; every case that holds the file is frozen, and nothing else.
-- Answers what the file is called where the person sees it.
CREATE OR REPLACE FUNCTION wb.content_broken(p_sha256 text) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_who text := session_user;
    v_names text[];
    v_case_id bigint;
    v_frozen bigint := 0;
BEGIN
    PERFORM wb.content_asked(v_who);
    v_names := wb.content_readable(p_sha256, v_who, wb.moment());
    IF v_names IS NULL THEN
        PERFORM wb.refuse('not_visible');
    END IF;
    FOR v_case_id IN
        SELECT DISTINCT u.case_id FROM wb.content_uses(p_sha256) u ORDER BY 1
    LOOP
        v_frozen := v_frozen + wb.content_freeze(v_case_id, p_sha256, v_who);
    END LOOP;
    INSERT INTO wb.audit_line (at, actor, act, detail)
    VALUES (wb.moment(), v_who, 'content_broken', p_sha256 || ' ' || v_frozen);
    RETURN v_names;
END
$$;

-- One case, by the system; 0 where it is frozen already or not the flow's to freeze any more.
CREATE OR REPLACE FUNCTION wb.content_freeze(p_case bigint, p_sha256 text, p_who text)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    v_case wb.case_file;
    v_now bigint;
BEGIN
    SELECT * INTO v_case FROM wb.case_file c WHERE c.case_id = p_case FOR UPDATE;
    v_now := wb.moment();
    IF (wb.flow_of('quarantine', v_case.state)).row_no IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM wb.refuse_clock_back(p_case, v_now);
    PERFORM wb.system_move(v_case, 'quarantine', v_now, v_now, jsonb_build_object(
        'finding', 'content_broken:' || p_sha256, 'found_by', p_who));
    RETURN 1;
END
$$;

GRANT EXECUTE ON FUNCTION wb.content_put(text, bigint, bytea), wb.content_key(text),
    wb.content_broken(text) TO @user@;
