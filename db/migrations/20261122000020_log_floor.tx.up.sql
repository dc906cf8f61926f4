-- Up to this transaction the log may have lost events: their months were dropped. Who was there before can't be told what came after.
ALTER TABLE log_epoch ADD COLUMN floor xid8 NOT NULL DEFAULT '0';
