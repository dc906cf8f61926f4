-- Values of custom properties in columns of their type, so that lists are filtered and ordered along an index. Which
-- property has which column, its account says: property_definitions.slot. t* hold small letters of the first 250 characters,
-- and whatever sorts as text does (days and moments, too); n* hold numbers. The tickets' own column stays the truth.
ALTER TABLE property_definitions ADD COLUMN slot text;
UPDATE property_definitions AS d SET slot = x.slot FROM (
    SELECT account_id, id, kind || row_number() OVER (PARTITION BY account_id, kind ORDER BY created_at, id) AS slot
    FROM (SELECT *, CASE type WHEN 'NUMBER' THEN 'n' ELSE 't' END AS kind FROM property_definitions WHERE type <> 'OPTIONS') AS y
) AS x
WHERE d.account_id = x.account_id AND d.id = x.id AND x.slot = ANY(ARRAY['t1', 't2', 't3', 't4', 't5', 't6', 't7', 't8', 't9', 't10', 't11', 't12', 't13', 't14', 't15', 't16', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8']);
CREATE UNIQUE INDEX property_definitions_slot_key ON property_definitions (account_id, slot) WHERE slot IS NOT NULL;

CREATE TABLE ticket_slots (
    account_id uuid NOT NULL,
    ticket_id  uuid NOT NULL,
    t1         text,
    t2         text,
    t3         text,
    t4         text,
    t5         text,
    t6         text,
    t7         text,
    t8         text,
    t9         text,
    t10        text,
    t11        text,
    t12        text,
    t13        text,
    t14        text,
    t15        text,
    t16        text,
    n1         numeric,
    n2         numeric,
    n3         numeric,
    n4         numeric,
    n5         numeric,
    n6         numeric,
    n7         numeric,
    n8         numeric,
    PRIMARY KEY (account_id, ticket_id),
    FOREIGN KEY (account_id, ticket_id) REFERENCES tickets ON DELETE CASCADE
);
CREATE INDEX ticket_slots_t1 ON ticket_slots (account_id, t1, ticket_id) WHERE t1 IS NOT NULL;
CREATE INDEX ticket_slots_t2 ON ticket_slots (account_id, t2, ticket_id) WHERE t2 IS NOT NULL;
CREATE INDEX ticket_slots_t3 ON ticket_slots (account_id, t3, ticket_id) WHERE t3 IS NOT NULL;
CREATE INDEX ticket_slots_t4 ON ticket_slots (account_id, t4, ticket_id) WHERE t4 IS NOT NULL;
CREATE INDEX ticket_slots_t5 ON ticket_slots (account_id, t5, ticket_id) WHERE t5 IS NOT NULL;
CREATE INDEX ticket_slots_t6 ON ticket_slots (account_id, t6, ticket_id) WHERE t6 IS NOT NULL;
CREATE INDEX ticket_slots_t7 ON ticket_slots (account_id, t7, ticket_id) WHERE t7 IS NOT NULL;
CREATE INDEX ticket_slots_t8 ON ticket_slots (account_id, t8, ticket_id) WHERE t8 IS NOT NULL;
CREATE INDEX ticket_slots_t9 ON ticket_slots (account_id, t9, ticket_id) WHERE t9 IS NOT NULL;
CREATE INDEX ticket_slots_t10 ON ticket_slots (account_id, t10, ticket_id) WHERE t10 IS NOT NULL;
CREATE INDEX ticket_slots_t11 ON ticket_slots (account_id, t11, ticket_id) WHERE t11 IS NOT NULL;
CREATE INDEX ticket_slots_t12 ON ticket_slots (account_id, t12, ticket_id) WHERE t12 IS NOT NULL;
CREATE INDEX ticket_slots_t13 ON ticket_slots (account_id, t13, ticket_id) WHERE t13 IS NOT NULL;
CREATE INDEX ticket_slots_t14 ON ticket_slots (account_id, t14, ticket_id) WHERE t14 IS NOT NULL;
CREATE INDEX ticket_slots_t15 ON ticket_slots (account_id, t15, ticket_id) WHERE t15 IS NOT NULL;
CREATE INDEX ticket_slots_t16 ON ticket_slots (account_id, t16, ticket_id) WHERE t16 IS NOT NULL;
CREATE INDEX ticket_slots_n1 ON ticket_slots (account_id, n1, ticket_id) WHERE n1 IS NOT NULL;
CREATE INDEX ticket_slots_n2 ON ticket_slots (account_id, n2, ticket_id) WHERE n2 IS NOT NULL;
CREATE INDEX ticket_slots_n3 ON ticket_slots (account_id, n3, ticket_id) WHERE n3 IS NOT NULL;
CREATE INDEX ticket_slots_n4 ON ticket_slots (account_id, n4, ticket_id) WHERE n4 IS NOT NULL;
CREATE INDEX ticket_slots_n5 ON ticket_slots (account_id, n5, ticket_id) WHERE n5 IS NOT NULL;
CREATE INDEX ticket_slots_n6 ON ticket_slots (account_id, n6, ticket_id) WHERE n6 IS NOT NULL;
CREATE INDEX ticket_slots_n7 ON ticket_slots (account_id, n7, ticket_id) WHERE n7 IS NOT NULL;
CREATE INDEX ticket_slots_n8 ON ticket_slots (account_id, n8, ticket_id) WHERE n8 IS NOT NULL;

-- The values of OPTIONS, one row each.
CREATE TABLE ticket_options (
    account_id  uuid NOT NULL,
    ticket_id   uuid NOT NULL,
    property_id uuid NOT NULL,
    value       text NOT NULL,
    PRIMARY KEY (account_id, ticket_id, property_id, value),
    FOREIGN KEY (account_id, ticket_id) REFERENCES tickets ON DELETE CASCADE,
    FOREIGN KEY (account_id, property_id) REFERENCES property_definitions
);
CREATE INDEX ticket_options_by_value ON ticket_options (account_id, property_id, value, ticket_id);

-- What stands in the columns for a ticket with these properties.
CREATE FUNCTION ticket_slots_of(account uuid, ticket uuid, properties jsonb) RETURNS SETOF ticket_slots LANGUAGE sql STABLE AS $$
    SELECT account, ticket,
        max(x.v) FILTER (WHERE x.slot = 't1'),
        max(x.v) FILTER (WHERE x.slot = 't2'),
        max(x.v) FILTER (WHERE x.slot = 't3'),
        max(x.v) FILTER (WHERE x.slot = 't4'),
        max(x.v) FILTER (WHERE x.slot = 't5'),
        max(x.v) FILTER (WHERE x.slot = 't6'),
        max(x.v) FILTER (WHERE x.slot = 't7'),
        max(x.v) FILTER (WHERE x.slot = 't8'),
        max(x.v) FILTER (WHERE x.slot = 't9'),
        max(x.v) FILTER (WHERE x.slot = 't10'),
        max(x.v) FILTER (WHERE x.slot = 't11'),
        max(x.v) FILTER (WHERE x.slot = 't12'),
        max(x.v) FILTER (WHERE x.slot = 't13'),
        max(x.v) FILTER (WHERE x.slot = 't14'),
        max(x.v) FILTER (WHERE x.slot = 't15'),
        max(x.v) FILTER (WHERE x.slot = 't16'),
        max(CASE WHEN x.slot = 'n1' THEN x.v END::numeric),
        max(CASE WHEN x.slot = 'n2' THEN x.v END::numeric),
        max(CASE WHEN x.slot = 'n3' THEN x.v END::numeric),
        max(CASE WHEN x.slot = 'n4' THEN x.v END::numeric),
        max(CASE WHEN x.slot = 'n5' THEN x.v END::numeric),
        max(CASE WHEN x.slot = 'n6' THEN x.v END::numeric),
        max(CASE WHEN x.slot = 'n7' THEN x.v END::numeric),
        max(CASE WHEN x.slot = 'n8' THEN x.v END::numeric)
    FROM (SELECT d.slot, CASE d.type WHEN 'TEXT' THEN left(lower(properties ->> d.key), 250) ELSE properties ->> d.key END AS v
        FROM property_definitions AS d WHERE d.account_id = account AND d.slot IS NOT NULL AND properties ? d.key) AS x
$$;

CREATE FUNCTION ticket_options_of(account uuid, ticket uuid, properties jsonb) RETURNS SETOF ticket_options LANGUAGE sql STABLE AS $$
    SELECT DISTINCT account, ticket, d.id, v.value FROM property_definitions AS d, jsonb_array_elements_text(properties -> d.key) AS v(value)
    WHERE d.account_id = account AND d.type = 'OPTIONS' AND properties ? d.key
$$;

-- Whoever writes a ticket, its columns follow in the same transaction.
CREATE FUNCTION ticket_properties_have_columns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM ticket_slots WHERE account_id = NEW.account_id AND ticket_id = NEW.id;
        DELETE FROM ticket_options WHERE account_id = NEW.account_id AND ticket_id = NEW.id;
    END IF;
    IF NEW.properties <> '{}' THEN
        INSERT INTO ticket_slots SELECT * FROM ticket_slots_of(NEW.account_id, NEW.id, NEW.properties);
        INSERT INTO ticket_options SELECT * FROM ticket_options_of(NEW.account_id, NEW.id, NEW.properties);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ticket_properties_have_columns AFTER INSERT ON tickets
    FOR EACH ROW WHEN (NEW.properties <> '{}') EXECUTE FUNCTION ticket_properties_have_columns();
CREATE TRIGGER ticket_properties_keep_columns AFTER UPDATE OF properties ON tickets
    FOR EACH ROW WHEN (NEW.properties IS DISTINCT FROM OLD.properties) EXECUTE FUNCTION ticket_properties_have_columns();

INSERT INTO ticket_slots SELECT s.* FROM tickets AS t, ticket_slots_of(t.account_id, t.id, t.properties) AS s WHERE t.properties <> '{}';
INSERT INTO ticket_options SELECT o.* FROM tickets AS t, ticket_options_of(t.account_id, t.id, t.properties) AS o WHERE t.properties <> '{}';

-- Orders that had no index yet.
CREATE INDEX tickets_by_closing ON tickets (account_id, closed_at, id) WHERE trash_group_id IS NULL AND closed_at IS NOT NULL;
CREATE INDEX tickets_by_priority ON tickets (account_id, (CASE priority WHEN 'LOW' THEN 0 WHEN 'MEDIUM' THEN 1 WHEN 'HIGH' THEN 2 WHEN 'URGENT' THEN 3 END), id)
    WHERE trash_group_id IS NULL AND priority IS NOT NULL;
CREATE INDEX conversations_by_closing ON conversations (account_id, closed_at, id) WHERE trash_group_id IS NULL AND closed_at IS NOT NULL;
