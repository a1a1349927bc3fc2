-- The servers, their snapshots and what happened to them.

CREATE TABLE IF NOT EXISTS servers (
    id BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    name TEXT NOT NULL,
    live_name TEXT, -- the name until it is deleted: live names are unique, old ones are not
    state TEXT NOT NULL,
    state_reason TEXT NOT NULL,
    tariff_id BLOB NOT NULL,
    operating_system_id BLOB NOT NULL,
    cpu_millicores INTEGER NOT NULL,
    memory_bytes INTEGER NOT NULL,
    disk_bytes INTEGER NOT NULL,
    price_minor INTEGER NOT NULL,
    currency TEXT NOT NULL,
    hypervisor TEXT,
    node TEXT,
    vmid INTEGER,
    ip_pool_id BLOB NOT NULL,
    operation_id BLOB, -- the operation that has it to itself
    create_time INTEGER NOT NULL,
    update_time INTEGER NOT NULL,
    delete_time INTEGER,
    generation INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS servers_live_name ON servers (owner_id, live_name);
CREATE INDEX IF NOT EXISTS servers_owner ON servers (owner_id, id);
CREATE INDEX IF NOT EXISTS servers_state ON servers (state, id);
CREATE INDEX IF NOT EXISTS servers_tariff ON servers (tariff_id, live_name);
CREATE INDEX IF NOT EXISTS servers_operating_system ON servers (operating_system_id, live_name);

CREATE TABLE IF NOT EXISTS snapshots (
    id BLOB NOT NULL,
    server_id BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    state TEXT NOT NULL,
    cpu_millicores INTEGER NOT NULL,
    memory_bytes INTEGER NOT NULL,
    disk_bytes INTEGER NOT NULL,
    create_time INTEGER NOT NULL,
    update_time INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS snapshots_name ON snapshots (server_id, name);
CREATE INDEX IF NOT EXISTS snapshots_server ON snapshots (server_id, id);

CREATE TABLE IF NOT EXISTS events (
    id BLOB NOT NULL,
    server_id BLOB,
    owner_id BLOB NOT NULL,
    operation_id BLOB,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    create_time INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS events_server ON events (server_id, id);
