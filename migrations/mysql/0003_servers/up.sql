-- The servers, their snapshots and what happened to them.

CREATE TABLE IF NOT EXISTS servers (
    id BINARY(16) NOT NULL,
    owner_id BINARY(16) NOT NULL,
    name VARCHAR(63) NOT NULL,
    live_name VARCHAR(63), -- the name until it is deleted: live names are unique, old ones are not
    state VARCHAR(16) NOT NULL,
    state_reason TEXT NOT NULL,
    tariff_id BINARY(16) NOT NULL,
    operating_system_id BINARY(16) NOT NULL,
    cpu_millicores BIGINT NOT NULL,
    memory_bytes BIGINT NOT NULL,
    disk_bytes BIGINT NOT NULL,
    price_minor BIGINT NOT NULL,
    currency VARCHAR(3) NOT NULL,
    hypervisor VARCHAR(64),
    node VARCHAR(64),
    vmid BIGINT,
    ip_pool_id BINARY(16) NOT NULL,
    operation_id BINARY(16), -- the operation that has it to itself
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    delete_time BIGINT,
    generation BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY servers_live_name (owner_id, live_name),
    KEY servers_owner (owner_id, id),
    KEY servers_state (state, id),
    KEY servers_tariff (tariff_id, live_name),
    KEY servers_operating_system (operating_system_id, live_name)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS snapshots (
    id BINARY(16) NOT NULL,
    server_id BINARY(16) NOT NULL,
    owner_id BINARY(16) NOT NULL,
    name VARCHAR(64) NOT NULL,
    description TEXT NOT NULL,
    state VARCHAR(16) NOT NULL,
    cpu_millicores BIGINT NOT NULL,
    memory_bytes BIGINT NOT NULL,
    disk_bytes BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY snapshots_name (server_id, name),
    KEY snapshots_server (server_id, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS events (
    id BINARY(16) NOT NULL,
    server_id BINARY(16),
    owner_id BINARY(16) NOT NULL,
    operation_id BINARY(16),
    kind VARCHAR(64) NOT NULL,
    text TEXT NOT NULL,
    create_time BIGINT NOT NULL,
    PRIMARY KEY (id),
    KEY events_server (server_id, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
