ALTER TABLE nodes
    DROP KEY nodes_hypervisor,
    DROP COLUMN hypervisor_node,
    DROP COLUMN hypervisor;
