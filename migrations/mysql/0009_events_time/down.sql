ALTER TABLE events DROP KEY events_time;
