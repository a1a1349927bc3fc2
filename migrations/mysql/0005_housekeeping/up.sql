-- What keeps the system itself going.

-- Which request ids were carried out, and what they made or changed.
CREATE TABLE IF NOT EXISTS requests (
    user_id BINARY(16) NOT NULL,
    request_id BINARY(16) NOT NULL,
    resource BINARY(16) NOT NULL,
    create_time BIGINT NOT NULL,
    PRIMARY KEY (user_id, request_id),
    KEY requests_create (create_time)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS audit_events (
    id BINARY(16) NOT NULL,
    user_id BINARY(16),
    credential VARCHAR(255) NOT NULL,
    action VARCHAR(255) NOT NULL,
    target VARCHAR(255) NOT NULL,
    address VARCHAR(64) NOT NULL,
    request_id VARCHAR(64) NOT NULL,
    outcome VARCHAR(16) NOT NULL,
    reason VARCHAR(64) NOT NULL,
    create_time BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS outbox (
    id BINARY(16) NOT NULL,
    body LONGTEXT NOT NULL,
    attempt BIGINT NOT NULL,
    run_after BIGINT NOT NULL,
    due_time BIGINT, -- when it may be claimed: run_after, or the end of its lease; null when it is done
    lease_owner VARCHAR(255),
    claim_id BINARY(16),
    last_error LONGTEXT NOT NULL,
    gave_up TINYINT(1) NOT NULL,
    create_time BIGINT NOT NULL,
    done_time BIGINT,
    PRIMARY KEY (id),
    KEY outbox_due (due_time),
    KEY outbox_done (done_time)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Keys are hashed: they hold addresses of people.
CREATE TABLE IF NOT EXISTS throttles (
    key_hash BINARY(32) NOT NULL,
    hits BIGINT NOT NULL,
    window_end BIGINT NOT NULL,
    PRIMARY KEY (key_hash),
    KEY throttles_window (window_end)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
