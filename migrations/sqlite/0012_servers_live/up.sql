-- Lists leave deleted servers out without walking over them: `live_id` is null when the server is deleted.
ALTER TABLE servers ADD COLUMN live_id BLOB GENERATED ALWAYS AS (CASE WHEN state <> 'deleted' THEN id END) VIRTUAL;
CREATE INDEX IF NOT EXISTS servers_owner_live ON servers (owner_id, live_id);
CREATE INDEX IF NOT EXISTS servers_live ON servers (live_id);
-- Deleted servers are removed, oldest first.
CREATE INDEX IF NOT EXISTS servers_delete_time ON servers (delete_time);
