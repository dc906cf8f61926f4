-- Files come and go in pieces, so that nobody has to hold a whole one. Each attempt to upload a file has pieces of its own; the one that
-- was whole first is the file. What was uploaded before stays in one.
CREATE TABLE attachment_pieces (
    account_id    uuid NOT NULL,
    attachment_id uuid NOT NULL,
    upload_id     uuid NOT NULL,
    number        integer NOT NULL CHECK (number >= 0),
    content       bytea NOT NULL,
    PRIMARY KEY (account_id, attachment_id, upload_id, number),
    FOREIGN KEY (account_id, attachment_id) REFERENCES attachments
);
-- Files are mostly compressed already, and a part of what is not can be read by itself.
ALTER TABLE attachment_pieces ALTER COLUMN content SET STORAGE EXTERNAL;

ALTER TABLE attachment_contents ALTER COLUMN content DROP NOT NULL;
ALTER TABLE attachment_contents ADD COLUMN upload_id uuid;
ALTER TABLE attachment_contents ADD CHECK ((content IS NULL) <> (upload_id IS NULL));

-- How many bytes the files of an account have, uploaded or not, for its quota.
CREATE TABLE account_files (
    account_id uuid PRIMARY KEY REFERENCES accounts,
    bytes      bigint NOT NULL
);
INSERT INTO account_files SELECT account_id, sum(size) FROM attachments GROUP BY account_id;

CREATE FUNCTION add_file_bytes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO account_files AS f (account_id, bytes) SELECT account_id, sum(size) FROM changed GROUP BY account_id
        ON CONFLICT (account_id) DO UPDATE SET bytes = f.bytes + EXCLUDED.bytes;
    RETURN NULL;
END $$;
CREATE TRIGGER attachments_add_bytes AFTER INSERT ON attachments REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION add_file_bytes();

CREATE FUNCTION subtract_file_bytes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE account_files AS f SET bytes = f.bytes - c.bytes FROM (SELECT account_id, sum(size) AS bytes FROM changed GROUP BY account_id) AS c
        WHERE f.account_id = c.account_id;
    RETURN NULL;
END $$;
CREATE TRIGGER attachments_subtract_bytes AFTER DELETE ON attachments REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION subtract_file_bytes();
