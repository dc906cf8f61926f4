-- One cutting of words for texts and for what is searched for: whatever is not a letter or a digit divides. Scripts that are written
-- without blanks between words, and emoji, are found by pairs of signs that stand side by side. The index has words and not their
-- hashes, so that the beginning of a word is found by it.

-- Signs that no word is divided at: letters of Chinese, Japanese, Korean, Thai, Lao, Burmese, Khmer and their like, and emoji. As
-- part of a bracket expression.
CREATE FUNCTION search_unspaced() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u0edc-\u0edf\u1000-\u103f\u104e-\u1089\u108e-\u109d\u1100-\u11ff\u1780-\u17d3\u17d7\u17dc\u17dd'
        || '\u1950-\u19cf\u1a20-\u1a7c\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2934\u2935\u2b00-\u2bff\u2e80-\u2fdf\u3005-\u3007\u3021-\u302d'
        || '\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\ua9e0-\ua9ef'
        || '\ua9fa-\ua9fe\uaa60-\uaac2\uac00-\ud7fb\uf900-\ufaff\U0001f000-\U0001f3fa\U0001f400-\U0001faff\U00016fe0-\U0001b2ff\U00020000-\U000323af'
$$;

-- A text in the form that it is compared in: composed, with full-width and half-width signs as the usual ones, without signs that
-- nobody sees. What stands raised or lowered belongs to no word. The end of very long texts is left out. Regular expressions are used
-- because translate() compares each sign of a text with each of its own: it took five times as long.
CREATE OR REPLACE FUNCTION search_text(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    cut text := left(t, 100000);
BEGIN
    IF octet_length(cut) > length(cut) THEN
        cut := regexp_replace(cut, '[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff]', '', 'g');
        IF cut IS NOT NFKC NORMALIZED THEN
            cut := left(normalize(regexp_replace(cut, '[\u2122\u2120\u00a9\u00ae\u00b9\u00b2\u00b3\u2070-\u208e]', ' ', 'g'), NFKC), 100000);
        END IF;
    END IF;
    IF cut ~* '\mv[0-9]' THEN -- versions are asked for with the v and without
        cut := regexp_replace(cut, '\m([vV])([0-9])', '\1 \2', 'g');
    END IF;
    -- Of these signs the parser of Postgres makes addresses, numbers and markup that have no parts.
    RETURN regexp_replace(cut, '[-/@<.&+_]', ' ', 'g');
END $$;

-- The words of a text in a language, with their places.
CREATE FUNCTION search_words(config regconfig, cut text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF cut ~ '[^\u0001-\u0dff]' THEN
        RETURN to_tsvector(config, regexp_replace(cut, '[' || search_unspaced() || ']+', ' ', 'g'));
    END IF;
    RETURN to_tsvector(config, cut);
END $$;

-- The pairs of signs in a text, and what ends a run of them alone, so that each sign begins one. A place is left free between runs. Postgres
-- knows 16,383 places; what comes later is left out.
CREATE FUNCTION search_pairs(cut text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF cut !~ '[^\u0001-\u0dff]' THEN
        RETURN '';
    END IF;
    RETURN (SELECT coalesce(string_agg('''' || sign || following || ''':' || place, ' '), '')::tsvector FROM (
        SELECT s.sign, coalesce(lead(s.sign) OVER (PARTITION BY r.n ORDER BY s.n), '') AS following, row_number() OVER (ORDER BY r.n, s.n) + r.n - 1 AS place
        FROM regexp_matches(cut, '[' || search_unspaced() || ']+', 'g') WITH ORDINALITY r(run, n)
        CROSS JOIN LATERAL unnest(string_to_array(r.run[1], NULL)) WITH ORDINALITY s(sign, n) LIMIT 16000) p WHERE place < 16383);
END $$;

-- Order numbers, versions and phone numbers once more as one word, in whatever way they are divided: pw-20388, +1 (555) 010-4477.
CREATE FUNCTION search_joined(t text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF t !~ '[0-9][-./_ ()]|[-._/][0-9]' THEN
        RETURN '';
    END IF;
    RETURN (SELECT coalesce(array_to_tsvector(array_agg(DISTINCT word)), '') FROM (
        SELECT lower(translate(m[1], '-./_', '')) AS word FROM regexp_matches(left(t, 100000), '([0-9A-Za-z]+(?:[-./_][0-9A-Za-z]+)+)', 'g') m
        UNION ALL
        SELECT translate(m[1], '-./_ ()', '') FROM regexp_matches(left(t, 100000), '([0-9][0-9./ ()-]{5,24}[0-9])', 'g') m) w
        WHERE word ~ '[0-9]' AND length(word) BETWEEN 3 AND 40);
END $$;

-- All that a text is found by.
CREATE FUNCTION search_vector(config regconfig, t text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    cut   text := search_text(t);
    words tsvector := search_words(config, cut);
BEGIN
    IF cut ~ '[^\u0001-\u0dff]' THEN
        words := words || search_pairs(cut);
    END IF;
    IF t ~ '[0-9]' THEN
        words := words || search_joined(t);
    END IF;
    RETURN words;
END $$;

-- What stands before the words of a slice in the index: six bytes, next to those of the slices beside it, so that what is written
-- now goes to a few pages that are at hand.
CREATE FUNCTION search_slice_key(account_id uuid, kind text, slice integer) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT chr(128 + (n / 3686400)::int) || chr(128 + (n / 1920 % 1920)::int) || chr(128 + (n % 1920)::int)
    FROM (SELECT (hashtext(account_id::text || kind)::bigint + slice) & 2147483647 AS n) AS k
$$;

-- The words of a row as the index has them: with its slice, and with its wide slice. Of long words the beginning does. A tsvector holds
-- a megabyte, so of texts that are made to have more words than that the last ones of the alphabet are left out.
CREATE FUNCTION search_slice_words(account_id uuid, kind text, place integer, words tsvector) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    slice     text := search_slice_key(account_id, kind, place / 1024);
    wide      text := search_slice_key(account_id, kind || 'w', place / 65536);
    all_words text[] := tsvector_to_array(words);
BEGIN
    IF cardinality(all_words) > 8000 THEN
        all_words := ARRAY(SELECT w FROM (SELECT w, sum(octet_length(left(w, 40)) + 6) OVER (ORDER BY n) AS bytes
            FROM unnest(all_words) WITH ORDINALITY x(w, n)) y WHERE bytes < 500000);
    END IF;
    RETURN array_to_tsvector(ARRAY(SELECT slice || left(w, 40) FROM unnest(all_words) w UNION ALL SELECT wide || left(w, 40) FROM unnest(all_words) w));
END $$;

-- A condition on the words of a slice: a tsquery, with U+0001 where the key of the slice belongs.
CREATE FUNCTION search_slice_query(account_id uuid, kind text, slice integer, query text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT replace(query, U&'\0001', search_slice_key(account_id, kind, slice))::tsquery
$$;

-- What can be found is cut anew from the records themselves, by the server, slice by slice, the newest first: see search_catch_up. Nothing
-- waits for it.
TRUNCATE search_docs;
DROP INDEX search_docs_by_words;
DROP FUNCTION search_all_keys;
DROP FUNCTION search_keys;
-- Whoever restores a dump makes the index with an empty search_path.
ALTER FUNCTION search_slice_words(uuid, text, integer, tsvector) SET search_path FROM CURRENT;
CREATE INDEX search_docs_by_words ON search_docs USING gin (search_slice_words(account_id, kind, place, words)) WITH (gin_pending_list_limit = 256);

-- A text as it is compared letter by letter: in small letters, without accents, without what nobody sees.
CREATE FUNCTION search_fold(t text) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    cut text := t;
BEGIN
    IF octet_length(cut) > length(cut) THEN
        cut := normalize(regexp_replace(cut, '[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff]', '', 'g'), NFKC);
    END IF;
    RETURN lower(unaccent(cut));
END $$;

CREATE OR REPLACE FUNCTION search_contact(name text, email text, phone text, external_id text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT search_fold(concat_ws(' ', name, email, phone, external_id))
$$;

-- Three letters each, from two before the beginning of each word on: "  a", " am", "ama", "mar"; of scripts without blanks the pairs.
CREATE OR REPLACE FUNCTION search_trigrams(t text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    spaced text := t;
BEGIN
    IF t ~ '[^\u0001-\u0dff]' THEN
        spaced := regexp_replace(t, '[' || search_unspaced() || ']+', ' ', 'g');
    END IF;
    RETURN ARRAY(SELECT DISTINCT substr('  ' || w, i, 3) FROM regexp_split_to_table(spaced, '[^[:alnum:]]+') w, generate_series(1, length(w)) i WHERE w <> ''
        UNION SELECT unnest(tsvector_to_array(search_pairs(t))));
END $$;

CREATE OR REPLACE FUNCTION search_add_messages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_docs (account_id, id, kind, record, place, words)
        SELECT m.account_id, m.id, 'cnv', c.id, c.number,
            setweight(search_vector(search_config(a.language), c.subject), 'A') || setweight(search_vector(search_config(a.language), m.text), 'B')
        FROM added m JOIN conversations c ON c.account_id = m.account_id AND c.id = m.conversation_id JOIN accounts a ON a.id = m.account_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION search_add_tickets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_docs (account_id, id, kind, record, place, words)
        SELECT t.account_id, t.id, 'tkt', t.id, t.number, setweight(search_vector(search_config(a.language), t.name), 'A')
        FROM added t JOIN accounts a ON a.id = t.account_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION search_change_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE search_docs SET words = setweight(search_vector(search_config((SELECT language FROM accounts WHERE id = NEW.account_id)), NEW.name), 'A')
        WHERE account_id = NEW.account_id AND id = NEW.id;
    RETURN NULL;
END $$;

-- Takes the next slice in, and says how many conversations it had; null: nothing is left, or others are at it. Records are locked so
-- that nobody changes or removes them in between.
CREATE OR REPLACE FUNCTION search_catch_up() RETURNS integer LANGUAGE plpgsql SET work_mem = '128MB' AS $$
DECLARE
    b      search_behind;
    low    integer;
    config regconfig;
    last   uuid;
BEGIN
    SELECT * INTO b FROM search_behind ORDER BY first DESC, kind LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    low := greatest(b.first, (b.below - 1) / 1024 * 1024);
    SELECT search_config(language) INTO config FROM accounts WHERE id = b.account_id;
    IF b.kind = 'cnv' THEN
        WITH c AS MATERIALIZED (SELECT x.id, x.number, setweight(search_vector(config, x.subject), 'A') AS subject
            FROM conversations x WHERE x.account_id = b.account_id AND x.number >= low AND x.number < b.below FOR KEY SHARE)
        INSERT INTO search_docs (account_id, id, kind, record, place, words)
            SELECT m.account_id, m.id, 'cnv', c.id, c.number, c.subject || setweight(search_vector(config, m.text), 'B')
            FROM c JOIN messages m ON m.account_id = b.account_id AND m.conversation_id = c.id
            ON CONFLICT (account_id, id) DO UPDATE SET words = EXCLUDED.words WHERE search_docs.words <> EXCLUDED.words;
    ELSIF b.kind = 'tkt' THEN
        INSERT INTO search_docs (account_id, id, kind, record, place, words)
            SELECT t.account_id, t.id, 'tkt', t.id, t.number, setweight(search_vector(config, t.name), 'A')
            FROM (SELECT * FROM tickets x WHERE x.account_id = b.account_id AND x.number >= low AND x.number < b.below FOR SHARE) t
            ON CONFLICT (account_id, id) DO UPDATE SET words = EXCLUDED.words WHERE search_docs.words <> EXCLUDED.words;
    ELSE
        low := greatest(b.below - 1024, 1);
        WITH k AS MATERIALIZED (SELECT * FROM contacts x WHERE x.account_id = b.account_id AND x.id < b.before ORDER BY x.id DESC LIMIT 1024 FOR SHARE),
            d AS (INSERT INTO search_docs (account_id, id, kind, record, place, words)
                SELECT k.account_id, k.id, 'con', k.id, greatest(b.below - row_number() OVER (ORDER BY k.id DESC), 1),
                    array_to_tsvector(search_trigrams(search_contact(k.name, k.email, k.phone, k.external_id)))
                FROM k ON CONFLICT (account_id, id) DO UPDATE SET words = EXCLUDED.words WHERE search_docs.words <> EXCLUDED.words)
        SELECT k.id INTO last FROM k ORDER BY k.id LIMIT 1;
        IF last IS NOT NULL THEN
            UPDATE search_behind SET below = low, before = last WHERE (account_id, kind, first) = (b.account_id, b.kind, b.first);
            RETURN 0;
        END IF;
        low := b.first;
    END IF;
    IF low > b.first THEN
        UPDATE search_behind SET below = low WHERE (account_id, kind, first) = (b.account_id, b.kind, b.first);
    ELSE
        DELETE FROM search_behind WHERE (account_id, kind, first) = (b.account_id, b.kind, b.first);
    END IF;
    RETURN CASE b.kind WHEN 'cnv' THEN b.below - low ELSE 0 END;
END $$;

SELECT search_anew(id, '{cnv,tkt,con}') FROM accounts;
