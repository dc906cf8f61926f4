-- Files of messages. The bytes stand apart, so that reading a message never reads them.
CREATE TABLE attachments (
    account_id   uuid NOT NULL REFERENCES accounts,
    id           uuid NOT NULL,
    uploader_id  uuid,
    message_id   uuid,
    file_name    text NOT NULL,
    content_type text NOT NULL,
    size         integer NOT NULL CHECK (size BETWEEN 1 AND 10485760),
    uploaded_at  timestamptz,
    version      integer NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, uploader_id) REFERENCES agents,
    FOREIGN KEY (account_id, message_id) REFERENCES messages
);
CREATE INDEX attachments_of_message ON attachments (account_id, message_id) WHERE message_id IS NOT NULL;
CREATE INDEX attachments_unsent ON attachments (account_id, created_at) WHERE message_id IS NULL;

CREATE TABLE attachment_contents (
    account_id    uuid NOT NULL,
    attachment_id uuid NOT NULL,
    content       bytea NOT NULL,
    PRIMARY KEY (account_id, attachment_id),
    FOREIGN KEY (account_id, attachment_id) REFERENCES attachments
);

-- What the servers of one database sign addresses of files with.
CREATE TABLE file_key (
    secret bytea NOT NULL
);
INSERT INTO file_key SELECT decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');
