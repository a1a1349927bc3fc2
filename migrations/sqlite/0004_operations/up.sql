-- Durable work and its log.

CREATE TABLE IF NOT EXISTS operations (
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    server_id BLOB NOT NULL,
    snapshot_id BLOB,
    owner_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    request_id BLOB,
    params TEXT NOT NULL,
    next_step INTEGER NOT NULL,
    step_count INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    run_after INTEGER NOT NULL,
    due_time INTEGER, -- when it may be claimed: run_after, or the end of its lease; null when nobody is to
    lease_owner TEXT,
    lease_until INTEGER NOT NULL,
    claim_id BLOB, -- which claim holds it
    epoch INTEGER NOT NULL,
    cancel_requested INTEGER NOT NULL,
    progress_percent INTEGER,
    progress_text TEXT NOT NULL,
    error_reason TEXT,
    error_message TEXT,
    error_detail TEXT,
    create_time INTEGER NOT NULL,
    start_time INTEGER,
    end_time INTEGER,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS operations_request ON operations (user_id, request_id);
CREATE INDEX IF NOT EXISTS operations_due ON operations (due_time);
CREATE INDEX IF NOT EXISTS operations_owner ON operations (owner_id, id);
CREATE INDEX IF NOT EXISTS operations_server ON operations (server_id, id);
CREATE INDEX IF NOT EXISTS operations_state ON operations (state, id);

-- Lines are only ever added.
CREATE TABLE IF NOT EXISTS operation_steps (
    id BLOB NOT NULL,
    operation_id BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    step_index INTEGER NOT NULL,
    name TEXT NOT NULL,
    direction TEXT NOT NULL,
    status TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    output TEXT NOT NULL,
    external_ref TEXT,
    detail TEXT NOT NULL,
    create_time INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS operation_steps_operation ON operation_steps (operation_id, id);
