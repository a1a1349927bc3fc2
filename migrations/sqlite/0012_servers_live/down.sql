DROP INDEX IF EXISTS servers_delete_time;
DROP INDEX IF EXISTS servers_live;
DROP INDEX IF EXISTS servers_owner_live;
ALTER TABLE servers DROP COLUMN live_id;
