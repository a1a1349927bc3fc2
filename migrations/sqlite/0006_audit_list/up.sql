-- The audit log is read newest first, whole or by one of these, and pruned oldest first.
CREATE INDEX IF NOT EXISTS audit_events_time ON audit_events (create_time, id);
CREATE INDEX IF NOT EXISTS audit_events_user ON audit_events (user_id, create_time, id);
CREATE INDEX IF NOT EXISTS audit_events_target ON audit_events (target, create_time, id);
CREATE INDEX IF NOT EXISTS audit_events_action ON audit_events (action, create_time, id);
