-- E18 (store.item_changes): a case registered under the wrong item of the same department gets the
-- right one. Number, receipt and identity stay; what was handed in under the old item is brought
-- once more, each paper under the line of the new list for which it counts.

-- The version in force when the application was received: the receipt stays as it is.
CREATE OR REPLACE FUNCTION wb.new_item(p_case wb.case_file, p_code text, p_now bigint)
RETURNS wb.item_version
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_item wb.item_version := wb.published(p_code);
BEGIN
    IF v_item.item_code = p_case.item_code THEN
        PERFORM wb.refuse('item_same');
    ELSIF v_item.department <> p_case.department THEN
        PERFORM wb.refuse('item_other_department');
    END IF;
    SELECT * INTO v_item FROM wb.item_version i
    WHERE i.item_code = p_code AND i.published_at <= coalesce(p_case.received_at, p_now)
    ORDER BY i.version DESC LIMIT 1;
    IF NOT FOUND OR v_item.state <> 'active' THEN
        PERFORM wb.refuse('item_not_in_force');
    END IF;
    RETURN v_item;
END
$$;

-- The applicant as registered, and the values that the new item asks for. The refusal
-- form_incomplete names the fields by code and both labels: the desk words it in its language.
CREATE OR REPLACE FUNCTION wb.new_form(p_before jsonb, p_brought jsonb, p_item jsonb)
RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_given jsonb := wb.object_at(p_before -> 'values') || wb.object_at(p_brought -> 'values');
    v_values jsonb;
    v_lacking jsonb;
BEGIN
    SELECT coalesce(jsonb_object_agg(one ->> 'code', v_given -> (one ->> 'code'))
            FILTER (WHERE wb.said(v_given -> (one ->> 'code')) <> ''), '{}'),
        jsonb_agg(
            jsonb_build_object('code', one -> 'code', 'label_zh', one -> 'label_zh',
                               'label_en', one -> 'label_en') ORDER BY place)
            FILTER (WHERE (one -> 'required')::boolean
                    AND wb.said(v_given -> (one ->> 'code')) = '')
    INTO v_values, v_lacking
    FROM jsonb_array_elements(p_item -> 'form') WITH ORDINALITY AS listed (one, place);
    IF v_lacking IS NOT NULL THEN
        PERFORM wb.refuse('form_incomplete', jsonb_build_object('fields', v_lacking));
    END IF;
    RETURN coalesce(p_before, '{}') || jsonb_build_object('values', v_values);
END
$$;

-- The object, or an empty one where there is none.
CREATE OR REPLACE FUNCTION wb.object_at(p_value jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE WHEN jsonb_typeof(p_value) = 'object' THEN p_value ELSE '{}' END $$;

-- The change with everything that it says and brings: the form, the papers, the one notice.
CREATE OR REPLACE FUNCTION wb.change_completed(
    p_case wb.case_file, p_now bigint, INOUT p_fields jsonb, INOUT p_entries jsonb
)
LANGUAGE plpgsql
AS $$
DECLARE
    v_code text := wb.said(p_fields -> 'item_code');
    v_old jsonb := wb.item_record(p_case.item_code, p_case.item_version);
    v_item wb.item_version;
    v_matches jsonb;
BEGIN
    IF v_code = '' THEN
        RETURN;
    END IF;
    v_item := wb.new_item(p_case, v_code, p_now);
    v_matches := wb.matches_of(
        p_fields, v_old, v_item.canonical::jsonb, wb.held_papers(p_case.case_id));
    p_fields := jsonb_build_object(
        'item_code', v_item.item_code, 'item_version', v_item.version,
        'situation', wb.situation_of(p_fields, v_item.canonical::jsonb),
        'immediate', v_item.case_type = 'immediate', 'matches', v_matches,
        'old_item_code', p_case.item_code, 'old_item_version', p_case.item_version,
        'old_situation', p_case.situation);
    p_entries := wb.brought_again(
        p_case.case_id, v_item.canonical::jsonb, v_old, v_matches, p_entries);
END
$$;

-- Form, papers and the one notice of the case under the new item, each as it was but for the codes.
CREATE OR REPLACE FUNCTION wb.brought_again(
    p_case bigint, p_item jsonb, p_old jsonb, p_matches jsonb, p_entries jsonb
) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_before jsonb;
    v_papers jsonb;
    v_notice jsonb;
BEGIN
    SELECT (jsonb_agg(p.body ORDER BY p.place DESC) FILTER (WHERE p.kind = 'form')) -> 0,
        jsonb_agg(jsonb_build_object('kind', p.kind, 'body', p.body || jsonb_build_object(
            'code', wb.new_code(p_matches, said.code), 'carried_code', said.code,
            'carried_by', p.author, 'carried_name_zh', coalesce(
                nullif(wb.material_name(p_old, said.code), ''), p.body ->> 'carried_name_zh', '')))
            ORDER BY p.place) FILTER (WHERE p.kind = 'material'),
        (jsonb_agg(jsonb_build_object('kind', p.kind, 'body', p.body || jsonb_build_object(
            'demands', wb.renamed_demands(p.body, p_matches), 'carried_by', p.author))
            ORDER BY p.place DESC) FILTER (WHERE p.kind = 'correction_notice')) -> 0
    INTO v_before, v_papers, v_notice
    FROM wb.package_of(p_case) p,
        LATERAL (SELECT coalesce(p.body ->> 'code', '')) AS said (code);
    RETURN jsonb_build_array(jsonb_build_object('kind', 'form', 'body', wb.new_form(
            v_before, wb.brought('{}', p_entries) -> 'form', p_item)))
        || coalesce(v_papers, '[]')
        || CASE WHEN v_notice IS NULL THEN '[]' ELSE jsonb_build_array(v_notice) END;
END
$$;
