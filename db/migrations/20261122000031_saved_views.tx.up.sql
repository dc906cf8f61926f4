CREATE TABLE inbox_views (
    account_id uuid NOT NULL REFERENCES accounts,
    id         uuid NOT NULL,
    scope      text NOT NULL CHECK (scope IN ('ACCOUNT', 'TEAM', 'PERSONAL')),
    agent_id   uuid,
    team_id    uuid,
    name       text NOT NULL,
    filter     text NOT NULL,
    "order"    text NOT NULL,
    position   integer NOT NULL,
    deleted_at timestamptz,
    version    integer NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, id),
    FOREIGN KEY (account_id, agent_id) REFERENCES agents,
    FOREIGN KEY (account_id, team_id) REFERENCES teams,
    CHECK ((scope = 'PERSONAL') = (agent_id IS NOT NULL)),
    CHECK ((scope = 'TEAM') = (team_id IS NOT NULL))
);
CREATE INDEX inbox_views_of_account ON inbox_views (account_id, position, id) WHERE deleted_at IS NULL;

-- Unread conversations are counted along this one.
CREATE INDEX conversation_activity_unread ON conversation_activity (account_id, last_activity_at, conversation_id) WHERE unread_count > 0;
