-- What awaits the seal (store.seal_queues.queue), for the custodian who has taken it over: the frozen
-- document and what stands on it, never the scans nor the log (V16). One round trip.

-- A copy pressed by hand, with all that the register says of it.
CREATE OR REPLACE FUNCTION wb.copy_shown(p_line wb.ledger_line, p_case wb.case_file) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN to_jsonb(p_line) - ARRAY['digest', 'cms', 'owner', 'lease_until', 'case_id']
        || jsonb_build_object('case_no', p_case.case_no, 'decided_by', p_case.decided_by);
END
$$;

CREATE OR REPLACE FUNCTION wb.seal_task(p_case wb.case_file, p_task wb.task) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_data jsonb := p_task.data::jsonb;
    v_line wb.ledger_line;
BEGIN
    SELECT * INTO v_line FROM wb.ledger_line l
    WHERE l.document_id = p_task.document_id AND l.state <> 'VOID' AND l.manner = 'electronic'
    ORDER BY l.serial LIMIT 1;
    RETURN jsonb_build_object(
        'case', wb.shown_case(p_case), 'data', v_data, 'requested_at', p_task.opened_at,
        'document', (SELECT d.body::jsonb FROM wb.part_document d
                     WHERE d.case_id = p_case.case_id AND d.kind = 'document'
                         AND d.body::jsonb -> 'sha256' = v_data -> 'sha256'
                     ORDER BY d.entry_id DESC LIMIT 1),
        'requested_by', (SELECT e.actor FROM wb.event e
                         WHERE e.case_id = p_case.case_id AND e.kind = 'request_seal'
                         ORDER BY e.seq DESC LIMIT 1),
        'clock', (SELECT to_jsonb(r) - ARRAY['run_id', 'case_id']
                         || jsonb_build_object('pauses', r.pauses::jsonb)
                  FROM wb.clock_run r WHERE r.case_id = p_case.case_id AND r.name = 'seal'
                  ORDER BY r.round DESC LIMIT 1),
        'ledger_state', v_line.state, 'ledger_holder', v_line.custodian,
        'organ', wb.organ_of(p_case), 'legacy', wb.from_before_transfer(p_case),
        'copies', (SELECT coalesce(jsonb_agg(wb.copy_shown(l, p_case) ORDER BY l.serial), '[]')
                   FROM wb.ledger_line l
                   WHERE l.document_id = p_task.document_id AND l.manner = 'physical'));
END
$$;

CREATE OR REPLACE FUNCTION wb.seal_queue(p_of text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_who text := session_user;
    v_now bigint := wb.moment();
BEGIN
    PERFORM wb.still_here(v_who);
    RETURN (
        SELECT coalesce(jsonb_agg(wb.seal_task(c, t)
            ORDER BY c.immediate DESC, c.sort_due, c.case_id, t.task_id), '[]')
        FROM wb.case_file c JOIN wb.task t ON t.case_id = c.case_id
        WHERE c.state = 'pending_seal' AND t.kind = 'seal_request' AND wb.is_open(t.state)
            AND p_of IN ('', t.document_id, c.case_no)
            AND 'document' = ANY (wb.parts_of(c, v_who, v_now))
    );
END
$$;

GRANT EXECUTE ON FUNCTION wb.seal_queue(text) TO @user@;

-- The lines of the register for one file, by its hash: whoever holds a sealed file may ask what the
-- register says of it. Numbers, hashes and places only.
CREATE OR REPLACE FUNCTION wb.seal_lines_of(p_sha256 text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM wb.still_here(session_user::text);
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'serial', l.serial, 'document_id', l.document_id, 'case_no', c.case_no,
            'seal_id', l.seal_id, 'state', l.state, 'custodian', l.custodian,
            'reserved_at', l.reserved_at, 'released_at', l.released_at,
            'sha256_before', l.sha256_before, 'sha256_after', l.sha256_after,
            'page', l.page, 'x_mm', l.x_mm, 'y_mm', l.y_mm,
            'signature_level', l.signature_level, 'void_reason', l.void_reason,
            'manner', l.manner, 'copy_no', l.copy_no, 'copy_kind', l.copy_kind,
            'control_code', l.control_code, 'scan_sha256', l.scan_sha256,
            'decided_by', c.decided_by
        ) ORDER BY l.serial), '[]')
        FROM wb.ledger_line l JOIN wb.case_file c ON c.case_id = l.case_id
        WHERE l.sha256_after = p_sha256 AND p_sha256 <> ''
    );
END
$$;

GRANT EXECUTE ON FUNCTION wb.seal_lines_of(text) TO @user@;
