-- What is sold, what it runs on, and the addresses and numbers it is given.

CREATE TABLE IF NOT EXISTS tariffs (
    id BINARY(16) NOT NULL,
    name VARCHAR(255) NOT NULL,
    description TEXT NOT NULL,
    cpu_millicores BIGINT NOT NULL,
    memory_bytes BIGINT NOT NULL,
    disk_bytes BIGINT NOT NULL,
    price_minor BIGINT NOT NULL, -- a month, in the smallest unit of the currency
    currency VARCHAR(3) NOT NULL,
    network_bytes_per_second BIGINT NOT NULL, -- 0 is unlimited
    snapshot_limit BIGINT NOT NULL,
    state VARCHAR(16) NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY tariffs_name (name)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS operating_systems (
    id BINARY(16) NOT NULL,
    name VARCHAR(255) NOT NULL,
    version VARCHAR(64) NOT NULL,
    family VARCHAR(64) NOT NULL,
    template TEXT NOT NULL,
    nesting TINYINT(1) NOT NULL,
    min_memory_bytes BIGINT NOT NULL,
    min_disk_bytes BIGINT NOT NULL,
    state VARCHAR(16) NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY operating_systems_name (name, version)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS ip_pools (
    id BINARY(16) NOT NULL,
    name VARCHAR(255) NOT NULL,
    hypervisor VARCHAR(64) NOT NULL,
    bridge VARCHAR(64) NOT NULL,
    vlan_tag BIGINT,
    kind VARCHAR(16) NOT NULL,
    network VARCHAR(64) NOT NULL,
    gateway VARCHAR(64),
    first_address VARBINARY(16) NOT NULL,
    last_address VARBINARY(16) NOT NULL,
    nameservers TEXT NOT NULL, -- with spaces between
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY ip_pools_name (name)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row for each address of a static pool; a guarded update claims it.
CREATE TABLE IF NOT EXISTS ip_addresses (
    id BINARY(16) NOT NULL,
    pool_id BINARY(16) NOT NULL,
    address VARBINARY(16) NOT NULL, -- 4 or 16 bytes, so that they sort
    server_id BINARY(16),
    free_time BIGINT NOT NULL, -- when it was given back; 0 when it was never used
    PRIMARY KEY (id),
    UNIQUE KEY ip_addresses_address (pool_id, address),
    UNIQUE KEY ip_addresses_holder (server_id, pool_id),
    KEY ip_addresses_free (pool_id, server_id, free_time, address)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS vmid_counters (
    hypervisor VARCHAR(64) NOT NULL,
    next_vmid BIGINT NOT NULL,
    PRIMARY KEY (hypervisor)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
