-- Where an agent is, such as Europe/Berlin: "today" in a list begins at their midnight. NULL is UTC.
ALTER TABLE agents ADD COLUMN time_zone text CHECK (time_zone <> '');
