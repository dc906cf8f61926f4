-- What stands between angle brackets are words as others are. Postgres takes it for markup, and leaves out all that follows "<script>" where no
-- "</script>" comes.
CREATE OR REPLACE FUNCTION search_text(t text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT translate(left(t, 100000), '-/@_<>', '      ')
$$;

SELECT search_anew(a.id, '{cnv,tkt}') FROM accounts a
    WHERE EXISTS (SELECT FROM messages m WHERE m.account_id = a.id AND position('<' IN m.text) > 0)
        OR EXISTS (SELECT FROM conversations c WHERE c.account_id = a.id AND position('<' IN c.subject) > 0)
        OR EXISTS (SELECT FROM tickets t WHERE t.account_id = a.id AND position('<' IN t.name) > 0);
