-- Machines with an agent. `epoch` grows with each session, `generation` with what operators change.
CREATE TABLE IF NOT EXISTS nodes (
    id BLOB NOT NULL,
    display_name TEXT NOT NULL,
    labels TEXT NOT NULL,
    state TEXT NOT NULL,
    facts TEXT, -- null before its agent came
    boot_id TEXT NOT NULL,
    key_hash BLOB, -- null once it was taken away
    next_key_hash BLOB,
    epoch INTEGER NOT NULL,
    instance TEXT, -- the process that holds the session
    attach_time INTEGER,
    seen_time INTEGER,
    create_time INTEGER NOT NULL,
    update_time INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS nodes_key ON nodes (key_hash);
CREATE UNIQUE INDEX IF NOT EXISTS nodes_next_key ON nodes (next_key_hash);
CREATE INDEX IF NOT EXISTS nodes_state ON nodes (state, id);
CREATE INDEX IF NOT EXISTS nodes_instance ON nodes (instance, state);

CREATE TABLE IF NOT EXISTS node_events (
    id BLOB NOT NULL,
    node_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    event_time INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS node_events_node ON node_events (node_id, id);
CREATE INDEX IF NOT EXISTS node_events_time ON node_events (event_time);

CREATE TABLE IF NOT EXISTS enrolment_tokens (
    id BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    display_name TEXT NOT NULL,
    labels TEXT NOT NULL,
    node_id BLOB, -- the node that is enrolled again
    create_time INTEGER NOT NULL,
    expire_time INTEGER NOT NULL,
    use_time INTEGER,
    revoke_time INTEGER,
    key_hash BLOB, -- of the key that joined by it
    enrolled_node_id BLOB,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS enrolment_tokens_token ON enrolment_tokens (token_hash);
CREATE INDEX IF NOT EXISTS enrolment_tokens_expire ON enrolment_tokens (expire_time);
