-- One place for request ids, operations' among them, and what each was sent with: equal requests alone are repetitions.
ALTER TABLE requests
    ADD COLUMN fingerprint VARBINARY(32) NOT NULL DEFAULT '',
    DROP COLUMN action,
    DROP COLUMN target;
ALTER TABLE operations DROP KEY operations_request;
