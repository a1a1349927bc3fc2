-- What a request id was used for: the rpc, and what it was to change (empty when it made something).
ALTER TABLE requests ADD COLUMN action TEXT NOT NULL DEFAULT '';
ALTER TABLE requests ADD COLUMN target TEXT NOT NULL DEFAULT '';
