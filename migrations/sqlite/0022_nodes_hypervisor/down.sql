DROP INDEX IF EXISTS nodes_hypervisor;
ALTER TABLE nodes DROP COLUMN hypervisor_node;
ALTER TABLE nodes DROP COLUMN hypervisor;
