CREATE UNIQUE INDEX IF NOT EXISTS operations_request ON operations (user_id, request_id);
ALTER TABLE requests ADD COLUMN action TEXT NOT NULL DEFAULT '';
ALTER TABLE requests ADD COLUMN target TEXT NOT NULL DEFAULT '';
ALTER TABLE requests DROP COLUMN fingerprint;
