-- What is worth an alert. A rule without an owner is the installation's; one without a server is about all of them.
CREATE TABLE IF NOT EXISTS alert_rules (
    id BINARY(16) NOT NULL,
    owner_id BINARY(16),
    name VARCHAR(255) NOT NULL,
    disabled TINYINT(1) NOT NULL,
    server_id BINARY(16), -- null is all servers
    condition_json TEXT NOT NULL,
    severity VARCHAR(16) NOT NULL,
    channels_json TEXT NOT NULL,
    repeat_interval BIGINT, -- microseconds
    clear_duration BIGINT NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    PRIMARY KEY (id),
    KEY alert_rules_owner (owner_id, id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row for each rule and server that is not resolved, and resolved ones for a while. The body is the whole alert;
-- the other columns are what it is looked up by.
CREATE TABLE IF NOT EXISTS alerts (
    id BINARY(16) NOT NULL,
    open_rule_id BINARY(16), -- null when it is resolved
    server_id BINARY(16) NOT NULL,
    owner_id BINARY(16) NOT NULL,
    state VARCHAR(16) NOT NULL,
    severity VARCHAR(16) NOT NULL,
    body TEXT NOT NULL,
    resolve_time BIGINT,
    generation BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY alerts_open (open_rule_id, server_id),
    KEY alerts_owner (owner_id, id),
    KEY alerts_server (server_id, id),
    KEY alerts_state (state, id),
    KEY alerts_resolve_time (resolve_time)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Lines are only ever added. The body is the alert as it was afterwards.
CREATE TABLE IF NOT EXISTS alert_transitions (
    position BIGINT NOT NULL,
    id BINARY(16) NOT NULL,
    alert_id BINARY(16) NOT NULL,
    owner_id BINARY(16) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    body TEXT NOT NULL,
    create_time BIGINT NOT NULL,
    PRIMARY KEY (position),
    UNIQUE KEY alert_transitions_id (id),
    KEY alert_transitions_alert (alert_id, position),
    KEY alert_transitions_owner (owner_id, position)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS alert_silences (
    id BINARY(16) NOT NULL,
    owner_id BINARY(16), -- null is everybody's alerts
    rule_id BINARY(16),
    server_id BINARY(16),
    severity VARCHAR(16),
    start_time BIGINT NOT NULL,
    end_time BIGINT NOT NULL,
    comment TEXT NOT NULL,
    created_by BINARY(16) NOT NULL,
    create_time BIGINT NOT NULL,
    PRIMARY KEY (id),
    KEY alert_silences_owner (owner_id, id),
    KEY alert_silences_end_time (end_time)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- How often each kind of row was written; whoever writes holds the counter until the transaction ends.
CREATE TABLE IF NOT EXISTS alert_counters (
    name VARCHAR(16) NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT IGNORE INTO alert_counters VALUES ('settings', 0), ('alerts', 0), ('transitions', 0);

-- The rules that an installation begins with. They are the operators' to change and to delete.
INSERT IGNORE INTO alert_rules VALUES
    (x'01995000000070008000000000000001', NULL, 'Processor over 90 %', 0, NULL,
     '{"kind":"metric","metric":"cpu_ratio","comparison":"above","threshold":9000,"clear_threshold":8000,"duration":{"secs":300,"nanos":0}}',
     'warning', '[]', NULL, 60000000, UNIX_TIMESTAMP() * 1000000, UNIX_TIMESTAMP() * 1000000, 1),
    (x'01995000000070008000000000000002', NULL, 'Memory over 90 %', 0, NULL,
     '{"kind":"metric","metric":"memory_ratio","comparison":"above","threshold":9000,"clear_threshold":8500,"duration":{"secs":300,"nanos":0}}',
     'warning', '[]', NULL, 60000000, UNIX_TIMESTAMP() * 1000000, UNIX_TIMESTAMP() * 1000000, 1),
    (x'01995000000070008000000000000003', NULL, 'Disk over 90 %', 0, NULL,
     '{"kind":"metric","metric":"disk_ratio","comparison":"above","threshold":9000,"clear_threshold":8500,"duration":{"secs":60,"nanos":0}}',
     'warning', '[]', NULL, 0, UNIX_TIMESTAMP() * 1000000, UNIX_TIMESTAMP() * 1000000, 1);
