-- The list of signs that nobody sees has those of rare scripts, too. The program has the same list, desk.unseen.
CREATE OR REPLACE FUNCTION unseen_signs() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0'
        || '\ufff0-\ufffb\U00013430-\U00013442\U00016fe4\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff'
$$;

-- Where names were the same before, the keys left the later ones out, by their ids. So such a one could be given any name, and beside it
-- a new one. They get names of their own now: "VIP (2)". These tables are small, so this takes no time that anybody notices.
CREATE FUNCTION pg_temp.rename_namesakes(of_table text, in_use text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    again boolean := false;
    renamed int;
BEGIN
    EXECUTE format('DROP INDEX %I', of_table || '_name_key');
    LOOP
        -- At most 200 bytes are a name. What is taken even so gets the end of its id.
        EXECUTE format('UPDATE %1$I AS t SET version = version + 1,
                name = CASE WHEN octet_length(t.name) > 180 THEN left(t.name, 45) ELSE t.name END || '' ('' || CASE WHEN $1 THEN right(s.id::text, 12) ELSE s.n::text END || '')''
            FROM (SELECT account_id, id, row_number() OVER (PARTITION BY account_id, seen_as(name) ORDER BY created_at, id) AS n FROM %1$I WHERE %2$s) s
            WHERE s.n > 1 AND t.account_id = s.account_id AND t.id = s.id', of_table, in_use) USING again;
        GET DIAGNOSTICS renamed = ROW_COUNT;
        EXIT WHEN renamed = 0;
        again := true;
    END LOOP;
    EXECUTE format('CREATE UNIQUE INDEX %I ON %I (account_id, seen_as(name)) WHERE %s', of_table || '_name_key', of_table, in_use);
END $$;

SELECT pg_temp.rename_namesakes('labels', 'archived_at IS NULL'), pg_temp.rename_namesakes('teams', 'TRUE'), pg_temp.rename_namesakes('inboxes', 'TRUE');
