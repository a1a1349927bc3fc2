-- Operations are removed some time after their end.
CREATE INDEX IF NOT EXISTS operations_end ON operations (end_time);
