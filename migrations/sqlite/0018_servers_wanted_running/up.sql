-- Whether the server is to run: one that is stopped all the same is down. Of servers that are there already, those that
-- run are, and those that were found stopped.
ALTER TABLE servers ADD COLUMN wanted_running INTEGER NOT NULL DEFAULT 0;
UPDATE servers SET wanted_running = 1
    WHERE state IN ('running', 'restarting') OR (state = 'stopped' AND state_reason <> '');
-- What is down is found without walking over all that is stopped.
CREATE INDEX IF NOT EXISTS servers_down ON servers (state, wanted_running, id);
