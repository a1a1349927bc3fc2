-- The machine of a hypervisor that a node is, when an operator has said so.
ALTER TABLE nodes ADD COLUMN hypervisor TEXT;
ALTER TABLE nodes ADD COLUMN hypervisor_node TEXT;
CREATE UNIQUE INDEX IF NOT EXISTS nodes_hypervisor ON nodes (hypervisor, hypervisor_node);
