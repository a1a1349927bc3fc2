ALTER TABLE operations ADD UNIQUE KEY operations_request (user_id, request_id);
ALTER TABLE requests
    ADD COLUMN action VARCHAR(255) NOT NULL DEFAULT '',
    ADD COLUMN target VARCHAR(255) NOT NULL DEFAULT '',
    DROP COLUMN fingerprint;
