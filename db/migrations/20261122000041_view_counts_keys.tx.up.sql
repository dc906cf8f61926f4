-- With the conversation in their keys, entries of one row stand side by side: Postgres takes old ones away when it writes new ones, and does not try to
-- join those of other rows. A change of a row costs 6 µs more than without the index then, and not 16.
DROP INDEX conversation_activity_counted;
DROP INDEX conversation_activity_counted_unread;
CREATE INDEX conversation_activity_counted ON conversation_activity (account_id, inbox_id, status, owner_id, conversation_id) WHERE NOT trashed;
CREATE INDEX conversation_activity_counted_unread ON conversation_activity (account_id, inbox_id, status, owner_id, conversation_id)
    WHERE NOT trashed AND unread_count > 0;
