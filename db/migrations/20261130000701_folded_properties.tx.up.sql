-- Filters compare the texts of properties in the form in which they compare all others. For letters of English both are the same.
CREATE OR REPLACE FUNCTION ticket_slots_of(account uuid, ticket uuid, properties jsonb) RETURNS SETOF ticket_slots LANGUAGE sql STABLE AS $$
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
    FROM (SELECT d.slot, CASE d.type WHEN 'TEXT' THEN left(filter_fold(properties ->> d.key), 250) ELSE properties ->> d.key END AS v
        FROM property_definitions AS d WHERE d.account_id = account AND d.slot IS NOT NULL AND properties ? d.key) AS x
$$;

DELETE FROM ticket_slots AS s USING tickets AS t
    WHERE t.account_id = s.account_id AND t.id = s.ticket_id AND octet_length(t.properties::text) <> length(t.properties::text);
INSERT INTO ticket_slots SELECT s.* FROM tickets AS t, ticket_slots_of(t.account_id, t.id, t.properties) AS s
    WHERE t.properties <> '{}' AND octet_length(t.properties::text) <> length(t.properties::text);
