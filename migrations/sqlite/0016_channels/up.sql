-- Where notices go besides the inbox. `target` has its secrets sealed.
CREATE TABLE IF NOT EXISTS channels (
    id BLOB NOT NULL,
    owner_id BLOB, -- null for one of the installation
    display_name TEXT NOT NULL,
    target TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    rate_per_minute INTEGER NOT NULL,
    create_time INTEGER NOT NULL,
    update_time INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS channels_owner ON channels (owner_id, id);

-- A message to one place. `target_id` is a channel or an account.
CREATE TABLE IF NOT EXISTS deliveries (
    id BLOB NOT NULL,
    message_id BLOB NOT NULL,
    target_kind TEXT NOT NULL,
    target_id BLOB NOT NULL,
    lane TEXT NOT NULL,
    occasion TEXT NOT NULL,
    alert_id BLOB,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    status_code INTEGER,
    error TEXT NOT NULL,
    run_after INTEGER NOT NULL,
    due_time INTEGER, -- when it may be claimed: run_after, or the end of its lease; null when it is over
    lease_owner TEXT,
    claim_id BLOB,
    start_time INTEGER NOT NULL,
    create_time INTEGER NOT NULL,
    end_time INTEGER,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS deliveries_message ON deliveries (message_id, target_id);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (lane, due_time);
CREATE INDEX IF NOT EXISTS deliveries_target ON deliveries (target_id, id);
CREATE INDEX IF NOT EXISTS deliveries_state ON deliveries (target_id, state, id);
CREATE INDEX IF NOT EXISTS deliveries_alert ON deliveries (alert_id, target_id, id);
CREATE INDEX IF NOT EXISTS deliveries_end ON deliveries (end_time);

-- The inbox.
CREATE TABLE IF NOT EXISTS notifications (
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    message_id BLOB NOT NULL,
    occasion TEXT NOT NULL,
    create_time INTEGER NOT NULL,
    read_time INTEGER,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS notifications_message ON notifications (message_id, user_id);
CREATE INDEX IF NOT EXISTS notifications_user ON notifications (user_id, id);
CREATE INDEX IF NOT EXISTS notifications_unread ON notifications (user_id, read_time, id);
CREATE INDEX IF NOT EXISTS notifications_time ON notifications (create_time);

CREATE TABLE IF NOT EXISTS notification_preferences (
    user_id BLOB NOT NULL,
    preferences TEXT NOT NULL,
    update_time INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (user_id)
) STRICT, WITHOUT ROWID;
