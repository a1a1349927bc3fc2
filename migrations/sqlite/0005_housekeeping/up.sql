-- What keeps the system itself going.

-- Which request ids were carried out, and what they made or changed.
CREATE TABLE IF NOT EXISTS requests (
    user_id BLOB NOT NULL,
    request_id BLOB NOT NULL,
    resource BLOB NOT NULL,
    create_time INTEGER NOT NULL,
    PRIMARY KEY (user_id, request_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS requests_create ON requests (create_time);

CREATE TABLE IF NOT EXISTS audit_events (
    id BLOB NOT NULL,
    user_id BLOB,
    credential TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    address TEXT NOT NULL,
    request_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    create_time INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS outbox (
    id BLOB NOT NULL,
    body TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    run_after INTEGER NOT NULL,
    due_time INTEGER, -- when it may be claimed: run_after, or the end of its lease; null when it is done
    lease_owner TEXT,
    claim_id BLOB,
    last_error TEXT NOT NULL,
    gave_up INTEGER NOT NULL,
    create_time INTEGER NOT NULL,
    done_time INTEGER,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS outbox_due ON outbox (due_time);
CREATE INDEX IF NOT EXISTS outbox_done ON outbox (done_time);

-- Keys are hashed: they hold addresses of people.
CREATE TABLE IF NOT EXISTS throttles (
    key_hash BLOB NOT NULL,
    hits INTEGER NOT NULL,
    window_end INTEGER NOT NULL,
    PRIMARY KEY (key_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS throttles_window ON throttles (window_end);
