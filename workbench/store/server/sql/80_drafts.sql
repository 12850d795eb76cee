-- Private drafts of steps that are not made yet (E06, store.draft_room): each only for its author.
-- Every statement names session_user as author, so nobody's draft can be read or spoilt by another.

-- The case of that full or short number; all columns NULL where there is none.
CREATE OR REPLACE FUNCTION wb.case_numbered(p_case_no text) RETURNS wb.case_file
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    v_case wb.case_file;
BEGIN
    SELECT * INTO v_case FROM wb.case_file c
    WHERE c.case_no = p_case_no OR c.short_no = p_case_no ORDER BY c.case_no <> p_case_no LIMIT 1;
    RETURN v_case;
END
$$;

-- private_drafts.in_grace: a shift of the person in the case's department ended less than fifteen
-- minutes ago, and the item is within the person's letters.
CREATE OR REPLACE FUNCTION wb.in_grace(p_case wb.case_file, p_who text, p_at bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM wb.duty_shift s
        WHERE s.login = p_who AND s.department = p_case.department
            AND s."end" <= p_at AND p_at < s."end" + wb.grace() AND s.published_at <= p_at
    ) AND wb.present(p_who, p_case.department, p_at)
        AND wb.item_authorised(p_case, p_who, p_at);
END
$$;

-- private_drafts.may_keep: while the person sees content of the case, and in the grace time.
CREATE OR REPLACE FUNCTION wb.may_keep(p_case wb.case_file, p_who text, p_at bigint)
RETURNS boolean
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF p_case.case_id IS NULL OR p_case.state = ANY (wb.ended_states()) OR EXISTS (
        SELECT 1 FROM wb.recusal r WHERE r.case_id = p_case.case_id AND r.login = p_who
    ) THEN
        RETURN false;
    END IF;
    RETURN wb.parts_of(p_case, p_who, p_at) && wb.content_parts()
        OR wb.in_grace(p_case, p_who, p_at);
END
$$;

-- Refusal where there is no such step, or what was typed is longer than any opinion.
CREATE OR REPLACE FUNCTION wb.check_draft(p_move text, p_texts jsonb) RETURNS void
LANGUAGE plpgsql STABLE
AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM wb.flow_row f WHERE f.move = p_move) THEN
        PERFORM wb.refuse('unknown_move', jsonb_build_object('move', p_move));
    END IF;
    IF jsonb_typeof(p_texts) IS DISTINCT FROM 'object'
        OR jsonb_path_exists(p_texts, '$.* ? (@.type() != "string")') THEN
        RAISE EXCEPTION 'a draft is a text for each path of its form';
    END IF;
    IF (SELECT sum(char_length(key) + char_length(value)) FROM jsonb_each_text(p_texts))
        > wb.most_letters() THEN
        PERFORM wb.refuse('draft_too_long');
    END IF;
END
$$;

-- Save what the person typed for a step, in place of what was saved before. The case stands still
-- meanwhile: a step that ends its drafts comes before or after, never between.
CREATE OR REPLACE FUNCTION wb.keep_draft(p_case_no text, p_move text, p_texts jsonb)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_who text := session_user;
    v_case wb.case_file;
BEGIN
    PERFORM wb.still_here(v_who);
    PERFORM wb.check_draft(p_move, p_texts);
    SELECT * INTO v_case FROM wb.case_file c
    WHERE c.case_id = (wb.case_numbered(p_case_no)).case_id FOR SHARE;
    IF NOT wb.may_keep(v_case, v_who, wb.moment()) THEN
        PERFORM wb.refuse('draft_not_kept');
    END IF;
    INSERT INTO wb.private_draft (case_id, author, move, texts, at)
    VALUES (v_case.case_id, v_who, p_move, wb.canonical(p_texts), wb.moment())
    ON CONFLICT (case_id, author, move) DO UPDATE SET texts = excluded.texts, at = excluded.at;
END
$$;

-- The person's own drafts that may still be kept, oldest first; of one step where it is named.
CREATE OR REPLACE FUNCTION wb.my_drafts(p_case_no text DEFAULT NULL, p_move text DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    v_who text := session_user;
    v_now bigint := wb.moment();
BEGIN
    PERFORM wb.still_here(v_who);
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'case_no', c.case_no, 'move', d.move, 'texts', d.texts::jsonb, 'at', d.at)
            ORDER BY d.at, d.case_id, d.move COLLATE "C"), '[]')
        FROM wb.private_draft d JOIN wb.case_file c ON c.case_id = d.case_id
        WHERE d.author = v_who
            AND (p_case_no IS NULL OR c.case_no = p_case_no AND d.move = p_move)
            AND wb.may_keep(c, v_who, v_now)
    );
END
$$;

-- Forget one's own draft of that step; nothing happens where there is none.
CREATE OR REPLACE FUNCTION wb.drop_draft(p_case_no text, p_move text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = wb, pg_catalog, pg_temp
AS $$
DECLARE
    v_who text := session_user;
BEGIN
    PERFORM wb.still_here(v_who);
    DELETE FROM wb.private_draft d
    WHERE d.case_id = (wb.case_numbered(p_case_no)).case_id
        AND d.author = v_who AND d.move = p_move;
END
$$;

GRANT EXECUTE ON FUNCTION wb.keep_draft(text, text, jsonb) TO @user@;
GRANT EXECUTE ON FUNCTION wb.my_drafts(text, text) TO @user@;
GRANT EXECUTE ON FUNCTION wb.drop_draft(text, text) TO @user@;
