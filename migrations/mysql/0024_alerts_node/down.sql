DELETE FROM alerts WHERE node_id IS NOT NULL;
ALTER TABLE alerts DROP KEY alerts_node, DROP COLUMN node_id;
