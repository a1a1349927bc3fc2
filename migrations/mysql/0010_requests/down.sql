ALTER TABLE requests
    DROP COLUMN target,
    DROP COLUMN action;
