-- Whether a conversation is in the trash stands where lists are counted, so that the four standing views of an inbox are counted in an index alone.
-- Nobody may put anything there or take it out meanwhile. First the one, then the other, as who writes does.
LOCK TABLE conversations, conversation_activity IN ACCESS EXCLUSIVE MODE;

ALTER TABLE conversation_activity ADD COLUMN trashed boolean NOT NULL DEFAULT FALSE;
UPDATE conversation_activity a SET trashed = TRUE
    FROM conversations c WHERE c.account_id = a.account_id AND c.id = a.conversation_id AND c.trash_group_id IS NOT NULL;

CREATE INDEX conversation_activity_counted ON conversation_activity (account_id, inbox_id, status, owner_id) WHERE NOT trashed;
CREATE INDEX conversation_activity_counted_unread ON conversation_activity (account_id, inbox_id, status, owner_id) WHERE NOT trashed AND unread_count > 0;

CREATE OR REPLACE FUNCTION conversation_activity_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE conversation_activity SET status = NEW.status, inbox_id = NEW.inbox_id, owner_id = NEW.owner_id, contact_id = NEW.contact_id,
            trashed = NEW.trash_group_id IS NOT NULL
        WHERE account_id = NEW.account_id AND conversation_id = NEW.id;
    RETURN NULL;
END $$;
DROP TRIGGER conversation_activity_follows ON conversations;
CREATE TRIGGER conversation_activity_follows
    AFTER UPDATE OF status, inbox_id, owner_id, contact_id, trash_group_id ON conversations
    FOR EACH ROW
    WHEN ((OLD.status, OLD.inbox_id, OLD.owner_id, OLD.contact_id, OLD.trash_group_id) IS DISTINCT FROM
          (NEW.status, NEW.inbox_id, NEW.owner_id, NEW.contact_id, NEW.trash_group_id))
    EXECUTE FUNCTION conversation_activity_follows();

CREATE OR REPLACE FUNCTION conversation_activity_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT status, inbox_id, owner_id, contact_id, trash_group_id IS NOT NULL
        INTO NEW.status, NEW.inbox_id, NEW.owner_id, NEW.contact_id, NEW.trashed
        FROM conversations WHERE account_id = NEW.account_id AND id = NEW.conversation_id;
    RETURN NEW;
END $$;
