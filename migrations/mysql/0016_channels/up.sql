-- Where notices go besides the inbox. `target` has its secrets sealed.
CREATE TABLE IF NOT EXISTS channels (
    id BINARY(16) NOT NULL,
    owner_id BINARY(16), -- null for one of the installation
    display_name VARCHAR(64) NOT NULL,
    target LONGTEXT NOT NULL,
    disabled TINYINT(1) NOT NULL,
    rate_per_minute BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    PRIMARY KEY (id),
    KEY channels_owner (owner_id, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A message to one place. `target_id` is a channel or an account.
CREATE TABLE IF NOT EXISTS deliveries (
    id BINARY(16) NOT NULL,
    message_id BINARY(16) NOT NULL,
    target_kind VARCHAR(16) NOT NULL,
    target_id BINARY(16) NOT NULL,
    lane VARCHAR(16) NOT NULL,
    occasion LONGTEXT NOT NULL,
    alert_id BINARY(16),
    state VARCHAR(16) NOT NULL,
    attempts BIGINT NOT NULL,
    status_code BIGINT,
    error LONGTEXT NOT NULL,
    run_after BIGINT NOT NULL,
    due_time BIGINT, -- when it may be claimed: run_after, or the end of its lease; null when it is over
    lease_owner VARCHAR(255),
    claim_id BINARY(16),
    start_time BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    end_time BIGINT,
    PRIMARY KEY (id),
    UNIQUE KEY deliveries_message (message_id, target_id),
    KEY deliveries_due (lane, due_time),
    KEY deliveries_target (target_id, id),
    KEY deliveries_state (target_id, state, id),
    KEY deliveries_alert (alert_id, target_id, id),
    KEY deliveries_end (end_time)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The inbox.
CREATE TABLE IF NOT EXISTS notifications (
    id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    message_id BINARY(16) NOT NULL,
    occasion LONGTEXT NOT NULL,
    create_time BIGINT NOT NULL,
    read_time BIGINT,
    PRIMARY KEY (id),
    UNIQUE KEY notifications_message (message_id, user_id),
    KEY notifications_user (user_id, id),
    KEY notifications_unread (user_id, read_time, id),
    KEY notifications_time (create_time)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS notification_preferences (
    user_id BINARY(16) NOT NULL,
    preferences LONGTEXT NOT NULL,
    update_time BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    PRIMARY KEY (user_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
