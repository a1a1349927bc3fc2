ALTER TABLE audit_events
    DROP KEY audit_events_action,
    DROP KEY audit_events_target,
    DROP KEY audit_events_user,
    DROP KEY audit_events_time;
