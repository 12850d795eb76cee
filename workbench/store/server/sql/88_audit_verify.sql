-- The check of the whole log (store.server.audit_walk), a stretch of cases or presses at a time, so
-- that several connections on one snapshot share the work. Payloads, actors and times stay here:
-- what is answered are the hashes of leaves, totals a day, and where a chain fails (S084).

-- All entries of one book between two owners, each with what its owner's row says: whether there is
-- one, and whether the entry could be the last. The owner of an event is a case, of a step a press.
-- Both sides are told their bounds: else each stretch would read all cases.
CREATE OR REPLACE FUNCTION wb.audit_entries_of(p_book text, p_low bigint, p_high bigint)
RETURNS TABLE (
    owner bigint, subject text, there boolean, ends boolean, seq bigint, kind text, actor text,
    effective_at bigint, at bigint, payload text, prev_hash text, hash text
)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF p_book = 'event' THEN
        RETURN QUERY
            SELECT e.case_id, coalesce(c.case_no, '#' || e.case_id), c.case_id IS NOT NULL,
                (c.version, c.last_hash) IS NOT DISTINCT FROM (e.seq, e.hash), e.seq, e.kind,
                e.actor, e.effective_at, e.recorded_at, e.payload, e.prev_hash, e.hash
            FROM wb.event e LEFT JOIN wb.case_file c
                ON c.case_id = e.case_id AND c.case_id BETWEEN p_low AND p_high
            WHERE e.case_id BETWEEN p_low AND p_high ORDER BY e.case_id, e.seq;
    ELSE
        RETURN QUERY
            SELECT s.serial, CASE WHEN l.serial IS NULL THEN '#' ELSE '' END || s.serial,
                l.serial IS NOT NULL, l.changed_at IS NOT DISTINCT FROM s.at, s.seq, s.state,
                s.actor, s.at, s.at, s.payload, s.prev_hash, s.hash
            FROM wb.ledger_step s LEFT JOIN wb.ledger_line l
                ON l.serial = s.serial AND l.serial BETWEEN p_low AND p_high
            WHERE s.serial BETWEEN p_low AND p_high ORDER BY s.serial, s.seq;
    END IF;
END
$$;

-- Cases or presses between two numbers, and those of them that have no entry at all.
CREATE OR REPLACE FUNCTION wb.audit_owners(p_book text, p_low bigint, p_high bigint)
RETURNS TABLE (owner bigint, bare boolean)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF p_book = 'event' THEN
        RETURN QUERY SELECT c.case_id,
            NOT EXISTS (SELECT 1 FROM wb.event e
                        WHERE e.case_id = c.case_id AND e.case_id BETWEEN p_low AND p_high)
        FROM wb.case_file c WHERE c.case_id BETWEEN p_low AND p_high;
    ELSE
        RETURN QUERY SELECT l.serial,
            NOT EXISTS (SELECT 1 FROM wb.ledger_step s
                        WHERE s.serial = l.serial AND s.serial BETWEEN p_low AND p_high)
        FROM wb.ledger_line l WHERE l.serial BETWEEN p_low AND p_high;
    END IF;
END
$$;

-- Each entry with its local day (days since 1970), its leaf, and whether it fits: its number, the
-- link to the entry before, its time, its own bytes, and as the last one its owner's row. Careful:
-- bytes that are none are asked for; without it they break the query off.
CREATE OR REPLACE FUNCTION wb.audit_judged(
    p_book text, p_low bigint, p_high bigint, p_careful boolean
) RETURNS TABLE (owner bigint, seq bigint, day bigint, leaf bytea, sound boolean)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN QUERY SELECT r.owner, r.seq,
        r.at / 86400000000 + CASE WHEN r.at % 86400000000 >= 57600000000 THEN 1
            WHEN r.at % 86400000000 < -28800000000 THEN -1 ELSE 0 END,
        sha256('\x00'::bytea || convert_to(
            p_book || E'\n' || r.subject || E'\n' || r.seq || E'\n' || r.hash, 'UTF8')),
        r.there AND r.seq = row_number() OVER w
            AND r.prev_hash = coalesce(lag(r.hash) OVER w, wb.audit_genesis(p_book, r.subject))
            AND r.at >= coalesce(lag(r.at) OVER w, 0)
            AND (r.ends OR lead(r.owner) OVER w IS NOT NULL)
            AND CASE WHEN p_careful
                THEN wb.audit_fits(r.prev_hash, r.seq, r.kind, r.actor, r.effective_at, r.at,
                    r.payload, r.hash)
                ELSE wb.event_hash(r.prev_hash, r.seq, r.kind, r.actor, r.effective_at, r.at,
                    r.payload) = r.hash END
    FROM wb.audit_entries_of(p_book, p_low, p_high) r
    WINDOW w AS (PARTITION BY r.owner ORDER BY r.seq);
END
$$;

-- Where a chain fails first (audit_walk._why): its own bytes, its number, its link, its time, its
-- end. NULL where it does not.
CREATE OR REPLACE FUNCTION wb.audit_break(p_book text, p_owner bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    r record;
    v_seq bigint := 0;
    v_prev text;
    v_last bigint := 0;
    v_kind text;
    v_subject text;
    v_ends boolean;
BEGIN
    FOR r IN SELECT * FROM wb.audit_entries_of(p_book, p_owner, p_owner) LOOP
        v_prev := coalesce(v_prev, wb.audit_genesis(p_book, r.subject));
        v_seq := v_seq + 1;
        v_kind := CASE
            WHEN NOT r.there THEN 'no_row'
            WHEN NOT wb.audit_fits(r.prev_hash, r.seq, r.kind, r.actor, r.effective_at, r.at,
                r.payload, r.hash) THEN 'changed'
            WHEN r.seq > v_seq THEN 'gap' WHEN r.seq < v_seq THEN 'order'
            WHEN r.prev_hash <> v_prev THEN 'unchained' WHEN r.at < v_last THEN 'time' END;
        IF v_kind IS NOT NULL THEN
            RETURN jsonb_build_array(v_kind, r.subject,
                CASE v_kind WHEN 'no_row' THEN 1 WHEN 'gap' THEN v_seq ELSE coalesce(r.seq, 0) END);
        END IF;
        v_prev := r.hash;
        v_last := r.at;
        v_subject := r.subject;
        v_ends := r.ends;
    END LOOP;
    IF v_seq > 0 THEN
        RETURN CASE WHEN NOT v_ends THEN jsonb_build_array('tail', v_subject, v_seq) END;
    END IF;
    RETURN jsonb_build_array('no_log', CASE p_book WHEN 'event' THEN (
        SELECT c.case_no FROM wb.case_file c WHERE c.case_id = p_owner)
        ELSE p_owner::text END, 1);
END
$$;

-- One stretch: how many owners and broken chains, the first fifty of these
-- (audit_findings.MOST_BREAKS), and for each day entries, first entries, leaves in their order.
CREATE OR REPLACE FUNCTION wb.audit_told(
    p_book text, p_low bigint, p_high bigint, p_careful boolean
) RETURNS TABLE (
    owners bigint, broken bigint, breaks jsonb, days bigint[], entries bigint[], firsts bigint[],
    leaves bytea[]
)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN QUERY
    WITH judged AS MATERIALIZED (
        SELECT * FROM wb.audit_judged(p_book, p_low, p_high, p_careful)
    ), owned AS MATERIALIZED (
        SELECT * FROM wb.audit_owners(p_book, p_low, p_high)
    ), failed AS MATERIALIZED (
        SELECT j.owner FROM judged j WHERE j.sound IS NOT TRUE
        UNION SELECT o.owner FROM owned o WHERE o.bare
    ), by_day AS (
        SELECT j.day, count(*) AS entries, count(*) FILTER (WHERE j.seq = 1) AS firsts,
            string_agg(j.leaf, ''::bytea ORDER BY j.owner, j.seq) AS leaves
        FROM judged j WHERE j.day IS NOT NULL GROUP BY j.day
    )
    SELECT (SELECT count(*) FROM owned), (SELECT count(*) FROM failed),
        (SELECT coalesce(jsonb_agg(wb.audit_break(p_book, f.owner) ORDER BY f.owner), '[]')
         FROM (SELECT * FROM failed ORDER BY failed.owner LIMIT 50) f),
        array_agg(d.day), array_agg(d.entries), array_agg(d.firsts), array_agg(d.leaves)
    FROM by_day d;
END
$$;

CREATE OR REPLACE FUNCTION wb.audit_stretch(p_book text, p_low bigint, p_high bigint)
RETURNS TABLE (
    owners bigint, broken bigint, breaks jsonb, days bigint[], entries bigint[], firsts bigint[],
    leaves bytea[]
)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET jit = off
SET work_mem = '64MB'
AS $$
BEGIN
    PERFORM wb.need_auditor();
    RETURN QUERY SELECT * FROM wb.audit_told(p_book, p_low, p_high, false);
EXCEPTION WHEN data_exception THEN
    RETURN QUERY SELECT * FROM wb.audit_told(p_book, p_low, p_high, true);
END
$$;

-- The last owner of a stretch that begins there and has about so many entries; NULL for the rest.
CREATE OR REPLACE FUNCTION wb.audit_bound(p_book text, p_low bigint, p_count bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM wb.need_auditor();
    IF p_book = 'event' THEN
        RETURN (SELECT e.case_id FROM wb.event e WHERE e.case_id >= p_low
                ORDER BY e.case_id, e.seq OFFSET p_count LIMIT 1);
    END IF;
    RETURN (SELECT s.serial FROM wb.ledger_step s WHERE s.serial >= p_low
            ORDER BY s.serial, s.seq OFFSET p_count LIMIT 1);
END
$$;

-- How many entries there are.
CREATE OR REPLACE FUNCTION wb.audit_size() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM wb.need_auditor();
    RETURN (SELECT count(*) FROM wb.event) + (SELECT count(*) FROM wb.ledger_step)
        + (SELECT count(*) FROM wb.audit_line);
END
$$;

-- The leaves of a day, to be laid beside the list that was kept of it.
CREATE OR REPLACE FUNCTION wb.audit_entries(p_day date)
RETURNS TABLE (book text, subject text, number bigint, hash text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM wb.need_auditor();
    RETURN QUERY SELECT * FROM wb.day_entries(p_day);
END
$$;

-- Whether there is such an entry; without a number, any of that case.
CREATE OR REPLACE FUNCTION wb.audit_there(p_book text, p_subject text, p_number bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM wb.need_auditor();
    IF p_book = 'event' THEN
        RETURN EXISTS (
            SELECT 1 FROM wb.event e JOIN wb.case_file c USING (case_id)
            WHERE c.case_no = p_subject AND (p_number IS NULL OR e.seq = p_number));
    ELSIF p_book = 'ledger' THEN
        RETURN EXISTS (
            SELECT 1 FROM wb.ledger_step s
            WHERE s.serial = substring(p_subject FROM '^[0-9]{1,18}$')::bigint
                AND s.seq = p_number);
    END IF;
    RETURN EXISTS (SELECT 1 FROM wb.audit_line a WHERE a.audit_id = p_number);
END
$$;

REVOKE ALL ON FUNCTION wb.audit_stretch(text, bigint, bigint),
    wb.audit_bound(text, bigint, bigint), wb.audit_size(), wb.audit_entries(date),
    wb.audit_there(text, text, bigint)
FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wb.audit_stretch(text, bigint, bigint),
    wb.audit_bound(text, bigint, bigint), wb.audit_size(), wb.audit_entries(date),
    wb.audit_there(text, text, bigint)
TO @kind:audit_admin@;
