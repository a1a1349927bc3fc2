DELETE FROM alert_silences WHERE node_id IS NOT NULL;
ALTER TABLE alert_silences DROP COLUMN node_id;
