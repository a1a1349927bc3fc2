-- What the last comparison with each hypervisor found, for operators; and the index that it reads its servers by.
CREATE TABLE IF NOT EXISTS sweep_reports (
    hypervisor TEXT NOT NULL,
    report TEXT NOT NULL,
    update_time INTEGER NOT NULL,
    PRIMARY KEY (hypervisor)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS servers_hypervisor ON servers (hypervisor, id);
