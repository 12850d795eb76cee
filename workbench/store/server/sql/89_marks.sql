-- Marks on materials (store.mark_room, decision 021). Who sees them is said by their policy, which is
-- that of the part materials; here is who makes, rewords and removes them. Nothing is deleted.

-- Whether the person may mark the materials of that case now: he sees them, and it has not ended.
CREATE OR REPLACE FUNCTION wb.may_mark(p_case wb.case_file, p_who text, p_at bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF p_case.case_id IS NULL OR p_case.state = ANY (wb.ended_states()) OR EXISTS (
        SELECT 1 FROM wb.recusal r WHERE r.case_id = p_case.case_id AND r.login = p_who
    ) THEN
        RETURN false;
    END IF;
    RETURN 'materials' = ANY (wb.parts_of(p_case, p_who, p_at));
END
$$;

-- mark_rows.fits: on a page, within it, not too long, and a link with the field that it proves.
-- Whatever stands in it that is no number or no text raises an error of its own.
CREATE OR REPLACE FUNCTION wb.mark_fits(p_mark jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_left float8 := (p_mark ->> 'place_left')::float8;
    v_top float8 := (p_mark ->> 'place_top')::float8;
    v_right float8 := (p_mark ->> 'place_right')::float8;
    v_bottom float8 := (p_mark ->> 'place_bottom')::float8;
BEGIN
    RETURN coalesce(
        (p_mark ->> 'page')::bigint >= 0
        AND v_left >= 0 AND v_left <= v_right AND v_right <= 1
        AND v_top >= 0 AND v_top <= v_bottom AND v_bottom <= 1
        AND p_mark ->> 'kind' = ANY (wb.mark_kinds())
        AND char_length(p_mark ->> 'words') <= wb.most_mark_letters()
        AND char_length(p_mark ->> 'field') <= wb.most_field_letters()
        AND (p_mark ->> 'field' <> '') = (p_mark ->> 'kind' = 'link'), false);
END
$$;

-- A mark as mark_rows.mark_of reads it.
CREATE OR REPLACE FUNCTION wb.shown_mark(p_mark wb.material_mark) RETURNS jsonb
LANGUAGE sql STABLE
AS $$
    SELECT jsonb_build_array(
        p_mark.mark_id, p_mark.sha256, p_mark.page, p_mark.place_left, p_mark.place_top,
        p_mark.place_right, p_mark.place_bottom, p_mark.kind, p_mark.words, p_mark.field,
        p_mark.made_by, p_mark.made_at)
$$;

-- What this operation has made already; NULL where it has not been carried out. Refusal where the
-- number is another's.
CREATE OR REPLACE FUNCTION wb.known_mark(p_operation text, p_who text) RETURNS jsonb
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_mark wb.material_mark;
BEGIN
    SELECT * INTO v_mark FROM wb.material_mark m WHERE m.operation_id = p_operation;
    IF v_mark.mark_id IS NULL THEN
        RETURN NULL;
    END IF;
    IF v_mark.made_by <> p_who THEN
        PERFORM wb.refuse('operation_reused');
    END IF;
    RETURN wb.shown_mark(v_mark);
END
$$;

-- The verb. A mark on a file that was handed in as a material of the case. The case stands still
-- meanwhile, so that no mark comes after its end.
CREATE OR REPLACE FUNCTION wb.make_material_mark(p_case_no text, p_mark jsonb, p_operation text)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_who text := session_user;
    v_now bigint := wb.moment();
    v_case wb.case_file;
    v_mark wb.material_mark;
    v_known jsonb := wb.known_mark(p_operation, session_user);
BEGIN
    PERFORM wb.still_here(v_who);
    IF v_known IS NOT NULL THEN
        RETURN v_known;
    END IF;
    SELECT * INTO v_case FROM wb.case_file c
    WHERE c.case_id = (wb.case_numbered(p_case_no)).case_id FOR NO KEY UPDATE;
    IF NOT wb.may_mark(v_case, v_who, v_now) OR NOT wb.mark_fits(p_mark) OR NOT EXISTS (
        SELECT 1 FROM wb.part_materials p
        WHERE p.case_id = v_case.case_id AND p.content_sha256 = p_mark ->> 'sha256'
            AND p.content_sha256 <> ''
    ) OR (
        SELECT count(*) FROM wb.material_mark m
        WHERE m.case_id = v_case.case_id AND m.removed_at IS NULL
    ) >= wb.most_marks() THEN
        PERFORM wb.refuse('mark_not_kept');
    END IF;
    INSERT INTO wb.material_mark (
        case_id, sha256, page, place_left, place_top, place_right, place_bottom, kind, words,
        field, made_by, made_at, written_at, operation_id
    ) VALUES (
        v_case.case_id, p_mark ->> 'sha256', (p_mark ->> 'page')::bigint,
        (p_mark ->> 'place_left')::float8, (p_mark ->> 'place_top')::float8,
        (p_mark ->> 'place_right')::float8, (p_mark ->> 'place_bottom')::float8,
        p_mark ->> 'kind', p_mark ->> 'words', p_mark ->> 'field', v_who, v_now, v_now, p_operation
    ) RETURNING * INTO v_mark;
    PERFORM wb.mark_changed(v_case.case_id);
    RETURN wb.shown_mark(v_mark);
END
$$;

-- The row of one's own mark on a case in which one may still mark, held fast. Refusal mark_not_kept.
CREATE OR REPLACE FUNCTION wb.own_mark(p_mark bigint, p_who text, p_at bigint)
RETURNS wb.material_mark
LANGUAGE plpgsql
AS $$
DECLARE
    v_mark wb.material_mark;
    v_case wb.case_file;
BEGIN
    SELECT * INTO v_mark FROM wb.material_mark m
    WHERE m.mark_id = p_mark AND m.made_by = p_who FOR UPDATE;
    SELECT * INTO v_case FROM wb.case_file c WHERE c.case_id = v_mark.case_id FOR SHARE;
    IF NOT wb.may_mark(v_case, p_who, p_at) THEN
        PERFORM wb.refuse('mark_not_kept');
    END IF;
    RETURN v_mark;
END
$$;

-- The verb. Other words: another row, the one before stays as it was.
CREATE OR REPLACE FUNCTION wb.reword_material_mark(p_mark bigint, p_words text, p_operation text)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_who text := session_user;
    v_now bigint := wb.moment();
    v_mark wb.material_mark;
    v_known jsonb := wb.known_mark(p_operation, session_user);
BEGIN
    PERFORM wb.still_here(v_who);
    IF v_known IS NOT NULL THEN
        RETURN v_known;
    END IF;
    v_mark := wb.own_mark(p_mark, v_who, v_now);
    IF v_mark.removed_at IS NOT NULL OR p_words IS NULL
        OR char_length(p_words) > wb.most_mark_letters() THEN
        PERFORM wb.refuse('mark_not_kept');
    END IF;
    UPDATE wb.material_mark m SET removed_at = v_now WHERE m.mark_id = p_mark;
    INSERT INTO wb.material_mark (
        case_id, sha256, page, place_left, place_top, place_right, place_bottom, kind, words,
        field, made_by, made_at, written_at, first_id, operation_id
    ) VALUES (
        v_mark.case_id, v_mark.sha256, v_mark.page, v_mark.place_left, v_mark.place_top,
        v_mark.place_right, v_mark.place_bottom, v_mark.kind, p_words, v_mark.field, v_who,
        v_mark.made_at, v_now, coalesce(v_mark.first_id, p_mark), p_operation
    ) RETURNING * INTO v_mark;
    PERFORM wb.mark_changed(v_mark.case_id);
    RETURN wb.shown_mark(v_mark);
END
$$;

-- The verb. The row stays; nothing happens where the mark is away already.
CREATE OR REPLACE FUNCTION wb.remove_material_mark(p_mark bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_now bigint := wb.moment();
    v_mark wb.material_mark;
BEGIN
    PERFORM wb.still_here(session_user::text);
    v_mark := wb.own_mark(p_mark, session_user::text, v_now);
    UPDATE wb.material_mark m SET removed_at = v_now
    WHERE m.mark_id = p_mark AND m.removed_at IS NULL;
    PERFORM wb.mark_changed(v_mark.case_id);
END
$$;

GRANT EXECUTE ON FUNCTION wb.make_material_mark(text, jsonb, text) TO @user@;
GRANT EXECUTE ON FUNCTION wb.reword_material_mark(bigint, text, text) TO @user@;
GRANT EXECUTE ON FUNCTION wb.remove_material_mark(bigint) TO @user@;
