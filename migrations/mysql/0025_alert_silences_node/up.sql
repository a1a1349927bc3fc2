-- Silences of one node name a server that there is not.
ALTER TABLE alert_silences ADD COLUMN node_id BINARY(16);
