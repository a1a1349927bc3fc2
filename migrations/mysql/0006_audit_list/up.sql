-- The audit log is read newest first, whole or by one of these, and pruned oldest first.
ALTER TABLE audit_events
    ADD KEY audit_events_time (create_time, id),
    ADD KEY audit_events_user (user_id, create_time, id),
    ADD KEY audit_events_target (target, create_time, id),
    ADD KEY audit_events_action (action, create_time, id);
