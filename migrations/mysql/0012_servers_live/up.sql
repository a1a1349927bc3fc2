-- Lists leave deleted servers out without walking over them: `live_id` is null when the server is deleted.
-- `delete_time` is for their removal, oldest first.
ALTER TABLE servers
    ADD COLUMN live_id BINARY(16) GENERATED ALWAYS AS (CASE WHEN state <> 'deleted' THEN id END) VIRTUAL,
    ADD KEY servers_owner_live (owner_id, live_id),
    ADD KEY servers_live (live_id),
    ADD KEY servers_delete_time (delete_time);
