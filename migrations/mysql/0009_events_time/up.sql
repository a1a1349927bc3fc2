-- Events are removed, oldest first.
ALTER TABLE events ADD KEY events_time (create_time);
