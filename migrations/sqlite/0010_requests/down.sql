ALTER TABLE requests DROP COLUMN target;
ALTER TABLE requests DROP COLUMN action;
