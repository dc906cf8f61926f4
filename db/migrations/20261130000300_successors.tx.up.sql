-- What a deactivated agent owns is handed on to their successor.
ALTER TABLE agents ADD COLUMN successor_id uuid;
ALTER TABLE agents ADD CONSTRAINT agents_successor FOREIGN KEY (account_id, successor_id) REFERENCES agents (account_id, id);
CREATE INDEX agents_to_hand_on ON agents (account_id, id) WHERE successor_id IS NOT NULL;
