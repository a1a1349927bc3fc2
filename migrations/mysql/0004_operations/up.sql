-- Durable work and its log.

CREATE TABLE IF NOT EXISTS operations (
    id BINARY(16) NOT NULL,
    kind VARCHAR(64) NOT NULL,
    state VARCHAR(16) NOT NULL,
    server_id BINARY(16) NOT NULL,
    snapshot_id BINARY(16),
    owner_id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    request_id BINARY(16),
    params LONGTEXT NOT NULL,
    next_step BIGINT NOT NULL,
    step_count BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    run_after BIGINT NOT NULL,
    due_time BIGINT, -- when it may be claimed: run_after, or the end of its lease; null when nobody is to
    lease_owner VARCHAR(255),
    lease_until BIGINT NOT NULL,
    claim_id BINARY(16), -- which claim holds it
    epoch BIGINT NOT NULL,
    cancel_requested TINYINT(1) NOT NULL,
    progress_percent BIGINT,
    progress_text TEXT NOT NULL,
    error_reason VARCHAR(64),
    error_message TEXT,
    error_detail LONGTEXT,
    create_time BIGINT NOT NULL,
    start_time BIGINT,
    end_time BIGINT,
    PRIMARY KEY (id),
    UNIQUE KEY operations_request (user_id, request_id),
    KEY operations_due (due_time),
    KEY operations_owner (owner_id, id),
    KEY operations_server (server_id, id),
    KEY operations_state (state, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Lines are only ever added.
CREATE TABLE IF NOT EXISTS operation_steps (
    id BINARY(16) NOT NULL,
    operation_id BINARY(16) NOT NULL,
    epoch BIGINT NOT NULL,
    step_index BIGINT NOT NULL,
    name VARCHAR(64) NOT NULL,
    direction VARCHAR(8) NOT NULL,
    status VARCHAR(16) NOT NULL,
    attempt BIGINT NOT NULL,
    output LONGTEXT NOT NULL,
    external_ref TEXT,
    detail LONGTEXT NOT NULL,
    create_time BIGINT NOT NULL,
    PRIMARY KEY (id),
    KEY operation_steps_operation (operation_id, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
