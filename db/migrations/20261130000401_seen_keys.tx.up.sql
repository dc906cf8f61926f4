-- Names that look the same are the same: without regard to case, to how accents are written, to white space and to signs that nobody
-- sees.

-- Signs that take no room, as part of a bracket expression.
CREATE FUNCTION unseen_signs() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0'
        || '\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff'
$$;

-- The form in which what people call things is compared; the program has the same function, desk.Fold. Small letters are those of
-- Unicode, whatever the locale of the database is.
CREATE FUNCTION seen_as(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN normalize(replace(lower(normalize(btrim(regexp_replace(regexp_replace(t, '[' || unseen_signs() || ']', '', 'g'),
        '[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+', ' ', 'g'), ' '), NFC) COLLATE "und-x-icu"), 'ς', 'σ'), NFC);
END $$;

-- Where names were the same in this sense before, the oldest has the key, and the index leaves the others out, by their ids. So nothing is
-- renamed here, and nobody can add another one.
-- Whoever restores a dump makes the indexes with an empty search_path.
ALTER FUNCTION seen_as(text) SET search_path FROM CURRENT;

CREATE FUNCTION pg_temp.make_name_key(of_table text, in_use text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    namesakes uuid[];
BEGIN
    EXECUTE format('SELECT coalesce(array_agg(id), ''{}'') FROM (
        SELECT id, row_number() OVER (PARTITION BY account_id, seen_as(name) ORDER BY created_at, id) AS n FROM %I WHERE %s) s WHERE n > 1', of_table, in_use) INTO namesakes;
    EXECUTE format('CREATE UNIQUE INDEX %I ON %I (account_id, seen_as(name)) WHERE %s AND id <> ALL (%L::uuid[])', of_table || '_name_key', of_table, in_use, namesakes);
END $$;

DROP INDEX labels_name_key;
ALTER TABLE teams DROP CONSTRAINT teams_account_id_name_key;
ALTER TABLE inboxes DROP CONSTRAINT inboxes_account_id_name_key;
SELECT pg_temp.make_name_key('labels', 'archived_at IS NULL'), pg_temp.make_name_key('teams', 'TRUE'), pg_temp.make_name_key('inboxes', 'TRUE');
