-- Search. A row of search_docs is what can be found of a message (with the subject of its conversation), of a ticket or of a contact.
--
-- An index over the words of all rows is not flat: a common word costs the more the larger the account is. So the words are
-- indexed together with a slice of the account: 1,024 conversations (tickets, contacts) by their number, and once more together
-- with a wide slice of 64 of these. A search goes from the newest slice to older ones until its page is full; where a wide slice
-- has few rows it is read at once, so rare words need few looks. The index has hashes of (account, kind, slice, word).

CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- A configuration for each language that Postgres knows, that takes é for e.
DO $$
DECLARE l text;
BEGIN
    FOR l IN SELECT cfgname FROM pg_ts_config WHERE cfgnamespace = 'pg_catalog'::regnamespace LOOP
        EXECUTE format('CREATE TEXT SEARCH CONFIGURATION search_%s (COPY = pg_catalog.%I)', l, l);
        EXECUTE format('ALTER TEXT SEARCH CONFIGURATION search_%s ALTER MAPPING FOR hword, hword_part, word WITH unaccent, %I', l,
            CASE l WHEN 'simple' THEN 'simple' ELSE l || '_stem' END);
    END LOOP;
END $$;

ALTER TABLE accounts ADD COLUMN language text NOT NULL DEFAULT 'english' CHECK (language ~ '^[a-z]+$');

CREATE FUNCTION search_config(language text) RETURNS regconfig LANGUAGE sql STABLE AS $$
    SELECT ('search_' || language)::regconfig
$$;

-- Text as it is taken apart into words: addresses, paths and order numbers fall into their parts. The end of very long texts is left out.
CREATE FUNCTION search_text(t text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT translate(left(t, 100000), '-/@_', '    ')
$$;

-- What a contact is found by.
CREATE FUNCTION search_contact(name text, email text, phone text, external_id text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT lower(unaccent(concat_ws(' ', name, email, phone, external_id)))
$$;

-- Three letters each, from two before the beginning of each word on: "  a", " am", "ama", "mar".
CREATE FUNCTION search_trigrams(t text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_agg(DISTINCT substr('  ' || w, i, 3)), '{}') FROM regexp_split_to_table(t, '[^[:alnum:]]+') w, generate_series(1, length(w)) i WHERE w <> ''
$$;

-- The keys of words in a slice.
CREATE FUNCTION search_keys(account_id uuid, slice text, words text[]) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE seed bigint := hashtextextended(slice, hashtextextended(account_id::text, 0));
BEGIN
    RETURN ARRAY(SELECT hashtextextended(w, seed) FROM unnest(words) w);
END $$;

CREATE FUNCTION search_all_keys(account_id uuid, kind text, place integer, words tsvector) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE all_words text[] := tsvector_to_array(words);
BEGIN
    RETURN search_keys(account_id, kind || place / 1024, all_words) || search_keys(account_id, kind || 'w' || place / 65536, all_words);
END $$;

CREATE TABLE search_docs (
    account_id uuid NOT NULL REFERENCES accounts,
    id         uuid NOT NULL, -- of the message, ticket or contact
    kind       text NOT NULL CHECK (kind IN ('cnv', 'tkt', 'con')),
    record     uuid NOT NULL, -- the conversation, ticket or contact
    place      integer NOT NULL, -- its number; of contacts, roughly how many there were before
    words      tsvector NOT NULL,
    PRIMARY KEY (account_id, id)
);
-- What waits to be put into the index is read by every search, so it is kept short.
CREATE INDEX search_docs_by_words ON search_docs USING gin (search_all_keys(account_id, kind, place, words)) WITH (gin_pending_list_limit = 256);
CREATE INDEX search_docs_of_contacts ON search_docs (account_id, place) WHERE kind = 'con';

CREATE FUNCTION search_add_messages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_docs (account_id, id, kind, record, place, words)
        SELECT m.account_id, m.id, 'cnv', c.id, c.number,
            setweight(to_tsvector(search_config(a.language), search_text(c.subject)), 'A') || setweight(to_tsvector(search_config(a.language), search_text(m.text)), 'B')
        FROM added m JOIN conversations c ON c.account_id = m.account_id AND c.id = m.conversation_id JOIN accounts a ON a.id = m.account_id;
    RETURN NULL;
END $$;
CREATE TRIGGER search_add AFTER INSERT ON messages REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION search_add_messages();

CREATE FUNCTION search_add_tickets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_docs (account_id, id, kind, record, place, words)
        SELECT t.account_id, t.id, 'tkt', t.id, t.number, setweight(to_tsvector(search_config(a.language), search_text(t.name)), 'A')
        FROM added t JOIN accounts a ON a.id = t.account_id;
    RETURN NULL;
END $$;
CREATE TRIGGER search_add AFTER INSERT ON tickets REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION search_add_tickets();

CREATE FUNCTION search_add_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_docs (account_id, id, kind, record, place, words)
        SELECT c.account_id, c.id, 'con', c.id,
            (SELECT coalesce(max(d.place), 0) FROM search_docs d WHERE d.account_id = c.account_id AND d.kind = 'con') + row_number() OVER (PARTITION BY c.account_id),
            array_to_tsvector(search_trigrams(search_contact(c.name, c.email, c.phone, c.external_id)))
        FROM added c;
    RETURN NULL;
END $$;
CREATE TRIGGER search_add AFTER INSERT ON contacts REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION search_add_contacts();

CREATE FUNCTION search_change_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE search_docs SET words = setweight(to_tsvector(search_config((SELECT language FROM accounts WHERE id = NEW.account_id)), search_text(NEW.name)), 'A')
        WHERE account_id = NEW.account_id AND id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER search_change AFTER UPDATE OF name ON tickets FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION search_change_ticket();

CREATE FUNCTION search_change_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE search_docs SET words = array_to_tsvector(search_trigrams(search_contact(NEW.name, NEW.email, NEW.phone, NEW.external_id)))
        WHERE account_id = NEW.account_id AND id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER search_change AFTER UPDATE OF name, email, phone, external_id ON contacts
    FOR EACH ROW WHEN ((OLD.name, OLD.email, OLD.phone, OLD.external_id) IS DISTINCT FROM (NEW.name, NEW.email, NEW.phone, NEW.external_id))
    EXECUTE FUNCTION search_change_contact();

CREATE FUNCTION search_remove() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM search_docs d USING gone g WHERE d.account_id = g.account_id AND d.id = g.id;
    RETURN NULL;
END $$;
CREATE TRIGGER search_remove AFTER DELETE ON messages REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION search_remove();
CREATE TRIGGER search_remove AFTER DELETE ON tickets REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION search_remove();
CREATE TRIGGER search_remove AFTER DELETE ON contacts REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION search_remove();

-- What is there already is taken in by the server, little by little: see search_behind.
