-- What is worth an alert. A rule without an owner is the installation's; one without a server is about all of them.
CREATE TABLE IF NOT EXISTS alert_rules (
    id BLOB NOT NULL,
    owner_id BLOB,
    name TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    server_id BLOB, -- null is all servers
    condition_json TEXT NOT NULL,
    severity TEXT NOT NULL,
    channels_json TEXT NOT NULL,
    repeat_interval INTEGER, -- microseconds
    clear_duration INTEGER NOT NULL,
    create_time INTEGER NOT NULL,
    update_time INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS alert_rules_owner ON alert_rules (owner_id, id);

-- One row for each rule and server that is not resolved, and resolved ones for a while. The body is the whole alert;
-- the other columns are what it is looked up by.
CREATE TABLE IF NOT EXISTS alerts (
    id BLOB NOT NULL,
    open_rule_id BLOB, -- null when it is resolved
    server_id BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    state TEXT NOT NULL,
    severity TEXT NOT NULL,
    body TEXT NOT NULL,
    resolve_time INTEGER,
    generation INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS alerts_open ON alerts (open_rule_id, server_id);
CREATE INDEX IF NOT EXISTS alerts_owner ON alerts (owner_id, id);
CREATE INDEX IF NOT EXISTS alerts_server ON alerts (server_id, id);
CREATE INDEX IF NOT EXISTS alerts_state ON alerts (state, id);
CREATE INDEX IF NOT EXISTS alerts_resolve_time ON alerts (resolve_time);

-- Lines are only ever added. The body is the alert as it was afterwards.
CREATE TABLE IF NOT EXISTS alert_transitions (
    position INTEGER NOT NULL,
    id BLOB NOT NULL,
    alert_id BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    create_time INTEGER NOT NULL,
    PRIMARY KEY (position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS alert_transitions_id ON alert_transitions (id);
CREATE INDEX IF NOT EXISTS alert_transitions_alert ON alert_transitions (alert_id, position);
CREATE INDEX IF NOT EXISTS alert_transitions_owner ON alert_transitions (owner_id, position);

CREATE TABLE IF NOT EXISTS alert_silences (
    id BLOB NOT NULL,
    owner_id BLOB, -- null is everybody's alerts
    rule_id BLOB,
    server_id BLOB,
    severity TEXT,
    start_time INTEGER NOT NULL,
    end_time INTEGER NOT NULL,
    comment TEXT NOT NULL,
    created_by BLOB NOT NULL,
    create_time INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS alert_silences_owner ON alert_silences (owner_id, id);
CREATE INDEX IF NOT EXISTS alert_silences_end_time ON alert_silences (end_time);

-- How often each kind of row was written; whoever writes holds the counter until the transaction ends.
CREATE TABLE IF NOT EXISTS alert_counters (
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO alert_counters VALUES ('settings', 0), ('alerts', 0), ('transitions', 0);

-- The rules that an installation begins with. They are the operators' to change and to delete.
INSERT OR IGNORE INTO alert_rules VALUES
    (x'01995000000070008000000000000001', NULL, 'Processor over 90 %', 0, NULL,
     '{"kind":"metric","metric":"cpu_ratio","comparison":"above","threshold":9000,"clear_threshold":8000,"duration":{"secs":300,"nanos":0}}',
     'warning', '[]', NULL, 60000000, CAST(strftime('%s', 'now') AS INTEGER) * 1000000, CAST(strftime('%s', 'now') AS INTEGER) * 1000000, 1),
    (x'01995000000070008000000000000002', NULL, 'Memory over 90 %', 0, NULL,
     '{"kind":"metric","metric":"memory_ratio","comparison":"above","threshold":9000,"clear_threshold":8500,"duration":{"secs":300,"nanos":0}}',
     'warning', '[]', NULL, 60000000, CAST(strftime('%s', 'now') AS INTEGER) * 1000000, CAST(strftime('%s', 'now') AS INTEGER) * 1000000, 1),
    (x'01995000000070008000000000000003', NULL, 'Disk over 90 %', 0, NULL,
     '{"kind":"metric","metric":"disk_ratio","comparison":"above","threshold":9000,"clear_threshold":8500,"duration":{"secs":60,"nanos":0}}',
     'warning', '[]', NULL, 0, CAST(strftime('%s', 'now') AS INTEGER) * 1000000, CAST(strftime('%s', 'now') AS INTEGER) * 1000000, 1);
