-- The copies that lists are filtered by point into their own account only, as what they are copies of.
ALTER TABLE conversation_activity
    ADD FOREIGN KEY (account_id, inbox_id) REFERENCES inboxes,
    ADD FOREIGN KEY (account_id, owner_id) REFERENCES agents,
    ADD FOREIGN KEY (account_id, contact_id) REFERENCES contacts;
