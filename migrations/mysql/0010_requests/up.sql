-- What a request id was used for: the rpc, and what it was to change (empty when it made something).
ALTER TABLE requests
    ADD COLUMN action VARCHAR(255) NOT NULL DEFAULT '',
    ADD COLUMN target VARCHAR(255) NOT NULL DEFAULT '';
