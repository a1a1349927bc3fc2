DROP INDEX IF EXISTS servers_down;
ALTER TABLE servers DROP COLUMN wanted_running;
