-- The key that signs addresses of files can be replaced (deskwire rotate-file-key). A new one signs
-- only when all servers know it; what an old one has signed opens for a while still.
ALTER TABLE file_key
    ADD COLUMN signs_from timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN opens_until timestamptz; -- null: without end
