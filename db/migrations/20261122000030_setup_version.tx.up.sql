-- The set-up of an account is read by nearly every answer and changes seldom, so servers keep it in memory. The version tells
-- whether what they keep is still so; it is read in the same snapshot as the eventCursor. Triggers, and not the program,
-- so that it holds against SQL by hand too.
ALTER TABLE accounts ADD COLUMN setup_version bigint NOT NULL DEFAULT 0;

CREATE FUNCTION setup_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE accounts SET setup_version = setup_version + 1 WHERE id IN (SELECT account_id FROM changed);
    RETURN NULL;
END $$;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['agents', 'teams', 'team_members', 'inboxes', 'inbox_teams', 'channels', 'pipelines', 'ticket_statuses',
        'property_definitions', 'labels'] LOOP
        EXECUTE format('CREATE TRIGGER setup_grows AFTER INSERT ON %I REFERENCING NEW TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION setup_changed()', t);
        EXECUTE format('CREATE TRIGGER setup_changes AFTER UPDATE ON %I REFERENCING NEW TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION setup_changed()', t);
        EXECUTE format('CREATE TRIGGER setup_shrinks AFTER DELETE ON %I REFERENCING OLD TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION setup_changed()', t);
    END LOOP;
END $$;
