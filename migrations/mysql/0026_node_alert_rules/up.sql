-- The rules about nodes that an installation begins with.
INSERT IGNORE INTO alert_rules
    (id, owner_id, name, disabled, server_id, condition_json, severity, channels_json, repeat_interval, clear_duration,
     create_time, update_time, generation, subjects_json) VALUES
    (x'01995000000070008000000000000004', NULL, 'Node offline', 0, x'00000000000000000000000000000000',
     '{"kind":"node_offline","duration":{"secs":60,"nanos":0}}',
     'critical', '[]', NULL, 30000000, UNIX_TIMESTAMP() * 1000000, UNIX_TIMESTAMP() * 1000000, 1, '{"nodes":"all"}'),
    (x'01995000000070008000000000000005', NULL, 'Node processor over 90 %', 0, x'00000000000000000000000000000000',
     '{"kind":"metric","metric":"cpu_ratio","comparison":"above","threshold":9000,"clear_threshold":8000,"duration":{"secs":300,"nanos":0}}',
     'warning', '[]', NULL, 60000000, UNIX_TIMESTAMP() * 1000000, UNIX_TIMESTAMP() * 1000000, 1, '{"nodes":"all"}'),
    (x'01995000000070008000000000000006', NULL, 'Node memory over 90 %', 0, x'00000000000000000000000000000000',
     '{"kind":"metric","metric":"memory_ratio","comparison":"above","threshold":9000,"clear_threshold":8500,"duration":{"secs":300,"nanos":0}}',
     'warning', '[]', NULL, 60000000, UNIX_TIMESTAMP() * 1000000, UNIX_TIMESTAMP() * 1000000, 1, '{"nodes":"all"}'),
    (x'01995000000070008000000000000007', NULL, 'Node disk over 90 %', 0, x'00000000000000000000000000000000',
     '{"kind":"metric","metric":"disk_ratio","comparison":"above","threshold":9000,"clear_threshold":8500,"duration":{"secs":60,"nanos":0}}',
     'warning', '[]', NULL, 0, UNIX_TIMESTAMP() * 1000000, UNIX_TIMESTAMP() * 1000000, 1, '{"nodes":"all"}');
UPDATE alert_counters SET value = value + 1 WHERE name = 'settings';
