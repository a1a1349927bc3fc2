-- The machine of a hypervisor that a node is, when an operator has said so.
ALTER TABLE nodes
    ADD COLUMN hypervisor VARCHAR(64),
    ADD COLUMN hypervisor_node VARCHAR(63),
    ADD UNIQUE KEY nodes_hypervisor (hypervisor, hypervisor_node);
