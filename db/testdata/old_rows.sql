-- Rows that fit every old version: a closed conversation in the trash that is unread, an open one with a ticket that has properties and
-- some that say nothing, two labels that look the same, and files.
-- a() gives short names to ids.
CREATE FUNCTION a(n integer) RETURNS uuid LANGUAGE sql AS $$ SELECT lpad(n::text, 32, '0')::uuid $$;
INSERT INTO accounts (id, slug, name, plan, trash_keep_days, version, created_at) VALUES (a(1), 'old', 'Old', 'FREE', 30, 1, now());
INSERT INTO agents (account_id, id, email, name, role, version, created_at) VALUES (a(1), a(2), 'ada@old.test', 'Ada', 'ADMIN', 1, now());
INSERT INTO pipelines (account_id, id, name, position, version, created_at) VALUES (a(1), a(3), 'P', 0, 1, now());
INSERT INTO ticket_statuses (account_id, id, pipeline_id, name, state, position, version, created_at) VALUES (a(1), a(4), a(3), 'New', 'OPEN', 0, 1, now());
INSERT INTO property_definitions (account_id, id, key, label, description, type, version, created_at) VALUES
    (a(1), a(5), 'colour', 'Colour', '', 'TEXT', 1, now()), (a(1), a(6), 'size', 'Size', '', 'NUMBER', 1, now());
INSERT INTO inboxes (account_id, id, name, workspace, follow_up, follow_up_days, version, created_at) VALUES (a(1), a(7), 'Support', 'INBOX', 'KEEP_TICKET_CLOSED', 0, 1, now());
INSERT INTO channels (account_id, id, inbox_id, kind, name, threading, version, created_at) VALUES (a(1), a(8), a(7), 'API', 'API', 'ALWAYS_NEW', 1, now());
INSERT INTO contacts (account_id, id, email, name, version, created_at) VALUES (a(1), a(9), 'kim@old.test', 'Kim', 1, now());
INSERT INTO trash_groups (account_id, id, root_kind, root_id, trashed_at) VALUES (a(1), a(10), 'cnv', a(12), now());
INSERT INTO tickets (account_id, id, number, name, pipeline_id, status_id, contact_id, workspace, properties, version, created_at) VALUES
    (a(1), a(11), 1, 'Lost parcel', a(3), a(4), a(9), 'INBOX', '{"colour": "red", "size": 7, "typed": "", "picked": []}', 1, now());
INSERT INTO ticket_activity VALUES (a(1), a(11), now());
INSERT INTO conversations (account_id, id, number, subject, status, workspace, inbox_id, channel_id, contact_id, ticket_id, closed_at, trash_group_id, trashed_at, version, created_at) VALUES
    (a(1), a(12), 1, 'Gone', 'CLOSED', 'INBOX', a(7), a(8), a(9), NULL, now(), a(10), now(), 1, now()), (a(1), a(13), 2, 'Here', 'OPEN', 'INBOX', a(7), a(8), a(9), a(11), NULL, NULL, NULL, 1, now());
INSERT INTO conversation_activity (account_id, conversation_id, preview, unread_count, last_activity_at) VALUES (a(1), a(12), '', 2, now()), (a(1), a(13), 'Where is it?', 1, now());
INSERT INTO account_counters (account_id, noun, last) VALUES (a(1), 'conversation', 2), (a(1), 'ticket', 1);
INSERT INTO labels (account_id, id, name, color, description, version, created_at) VALUES
    (a(1), a(14), 'VIP', 'RED', '', 1, now()), (a(1), a(15), 'VIP' || U&'\200B', 'RED', '', 1, now());
INSERT INTO attachments (account_id, id, uploader_id, file_name, content_type, size, version, created_at) VALUES
    (a(1), a(16), a(2), 'a.txt', 'text/plain', 3, 1, now()), (a(1), a(17), a(2), 'b.txt', 'text/plain', 4, 1, now());
DROP FUNCTION a;
