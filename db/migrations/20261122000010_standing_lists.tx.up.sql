-- What conversations are listed by stands beside the time that lists are ordered by, so that one index gives a page of a
-- list in its order: without it, a list of a few open conversations among many closed ones reads past all of these.
ALTER TABLE conversation_activity
    ADD COLUMN status     text,
    ADD COLUMN inbox_id   uuid,
    ADD COLUMN owner_id   uuid,
    ADD COLUMN contact_id uuid;
UPDATE conversation_activity a SET status = c.status, inbox_id = c.inbox_id, owner_id = c.owner_id, contact_id = c.contact_id
    FROM conversations c WHERE c.account_id = a.account_id AND c.id = a.conversation_id;
ALTER TABLE conversation_activity
    ALTER COLUMN status SET NOT NULL,
    ALTER COLUMN inbox_id SET NOT NULL,
    ALTER COLUMN contact_id SET NOT NULL;

CREATE INDEX conversation_activity_of_status ON conversation_activity (account_id, status, last_activity_at, conversation_id);
CREATE INDEX conversation_activity_of_inbox ON conversation_activity (account_id, inbox_id, status, last_activity_at, conversation_id);
CREATE INDEX conversation_activity_of_owner ON conversation_activity (account_id, owner_id, status, last_activity_at, conversation_id);
CREATE INDEX conversation_activity_of_contact ON conversation_activity (account_id, contact_id, last_activity_at, conversation_id);
CREATE STATISTICS conversation_activity_shape ON account_id, inbox_id, status, owner_id FROM conversation_activity;

DROP INDEX conversations_of_inbox;
DROP INDEX conversations_of_owner;
DROP STATISTICS IF EXISTS conversations_shape;

-- Whoever changes a conversation, the copy follows.
CREATE FUNCTION conversation_activity_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE conversation_activity SET status = NEW.status, inbox_id = NEW.inbox_id, owner_id = NEW.owner_id, contact_id = NEW.contact_id
        WHERE account_id = NEW.account_id AND conversation_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER conversation_activity_follows
    AFTER UPDATE OF status, inbox_id, owner_id, contact_id ON conversations
    FOR EACH ROW
    WHEN ((OLD.status, OLD.inbox_id, OLD.owner_id, OLD.contact_id) IS DISTINCT FROM (NEW.status, NEW.inbox_id, NEW.owner_id, NEW.contact_id))
    EXECUTE FUNCTION conversation_activity_follows();

CREATE FUNCTION conversation_activity_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT status, inbox_id, owner_id, contact_id INTO NEW.status, NEW.inbox_id, NEW.owner_id, NEW.contact_id
        FROM conversations WHERE account_id = NEW.account_id AND id = NEW.conversation_id;
    RETURN NEW;
END $$;
CREATE TRIGGER conversation_activity_begins
    BEFORE INSERT ON conversation_activity
    FOR EACH ROW WHEN (NEW.inbox_id IS NULL)
    EXECUTE FUNCTION conversation_activity_begins();
