-- Of alerts about nodes and containers `server_id` is what tells the thing from every other one, and `owner_id` nobody.
ALTER TABLE alerts ADD COLUMN node_id BLOB; -- null for servers
CREATE INDEX IF NOT EXISTS alerts_node ON alerts (node_id, id);
