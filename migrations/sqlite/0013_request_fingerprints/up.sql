-- One place for request ids, operations' among them, and what each was sent with: equal requests alone are repetitions.
ALTER TABLE requests ADD COLUMN fingerprint BLOB NOT NULL DEFAULT x'';
ALTER TABLE requests DROP COLUMN action;
ALTER TABLE requests DROP COLUMN target;
DROP INDEX IF EXISTS operations_request;
