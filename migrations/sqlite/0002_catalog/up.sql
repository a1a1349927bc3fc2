-- What is sold, what it runs on, and the addresses and numbers it is given.

CREATE TABLE IF NOT EXISTS tariffs (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    cpu_millicores INTEGER NOT NULL,
    memory_bytes INTEGER NOT NULL,
    disk_bytes INTEGER NOT NULL,
    price_minor INTEGER NOT NULL, -- a month, in the smallest unit of the currency
    currency TEXT NOT NULL,
    network_bytes_per_second INTEGER NOT NULL, -- 0 is unlimited
    snapshot_limit INTEGER NOT NULL,
    state TEXT NOT NULL,
    create_time INTEGER NOT NULL,
    update_time INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS tariffs_name ON tariffs (name);

CREATE TABLE IF NOT EXISTS operating_systems (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    family TEXT NOT NULL,
    template TEXT NOT NULL,
    nesting INTEGER NOT NULL,
    min_memory_bytes INTEGER NOT NULL,
    min_disk_bytes INTEGER NOT NULL,
    state TEXT NOT NULL,
    create_time INTEGER NOT NULL,
    update_time INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS operating_systems_name ON operating_systems (name, version);

CREATE TABLE IF NOT EXISTS ip_pools (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    hypervisor TEXT NOT NULL,
    bridge TEXT NOT NULL,
    vlan_tag INTEGER,
    kind TEXT NOT NULL,
    network TEXT NOT NULL,
    gateway TEXT,
    first_address BLOB NOT NULL,
    last_address BLOB NOT NULL,
    nameservers TEXT NOT NULL, -- with spaces between
    create_time INTEGER NOT NULL,
    update_time INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS ip_pools_name ON ip_pools (name);

-- One row for each address of a static pool; a guarded update claims it.
CREATE TABLE IF NOT EXISTS ip_addresses (
    id BLOB NOT NULL,
    pool_id BLOB NOT NULL,
    address BLOB NOT NULL, -- 4 or 16 bytes, so that they sort
    server_id BLOB,
    free_time INTEGER NOT NULL, -- when it was given back; 0 when it was never used
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS ip_addresses_address ON ip_addresses (pool_id, address);
CREATE UNIQUE INDEX IF NOT EXISTS ip_addresses_holder ON ip_addresses (server_id, pool_id);
CREATE INDEX IF NOT EXISTS ip_addresses_free ON ip_addresses (pool_id, server_id, free_time, address);

CREATE TABLE IF NOT EXISTS vmid_counters (
    hypervisor TEXT NOT NULL,
    next_vmid INTEGER NOT NULL,
    PRIMARY KEY (hypervisor)
) STRICT, WITHOUT ROWID;
