-- What the last comparison with each hypervisor found, for operators; and the index that it reads its servers by.
CREATE TABLE IF NOT EXISTS sweep_reports (
    hypervisor VARCHAR(64) NOT NULL,
    report LONGTEXT NOT NULL,
    update_time BIGINT NOT NULL,
    PRIMARY KEY (hypervisor)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
ALTER TABLE servers ADD KEY servers_hypervisor (hypervisor, id);
