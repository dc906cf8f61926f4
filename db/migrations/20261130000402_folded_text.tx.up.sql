-- One folded form for what filters compare: in small letters, without accents, composed or not, with any white space as a blank and
-- without signs that nobody sees. unaccent() is not immutable because its rules are a file; here they belong to the program.
CREATE FUNCTION fold_letters(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN lower(unaccent(normalize(regexp_replace(regexp_replace(t, '[' || unseen_signs() || ']', '', 'g'),
        '[\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]', ' ', 'g'), NFC)) COLLATE "und-x-icu");
END $$;

CREATE FUNCTION filter_fold(t text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN octet_length(t) = length(t) THEN lower(t) ELSE fold_letters(t) END
$$;

-- Lists by name are in the order of Unicode that belongs to no language, so that one index serves every account. Who reads goes on while
-- an index is made; who writes waits. What keeps readers out comes last.
CREATE INDEX contacts_by_name_new ON contacts (account_id, name COLLATE "und-x-icu", id);
CREATE INDEX tickets_by_name_new ON tickets (account_id, name COLLATE "und-x-icu", id) WHERE trash_group_id IS NULL;
CREATE INDEX snippets_by_name_new ON snippets (account_id, name COLLATE "und-x-icu", id) WHERE deleted_at IS NULL;
DROP INDEX contacts_by_name, tickets_by_name, snippets_by_name;
ALTER INDEX contacts_by_name_new RENAME TO contacts_by_name;
ALTER INDEX tickets_by_name_new RENAME TO tickets_by_name;
ALTER INDEX snippets_by_name_new RENAME TO snippets_by_name;
