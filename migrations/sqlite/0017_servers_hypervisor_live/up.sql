-- A sweep reads the live servers of its hypervisor page by page: in the order of this index, nothing is sorted.
CREATE INDEX IF NOT EXISTS servers_hypervisor_live ON servers (hypervisor, live_id);
DROP INDEX IF EXISTS servers_hypervisor;
