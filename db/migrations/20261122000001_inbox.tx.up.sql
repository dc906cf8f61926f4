-- Every key begins with the account, foreign keys too: a row can't point into another
-- account, and the tables can be distributed by account unchanged.

CREATE TABLE accounts (
    id              uuid PRIMARY KEY,
    slug            text NOT NULL UNIQUE,
    name            text NOT NULL,
    plan            text NOT NULL CHECK (plan IN ('FREE', 'STARTER', 'PROFESSIONAL', 'ENTERPRISE')),
    trash_keep_days integer NOT NULL CHECK (trash_keep_days BETWEEN 1 AND 3650),
    version         integer NOT NULL,
    created_at      timestamptz NOT NULL
);

-- The next number of a conversation or a ticket, one row for each account and noun: a
-- sequence would be shared by all accounts and leave gaps.
CREATE TABLE account_counters (
    account_id uuid NOT NULL REFERENCES accounts,
    noun       text NOT NULL,
    last       integer NOT NULL,
    PRIMARY KEY (account_id, noun)
);

CREATE TABLE agents (
    account_id     uuid NOT NULL REFERENCES accounts,
    id             uuid NOT NULL,
    email          text NOT NULL,
    name           text NOT NULL,
    role           text NOT NULL CHECK (role IN ('ADMIN', 'AGENT', 'READ_ONLY', 'INTEGRATION')),
    deactivated_at timestamptz,
    version        integer NOT NULL,
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, email)
);

CREATE TABLE tokens (
    account_id   uuid NOT NULL,
    id           uuid NOT NULL,
    agent_id     uuid NOT NULL,
    name         text NOT NULL,
    hash         bytea NOT NULL,
    scopes       text[] NOT NULL,
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz,
    version      integer NOT NULL,
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, hash),
    FOREIGN KEY (account_id, agent_id) REFERENCES agents
);
CREATE INDEX tokens_of_agent ON tokens (account_id, agent_id);

CREATE TABLE teams (
    account_id uuid NOT NULL REFERENCES accounts,
    id         uuid NOT NULL,
    name       text NOT NULL,
    version    integer NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, name)
);

CREATE TABLE team_members (
    account_id uuid NOT NULL,
    team_id    uuid NOT NULL,
    agent_id   uuid NOT NULL,
    PRIMARY KEY (account_id, team_id, agent_id),
    FOREIGN KEY (account_id, team_id) REFERENCES teams,
    FOREIGN KEY (account_id, agent_id) REFERENCES agents
);
CREATE INDEX team_members_of_agent ON team_members (account_id, agent_id);

CREATE TABLE pipelines (
    account_id  uuid NOT NULL REFERENCES accounts,
    id          uuid NOT NULL,
    name        text NOT NULL,
    position    integer NOT NULL,
    archived_at timestamptz,
    version     integer NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, id)
);

CREATE TABLE ticket_statuses (
    account_id  uuid NOT NULL,
    id          uuid NOT NULL,
    pipeline_id uuid NOT NULL,
    name        text NOT NULL,
    state       text NOT NULL CHECK (state IN ('OPEN', 'CLOSED')),
    position    integer NOT NULL,
    archived_at timestamptz,
    version     integer NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, pipeline_id, id),
    FOREIGN KEY (account_id, pipeline_id) REFERENCES pipelines
);

CREATE TABLE property_definitions (
    account_id  uuid NOT NULL REFERENCES accounts,
    id          uuid NOT NULL,
    key         text NOT NULL,
    label       text NOT NULL,
    description text NOT NULL,
    type        text NOT NULL,
    options     jsonb,
    archived_at timestamptz,
    version     integer NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, key)
);

CREATE TABLE property_layouts (
    account_id    uuid NOT NULL REFERENCES accounts,
    owner_id      uuid NOT NULL, -- the agent, or the account for its default
    scope         text NOT NULL CHECK (scope IN ('MINE', 'ACCOUNT')),
    property_keys text[] NOT NULL,
    version       integer NOT NULL,
    updated_at    timestamptz NOT NULL,
    PRIMARY KEY (account_id, owner_id)
);

CREATE TABLE inboxes (
    account_id          uuid NOT NULL REFERENCES accounts,
    id                  uuid NOT NULL,
    name                text NOT NULL,
    workspace           text NOT NULL CHECK (workspace IN ('INBOX', 'HELP_DESK')),
    follow_up           text NOT NULL CHECK (follow_up IN ('KEEP_TICKET_CLOSED', 'REOPEN_TICKET', 'NEW_CONVERSATION_AFTER')),
    follow_up_status_id uuid,
    follow_up_days      integer NOT NULL,
    version             integer NOT NULL,
    created_at          timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, name),
    FOREIGN KEY (account_id, follow_up_status_id) REFERENCES ticket_statuses
);

CREATE TABLE inbox_teams (
    account_id uuid NOT NULL,
    inbox_id   uuid NOT NULL,
    team_id    uuid NOT NULL,
    PRIMARY KEY (account_id, inbox_id, team_id),
    FOREIGN KEY (account_id, inbox_id) REFERENCES inboxes,
    FOREIGN KEY (account_id, team_id) REFERENCES teams
);
CREATE INDEX inbox_teams_of_team ON inbox_teams (account_id, team_id);

CREATE TABLE channels (
    account_id uuid NOT NULL,
    id         uuid NOT NULL,
    inbox_id   uuid NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('EMAIL', 'CHAT', 'FORM', 'API')),
    name       text NOT NULL,
    threading  text NOT NULL CHECK (threading IN ('OPEN_CONVERSATION_OF_CONTACT', 'ALWAYS_NEW')),
    version    integer NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, inbox_id) REFERENCES inboxes
);
CREATE INDEX channels_of_inbox ON channels (account_id, inbox_id);

CREATE TABLE contacts (
    account_id  uuid NOT NULL REFERENCES accounts,
    id          uuid NOT NULL,
    email       text,
    phone       text,
    external_id text,
    name        text NOT NULL,
    version     integer NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, email),
    UNIQUE (account_id, phone),
    UNIQUE (account_id, external_id)
);
CREATE INDEX contacts_by_name ON contacts (account_id, name, id);
CREATE INDEX contacts_by_time ON contacts (account_id, created_at, id);
-- Filters compare without regard to case.
CREATE INDEX contacts_by_external_id ON contacts (account_id, lower(external_id));

CREATE TABLE trash_groups (
    account_id    uuid NOT NULL REFERENCES accounts,
    id            uuid NOT NULL,
    root_kind     text NOT NULL,
    root_id       uuid NOT NULL,
    trashed_by_id uuid,
    trashed_at    timestamptz NOT NULL,
    restored_at   timestamptz,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, trashed_by_id) REFERENCES agents
);
CREATE INDEX trash_groups_by_time ON trash_groups (account_id, trashed_at, id) WHERE restored_at IS NULL;

CREATE TABLE tickets (
    account_id     uuid NOT NULL REFERENCES accounts,
    id             uuid NOT NULL,
    number         integer NOT NULL,
    name           text NOT NULL,
    pipeline_id    uuid NOT NULL,
    status_id      uuid NOT NULL,
    priority       text CHECK (priority IN ('LOW', 'MEDIUM', 'HIGH', 'URGENT')),
    owner_id       uuid,
    contact_id     uuid NOT NULL,
    workspace      text NOT NULL CHECK (workspace IN ('INBOX', 'HELP_DESK')),
    properties     jsonb NOT NULL,
    closed_at      timestamptz,
    trash_group_id uuid,
    trashed_at     timestamptz,
    version        integer NOT NULL,
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, number),
    FOREIGN KEY (account_id, pipeline_id, status_id) REFERENCES ticket_statuses (account_id, pipeline_id, id),
    FOREIGN KEY (account_id, owner_id) REFERENCES agents,
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts,
    FOREIGN KEY (account_id, trash_group_id) REFERENCES trash_groups,
    CHECK ((trash_group_id IS NULL) = (trashed_at IS NULL))
);
CREATE INDEX tickets_by_time ON tickets (account_id, created_at, id) WHERE trash_group_id IS NULL;
CREATE INDEX tickets_by_name ON tickets (account_id, name, id) WHERE trash_group_id IS NULL;
CREATE INDEX tickets_of_contact ON tickets (account_id, contact_id);
CREATE INDEX tickets_of_owner ON tickets (account_id, owner_id);
CREATE INDEX tickets_of_status ON tickets (account_id, status_id);
CREATE INDEX tickets_of_trash_group ON tickets (account_id, trash_group_id) WHERE trash_group_id IS NOT NULL;

CREATE TABLE conversations (
    account_id     uuid NOT NULL REFERENCES accounts,
    id             uuid NOT NULL,
    number         integer NOT NULL,
    subject        text NOT NULL,
    status         text NOT NULL CHECK (status IN ('OPEN', 'CLOSED')),
    workspace      text NOT NULL CHECK (workspace IN ('INBOX', 'HELP_DESK')),
    inbox_id       uuid NOT NULL,
    channel_id     uuid NOT NULL,
    contact_id     uuid NOT NULL,
    owner_id       uuid,
    ticket_id      uuid,
    thread_key     text,
    closed_at      timestamptz,
    trash_group_id uuid,
    trashed_at     timestamptz,
    version        integer NOT NULL,
    created_at     timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, number),
    FOREIGN KEY (account_id, inbox_id) REFERENCES inboxes,
    FOREIGN KEY (account_id, channel_id) REFERENCES channels,
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts,
    FOREIGN KEY (account_id, owner_id) REFERENCES agents,
    FOREIGN KEY (account_id, ticket_id) REFERENCES tickets,
    FOREIGN KEY (account_id, trash_group_id) REFERENCES trash_groups,
    CHECK ((status = 'CLOSED') = (closed_at IS NOT NULL)),
    CHECK ((trash_group_id IS NULL) = (trashed_at IS NULL))
);
CREATE INDEX conversations_by_time ON conversations (account_id, created_at, id) WHERE trash_group_id IS NULL;
CREATE INDEX conversations_of_ticket ON conversations (account_id, ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX conversations_of_contact ON conversations (account_id, contact_id);
CREATE INDEX conversations_of_inbox ON conversations (account_id, inbox_id, status) WHERE trash_group_id IS NULL;
CREATE INDEX conversations_of_owner ON conversations (account_id, owner_id, status) WHERE trash_group_id IS NULL;
CREATE INDEX conversations_of_trash_group ON conversations (account_id, trash_group_id) WHERE trash_group_id IS NOT NULL;
CREATE INDEX conversations_of_thread ON conversations (account_id, channel_id, thread_key) WHERE thread_key IS NOT NULL;

-- An account has its own inboxes and agents: without being told, the planner takes the columns as
-- independent and expects far too few rows.
CREATE STATISTICS conversations_shape ON account_id, inbox_id, status, owner_id FROM conversations;
CREATE STATISTICS tickets_shape ON account_id, status_id, owner_id FROM tickets;

-- R5, R6: a conversation's ticket is set once and stays, whoever writes.
CREATE FUNCTION conversation_keeps_its_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'conversation % keeps its ticket % (R5, R6)', OLD.id, OLD.ticket_id
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER conversation_keeps_its_ticket
    BEFORE UPDATE OF ticket_id ON conversations
    FOR EACH ROW
    WHEN (OLD.ticket_id IS NOT NULL AND NEW.ticket_id IS DISTINCT FROM OLD.ticket_id)
    EXECUTE FUNCTION conversation_keeps_its_ticket();

-- R7: a ticket has a conversation. Looked at when the transaction ends, so that the ticket can be made first.
CREATE FUNCTION ticket_has_a_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'tickets' THEN
        IF NOT EXISTS (SELECT FROM conversations WHERE account_id = NEW.account_id AND ticket_id = NEW.id)
           AND EXISTS (SELECT FROM tickets WHERE account_id = NEW.account_id AND id = NEW.id) THEN
            RAISE EXCEPTION 'ticket % has no conversation (R7)', NEW.id USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF OLD.ticket_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM conversations WHERE account_id = OLD.account_id AND ticket_id = OLD.ticket_id)
        AND EXISTS (SELECT FROM tickets WHERE account_id = OLD.account_id AND id = OLD.ticket_id) THEN
        RAISE EXCEPTION 'ticket % has no conversation left (R6, R7)', OLD.ticket_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ticket_has_a_conversation
    AFTER INSERT ON tickets DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ticket_has_a_conversation();
CREATE CONSTRAINT TRIGGER ticket_keeps_a_conversation
    AFTER DELETE ON conversations DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ticket_has_a_conversation();

-- What moves with every message stays off the wide, much indexed rows.
CREATE TABLE conversation_activity (
    account_id       uuid NOT NULL,
    conversation_id  uuid NOT NULL,
    preview          text NOT NULL,
    unread_count     integer NOT NULL,
    last_activity_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, conversation_id),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversations
) WITH (fillfactor = 80);
CREATE INDEX conversation_activity_by_time ON conversation_activity (account_id, last_activity_at, conversation_id);

CREATE TABLE ticket_activity (
    account_id       uuid NOT NULL,
    ticket_id        uuid NOT NULL,
    last_activity_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, ticket_id),
    FOREIGN KEY (account_id, ticket_id) REFERENCES tickets
) WITH (fillfactor = 80);
CREATE INDEX ticket_activity_by_time ON ticket_activity (account_id, last_activity_at, ticket_id);

CREATE TABLE messages (
    account_id      uuid NOT NULL,
    id              uuid NOT NULL,
    conversation_id uuid NOT NULL,
    channel_id      uuid NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('INCOMING', 'OUTGOING', 'COMMENT')),
    agent_id        uuid,
    contact_id      uuid,
    text            text NOT NULL,
    html            text,
    external_id     text,
    sent_at         timestamptz,
    delivery        text CHECK (delivery IN ('QUEUED', 'SENT', 'DELIVERED', 'FAILED')),
    delivery_detail text,
    delivered_at    timestamptz,
    version         integer NOT NULL,
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    UNIQUE (account_id, channel_id, external_id),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversations,
    FOREIGN KEY (account_id, channel_id) REFERENCES channels,
    FOREIGN KEY (account_id, agent_id) REFERENCES agents,
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts,
    CHECK ((kind = 'OUTGOING') = (delivery IS NOT NULL)),
    CHECK ((kind = 'INCOMING') = (contact_id IS NOT NULL))
);
CREATE INDEX messages_of_conversation ON messages (account_id, conversation_id, created_at, id);

-- The log: one row for each thing that happened, written in the transaction of the change.
-- xid is what a reader goes by (a sequence is not the order of commits): it resumes with
-- the rows that its last snapshot did not show, through the index on (xid, id). Partitioned by time,
-- so that old months can be dropped whole.
CREATE TABLE events (
    account_id      uuid NOT NULL,
    id              uuid NOT NULL,
    xid             xid8 NOT NULL DEFAULT pg_current_xact_id(),
    recorded_at     timestamptz NOT NULL DEFAULT now(),
    at              timestamptz NOT NULL,
    kind            text NOT NULL,
    entity_kind     text NOT NULL,
    entity_id       uuid NOT NULL,
    changes         jsonb NOT NULL,
    rule            text NOT NULL,
    effect          boolean NOT NULL,
    actor_id        uuid,
    mutation        text NOT NULL,
    cascade_id      uuid NOT NULL,
    conversation_id uuid,
    ticket_id       uuid,
    inbox_id        uuid,
    PRIMARY KEY (account_id, id, recorded_at)
) PARTITION BY RANGE (recorded_at);
CREATE INDEX events_by_xid ON events (xid, id);
CREATE INDEX events_of_account ON events (account_id, xid, id);
CREATE INDEX events_of_conversation ON events (account_id, conversation_id, at, id) WHERE conversation_id IS NOT NULL;
CREATE INDEX events_of_ticket ON events (account_id, ticket_id, at, id) WHERE ticket_id IS NOT NULL;

-- One answer for each idempotency key, kept 7 days, in the transaction of its effect.
CREATE TABLE idempotency_keys (
    account_id uuid NOT NULL REFERENCES accounts,
    actor_id   uuid NOT NULL,
    mutation   text NOT NULL,
    key        text NOT NULL,
    arguments  bytea NOT NULL, -- SHA-256 of them
    answer     jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, actor_id, mutation, key)
);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (account_id, created_at);

-- What makes a cursor of the log good for this database only: a dump and restore resets xids.
CREATE TABLE log_epoch (
    epoch      uuid NOT NULL,
    system_id  text NOT NULL
);
INSERT INTO log_epoch SELECT gen_random_uuid(), system_identifier::text FROM pg_control_system();

CREATE TABLE events_default PARTITION OF events DEFAULT;
