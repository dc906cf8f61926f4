CREATE TABLE labels (
    account_id  uuid NOT NULL REFERENCES accounts,
    id          uuid NOT NULL,
    name        text NOT NULL,
    color       text NOT NULL,
    description text NOT NULL,
    archived_at timestamptz,
    version     integer NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX labels_name_key ON labels (account_id, lower(name)) WHERE archived_at IS NULL;

CREATE TABLE conversation_labels (
    account_id      uuid NOT NULL,
    conversation_id uuid NOT NULL,
    label_id        uuid NOT NULL,
    PRIMARY KEY (account_id, conversation_id, label_id),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversations,
    FOREIGN KEY (account_id, label_id) REFERENCES labels
);
CREATE INDEX conversation_labels_of_label ON conversation_labels (account_id, label_id, conversation_id);

CREATE TABLE snippets (
    account_id uuid NOT NULL REFERENCES accounts,
    id         uuid NOT NULL,
    agent_id   uuid, -- whose it is; NULL for the account's
    name       text NOT NULL,
    shortcut   text,
    text       text NOT NULL,
    html       text,
    deleted_at timestamptz,
    version    integer NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, agent_id) REFERENCES agents
);
CREATE UNIQUE INDEX snippets_shortcut_key ON snippets (account_id, COALESCE(agent_id, account_id), shortcut) WHERE deleted_at IS NULL;
CREATE INDEX snippets_by_name ON snippets (account_id, name, id) WHERE deleted_at IS NULL;
