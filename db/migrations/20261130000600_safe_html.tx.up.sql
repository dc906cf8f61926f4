-- The safe form of a message's HTML, made once when the message is written, and the version of what
-- made it (mailhtml.SafeVersion). It is shown only where the version is that of the server; elsewhere,
-- and in messages from before, it is made at reading.
ALTER TABLE messages ADD COLUMN safe_html text, ADD COLUMN safe_html_version smallint;
