-- Languages have the names that clients know them by.
ALTER TABLE accounts DROP CONSTRAINT accounts_language_check;
ALTER TABLE accounts DISABLE TRIGGER search_speaks_otherwise;
UPDATE accounts SET language = upper(language);
ALTER TABLE accounts ENABLE TRIGGER search_speaks_otherwise;
ALTER TABLE accounts ALTER COLUMN language SET DEFAULT 'ENGLISH', ADD CHECK (language ~ '^[A-Z]+$');

CREATE OR REPLACE FUNCTION search_config(language text) RETURNS regconfig LANGUAGE sql STABLE AS $$
    SELECT ('search_' || lower(language))::regconfig
$$;
