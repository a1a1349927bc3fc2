ALTER TABLE servers
    DROP KEY servers_delete_time,
    DROP KEY servers_live,
    DROP KEY servers_owner_live,
    DROP COLUMN live_id;
