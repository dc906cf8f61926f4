-- What happened to one record, and the purge of it, without reading every month.
CREATE INDEX events_of_entity ON events (account_id, entity_id, xid, id);
CREATE INDEX tickets_of_pipeline ON tickets (account_id, pipeline_id);
