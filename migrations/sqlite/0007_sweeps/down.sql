DROP INDEX IF EXISTS servers_hypervisor;
DROP TABLE IF EXISTS sweep_reports;
