ALTER TABLE servers
    DROP KEY servers_down,
    DROP COLUMN wanted_running;
