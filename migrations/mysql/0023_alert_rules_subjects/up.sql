-- Rules are about nodes and containers, too. Those rows name a server that there is not, so that servers of the version
-- before, which know of servers only, hold nothing against them.
ALTER TABLE alert_rules ADD COLUMN subjects_json TEXT; -- null is the server, or all servers
