-- Whether the server is to run: one that is stopped all the same is down. Of servers that are there already, those that
-- run are, and those that were found stopped. The index finds what is down without walking over all that is stopped.
ALTER TABLE servers
    ADD COLUMN wanted_running TINYINT(1) NOT NULL DEFAULT 0,
    ADD KEY servers_down (state, wanted_running, id);
UPDATE servers SET wanted_running = 1
    WHERE state IN ('running', 'restarting') OR (state = 'stopped' AND state_reason <> '');
