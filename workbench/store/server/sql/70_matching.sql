-- Under another item (store.matching): which situation it is, for which line of its list each paper
-- counts, and what goes along. For a transfer (T11) and a change of item (E18).

-- The published record of an item version, as rules.catalogue wrote it.
CREATE OR REPLACE FUNCTION wb.item_record(p_item text, p_version bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (SELECT i.canonical::jsonb FROM wb.item_version i
            WHERE i.item_code = p_item AND i.version = p_version);
END
$$;

-- The situation that the move names; the only one where the item has one.
CREATE OR REPLACE FUNCTION wb.situation_of(p_fields jsonb, p_item jsonb) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_chosen text := wb.said(p_fields -> 'situation');
    v_known text[] := ARRAY(
        SELECT one ->> 'code' FROM jsonb_array_elements(p_item -> 'situations') AS one);
BEGIN
    IF cardinality(v_known) = 1 AND v_chosen = '' THEN
        RETURN v_known[1];
    ELSIF (v_known <> '{}' OR v_chosen <> '') AND v_chosen <> ALL (v_known) THEN
        PERFORM wb.refuse('situation_missing');
    END IF;
    RETURN v_chosen;
END
$$;

-- The lines of the material list that an applicant can fulfil, in order.
CREATE OR REPLACE FUNCTION wb.lines_of(p_item jsonb)
RETURNS TABLE (code text, name_zh text, place bigint)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN QUERY SELECT one ->> 'code', one ->> 'name_zh', number
    FROM jsonb_array_elements(p_item -> 'materials') WITH ORDINALITY AS listed (one, number)
    WHERE one ->> 'source' <> ALL (wb.not_from_applicant());
END
$$;

-- Code of a paper that is there -> line of the new list: as the move says, and where it says
-- nothing, lines of the same name.
CREATE OR REPLACE FUNCTION wb.matches_of(
    p_fields jsonb, p_old jsonb, p_item jsonb, p_held text[]
) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_said jsonb := p_fields -> 'matches';
BEGIN
    IF jsonb_typeof(v_said) = 'object' THEN
        IF EXISTS (
            SELECT 1 FROM jsonb_each(v_said) AS pair
            WHERE pair.key <> ALL (p_held) OR NOT EXISTS (
                SELECT 1 FROM wb.lines_of(p_item) l WHERE to_jsonb(l.code) = pair.value)
        ) THEN
            PERFORM wb.refuse('match_unknown');
        END IF;
        RETURN v_said;
    END IF;
    RETURN (
        SELECT coalesce(jsonb_object_agg(one ->> 'code', l.code ORDER BY l.place), '{}')
        FROM jsonb_array_elements(p_old -> 'materials') AS one
        JOIN wb.lines_of(p_item) l ON l.name_zh = one ->> 'name_zh'
        WHERE one ->> 'code' = ANY (p_held));
END
$$;

-- The line that a carried material counts for, or a code that no list knows.
CREATE OR REPLACE FUNCTION wb.new_code(p_matches jsonb, p_code text) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$ SELECT coalesce(p_matches ->> p_code, 'carried.' || p_code) $$;

-- What a list calls a material; nothing where the list does not know it.
CREATE OR REPLACE FUNCTION wb.material_name(p_item jsonb, p_code text) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN coalesce((
        SELECT one ->> 'name_zh' FROM jsonb_array_elements(p_item -> 'materials') AS one
        WHERE one ->> 'code' = p_code LIMIT 1), '');
END
$$;

-- The demands of a correction notice under the codes of the new list.
CREATE OR REPLACE FUNCTION wb.renamed_demands(p_body jsonb, p_matches jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(one || jsonb_build_object(
            'material', wb.new_code(p_matches, coalesce(one ->> 'material', ''))) ORDER BY place),
            '[]')
        FROM jsonb_array_elements(coalesce(p_body -> 'demands', '[]'))
            WITH ORDINALITY AS listed (one, place));
END
$$;

-- The package under the item in force, in the order in which it goes along: what was handed in
-- before a change of item counts for nothing (case_rows.entries_in_force).
CREATE OR REPLACE FUNCTION wb.package_of(p_case bigint)
RETURNS TABLE (kind text, author text, body jsonb, place bigint)
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN QUERY
    SELECT one.kind, one.author, one.body::jsonb, row_number() OVER (ORDER BY turn, entry_id)
    FROM (
        SELECT 1 AS turn, f.entry_id, f.kind, f.author, f.body FROM wb.part_form f
        WHERE f.case_id = p_case AND f.kind = 'form'
        UNION ALL
        SELECT 2, m.entry_id, m.kind, m.author, m.body FROM wb.part_materials m
        WHERE m.case_id = p_case AND m.kind = 'material' AND m.at >= (
            SELECT coalesce(max(e.effective_at), 0) FROM wb.event e
            WHERE e.case_id = p_case AND e.kind = 'change_item')
        UNION ALL
        SELECT CASE n.kind WHEN 'correction_notice' THEN 3 ELSE 4 END, n.entry_id, n.kind,
            n.author, n.body
        FROM wb.part_notices n
        WHERE n.case_id = p_case AND n.kind IN ('correction_notice', 'correction_note')
    ) AS one;
END
$$;

-- The codes of the papers in the package.
CREATE OR REPLACE FUNCTION wb.held_papers(p_case bigint) RETURNS text[]
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN ARRAY(SELECT coalesce(p.body ->> 'code', '') FROM wb.package_of(p_case) p
                 WHERE p.kind = 'material');
END
$$;
