-- A token comes alone: its account is known only once it is found.
CREATE INDEX tokens_by_hash ON tokens (hash);
