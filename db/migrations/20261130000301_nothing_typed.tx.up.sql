-- Nothing typed is no value: "is null" finds it. So it is kept from now on, and this makes it so of what is there.
UPDATE tickets AS t SET properties = t.properties - ARRAY(SELECT key FROM jsonb_each(t.properties) WHERE value IN ('""', '[]'))
WHERE EXISTS (SELECT FROM jsonb_each(t.properties) WHERE value IN ('""', '[]'));

-- What is closed has been dealt with, so nothing of it is unread.
UPDATE conversation_activity AS a SET unread_count = 0 FROM conversations AS c
WHERE c.account_id = a.account_id AND c.id = a.conversation_id AND c.status = 'CLOSED' AND a.unread_count > 0;
