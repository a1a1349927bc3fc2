CREATE INDEX IF NOT EXISTS servers_hypervisor ON servers (hypervisor, id);
DROP INDEX IF EXISTS servers_hypervisor_live;
