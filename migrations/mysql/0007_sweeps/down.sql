DROP TABLE IF EXISTS sweep_reports;
ALTER TABLE servers DROP KEY servers_hypervisor;
