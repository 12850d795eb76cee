-- What a move brings: one row a part entry, never changed afterwards (store.entry_rows).

-- Python's str(value or ''): a text as it is; nothing, false, 0 and what is empty are no text.
-- A list or an object, which no body has in these places, is its canonical text, not Python's.
CREATE OR REPLACE FUNCTION wb.said(p_value jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    CASE jsonb_typeof(p_value)
    WHEN 'string' THEN RETURN p_value #>> '{}';
    WHEN 'number' THEN
        RETURN CASE WHEN p_value = '0' THEN '' ELSE wb.canonical(p_value) END;
    WHEN 'boolean' THEN RETURN CASE WHEN p_value = 'true' THEN 'True' ELSE '' END;
    WHEN 'object' THEN RETURN CASE WHEN p_value = '{}' THEN '' ELSE wb.canonical(p_value) END;
    WHEN 'array' THEN RETURN CASE WHEN p_value = '[]' THEN '' ELSE wb.canonical(p_value) END;
    ELSE RETURN '';
    END CASE;
END
$$;

-- Refusal content_missing where an entry points to bytes that nobody has stored, or that the person
-- neither brought nor sees: who points to a file may read it.
CREATE OR REPLACE FUNCTION wb.check_content(p_entries jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    v_body jsonb;
BEGIN
    SELECT e.value -> 'body' INTO v_body
    FROM jsonb_array_elements(p_entries) WITH ORDINALITY AS e
    JOIN wb.entry_kind AS k ON k.kind = e.value ->> 'kind' AND k.with_content
    WHERE wb.said(e.value #> '{body,sha256}') <> ''
        AND NOT wb.content_at_hand(wb.said(e.value #> '{body,sha256}'))
    ORDER BY e.ordinality
    LIMIT 1;
    IF FOUND THEN
        PERFORM wb.refuse('content_missing', jsonb_build_object('name', coalesce(
            nullif(wb.said(v_body -> 'file'), ''), nullif(wb.said(v_body -> 'code'), ''),
            wb.said(v_body -> 'sha256'))));
    END IF;
END
$$;

-- The entries in the order of the move; answers the references for the event's payload.
CREATE OR REPLACE FUNCTION wb.write_entries(
    p_case bigint, p_entries jsonb, p_author text, p_at bigint
) RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    v_entry record;
    v_text text;
    v_sha256 text;
    v_references jsonb := '[]';
BEGIN
    FOR v_entry IN
        SELECT e.value ->> 'kind' AS kind, e.value -> 'body' AS body, k.part
        FROM jsonb_array_elements(p_entries) WITH ORDINALITY AS e
        LEFT JOIN wb.entry_kind AS k ON k.kind = e.value ->> 'kind'
        ORDER BY e.ordinality
    LOOP
        v_text := wb.canonical(v_entry.body);
        v_sha256 := wb.sha256_text(v_text);
        PERFORM wb.write_entry(
            v_entry.part, p_case, v_entry.kind, p_author, p_at, wb.said(v_entry.body -> 'code'),
            wb.said(v_entry.body -> 'sha256'), v_text, v_sha256);
        v_references := v_references || jsonb_build_object(
            'part', v_entry.part, 'kind', v_entry.kind, 'sha256', v_sha256);
    END LOOP;
    RETURN v_references;
END
$$;
