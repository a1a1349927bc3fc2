DROP INDEX IF EXISTS audit_events_action;
DROP INDEX IF EXISTS audit_events_target;
DROP INDEX IF EXISTS audit_events_user;
DROP INDEX IF EXISTS audit_events_time;
