-- Events are removed, oldest first.
CREATE INDEX IF NOT EXISTS events_time ON events (create_time);
