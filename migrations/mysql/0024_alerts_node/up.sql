-- Of alerts about nodes and containers `server_id` is what tells the thing from every other one, and `owner_id` nobody.
ALTER TABLE alerts ADD COLUMN node_id BINARY(16), ADD KEY alerts_node (node_id, id); -- null for servers
