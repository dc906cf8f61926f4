-- The keys of one slice stand side by side in the index, and not all over it: what is written now goes to a few pages that are at
-- hand. In a large account that takes half of the work from every message. A key is 31 bits of (account, kind, slice), then 32 of the word.
DROP INDEX search_docs_by_words;
DROP FUNCTION search_all_keys;
DROP FUNCTION search_keys;

CREATE FUNCTION search_keys(account_id uuid, kind text, slice integer, words text[]) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE above bigint := ((hashtext(account_id::text || kind)::bigint + slice) & 2147483647) << 32;
BEGIN
    RETURN ARRAY(SELECT above | (hashtext(w)::bigint & 4294967295) FROM unnest(words) w);
END $$;

CREATE FUNCTION search_all_keys(account_id uuid, kind text, place integer, words tsvector) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE all_words text[] := tsvector_to_array(words);
BEGIN
    RETURN search_keys(account_id, kind, place / 1024, all_words) || search_keys(account_id, kind || 'w', place / 65536, all_words);
END $$;

-- What waits to be put into the index is read by every search, so it is kept short.
CREATE INDEX search_docs_by_words ON search_docs USING gin (search_all_keys(account_id, kind, place, words)) WITH (gin_pending_list_limit = 256);

-- Where what can be found is missing, or in another language: in records from a place on, below another. The server goes through
-- them in the background, slice by slice, the newest first.
CREATE TABLE search_behind (
    account_id uuid NOT NULL REFERENCES accounts,
    kind       text NOT NULL CHECK (kind IN ('cnv', 'tkt', 'con')),
    first      integer NOT NULL,
    below      integer NOT NULL,
    before     uuid NOT NULL DEFAULT 'ffffffff-ffff-ffff-ffff-ffffffffffff', -- contacts have no number: those with smaller ids
    PRIMARY KEY (account_id, kind, first)
);

-- Parts of 65,536 records, which several servers can take at once; contacts in one.
CREATE FUNCTION search_anew(account uuid, kinds text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO search_behind (account_id, kind, first, below)
        SELECT n.account_id, k.kind, w * 65536, least((w + 1) * 65536, n.last + 1)
        FROM (VALUES ('cnv', 'conversation'), ('tkt', 'ticket')) k(kind, noun)
        JOIN account_counters n ON n.account_id = account AND n.noun = k.noun CROSS JOIN LATERAL generate_series(0, n.last / 65536) w
        WHERE k.kind = ANY(kinds)
        UNION ALL SELECT account, 'con', 0, count(*) + 1 FROM contacts c WHERE c.account_id = account AND 'con' = ANY(kinds) HAVING count(*) > 0
    ON CONFLICT (account_id, kind, first) DO UPDATE SET below = EXCLUDED.below, before = EXCLUDED.before
$$;

CREATE FUNCTION search_speaks_otherwise() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_anew(NEW.id, '{cnv,tkt}');
    RETURN NULL;
END $$;
CREATE TRIGGER search_speaks_otherwise AFTER UPDATE OF language ON accounts FOR EACH ROW WHEN (OLD.language <> NEW.language) EXECUTE FUNCTION search_speaks_otherwise();

-- Takes the next slice in, and says how many conversations it had; null: nothing is left, or others are at it. Records are locked so
-- that nobody changes or removes them in between.
CREATE FUNCTION search_catch_up() RETURNS integer LANGUAGE plpgsql SET work_mem = '128MB' AS $$
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
        WITH c AS MATERIALIZED (SELECT x.id, x.number, setweight(to_tsvector(config, search_text(x.subject)), 'A') AS subject
            FROM conversations x WHERE x.account_id = b.account_id AND x.number >= low AND x.number < b.below FOR KEY SHARE)
        INSERT INTO search_docs (account_id, id, kind, record, place, words)
            SELECT m.account_id, m.id, 'cnv', c.id, c.number, c.subject || setweight(to_tsvector(config, search_text(m.text)), 'B')
            FROM c JOIN messages m ON m.account_id = b.account_id AND m.conversation_id = c.id
            ON CONFLICT (account_id, id) DO UPDATE SET words = EXCLUDED.words WHERE search_docs.words <> EXCLUDED.words;
    ELSIF b.kind = 'tkt' THEN
        INSERT INTO search_docs (account_id, id, kind, record, place, words)
            SELECT t.account_id, t.id, 'tkt', t.id, t.number, setweight(to_tsvector(config, search_text(t.name)), 'A')
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

-- Who brings an account in by COPY has it taken in afterwards, slice by slice.
CREATE FUNCTION search_waits() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT coalesce(current_setting('deskwire.search', true), '') = 'later' $$;

DROP TRIGGER search_add ON messages;
CREATE TRIGGER search_add AFTER INSERT ON messages REFERENCING NEW TABLE AS added FOR EACH STATEMENT WHEN (NOT search_waits()) EXECUTE FUNCTION search_add_messages();
DROP TRIGGER search_add ON tickets;
CREATE TRIGGER search_add AFTER INSERT ON tickets REFERENCING NEW TABLE AS added FOR EACH STATEMENT WHEN (NOT search_waits()) EXECUTE FUNCTION search_add_tickets();
DROP TRIGGER search_add ON contacts;
CREATE TRIGGER search_add AFTER INSERT ON contacts REFERENCING NEW TABLE AS added FOR EACH STATEMENT WHEN (NOT search_waits()) EXECUTE FUNCTION search_add_contacts();

-- Those who come while earlier ones are being taken in come after these.
CREATE OR REPLACE FUNCTION search_add_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_docs (account_id, id, kind, record, place, words)
        SELECT c.account_id, c.id, 'con', c.id,
            greatest((SELECT max(d.place) FROM search_docs d WHERE d.account_id = c.account_id AND d.kind = 'con'),
                (SELECT b.below FROM search_behind b WHERE b.account_id = c.account_id AND b.kind = 'con'), 0) + row_number() OVER (PARTITION BY c.account_id),
            array_to_tsvector(search_trigrams(search_contact(c.name, c.email, c.phone, c.external_id)))
        FROM added c;
    RETURN NULL;
END $$;

SELECT search_anew(a.id, '{cnv,tkt,con}') FROM accounts a WHERE NOT EXISTS (SELECT FROM search_docs d WHERE d.account_id = a.id);
