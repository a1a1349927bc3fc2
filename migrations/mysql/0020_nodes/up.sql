-- Machines with an agent. `epoch` grows with each session, `generation` with what operators change.
CREATE TABLE IF NOT EXISTS nodes (
    id BINARY(16) NOT NULL,
    display_name VARCHAR(400) NOT NULL,
    labels LONGTEXT NOT NULL,
    state VARCHAR(16) NOT NULL,
    facts LONGTEXT, -- null before its agent came
    boot_id VARCHAR(64) NOT NULL,
    key_hash BINARY(32), -- null once it was taken away
    next_key_hash BINARY(32),
    epoch BIGINT NOT NULL,
    instance VARCHAR(64), -- the process that holds the session
    attach_time BIGINT,
    seen_time BIGINT,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY nodes_key (key_hash),
    UNIQUE KEY nodes_next_key (next_key_hash),
    KEY nodes_state (state, id),
    KEY nodes_instance (instance, state)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS node_events (
    id BINARY(16) NOT NULL,
    node_id BINARY(16) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    detail LONGTEXT NOT NULL,
    event_time BIGINT NOT NULL,
    PRIMARY KEY (id),
    KEY node_events_node (node_id, id),
    KEY node_events_time (event_time)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS enrolment_tokens (
    id BINARY(16) NOT NULL,
    token_hash BINARY(32) NOT NULL,
    display_name VARCHAR(400) NOT NULL,
    labels LONGTEXT NOT NULL,
    node_id BINARY(16), -- the node that is enrolled again
    create_time BIGINT NOT NULL,
    expire_time BIGINT NOT NULL,
    use_time BIGINT,
    revoke_time BIGINT,
    key_hash BINARY(32), -- of the key that joined by it
    enrolled_node_id BINARY(16),
    PRIMARY KEY (id),
    UNIQUE KEY enrolment_tokens_token (token_hash),
    KEY enrolment_tokens_expire (expire_time)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
