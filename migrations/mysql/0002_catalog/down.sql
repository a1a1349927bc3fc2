DROP TABLE IF EXISTS vmid_counters;
DROP TABLE IF EXISTS ip_addresses;
DROP TABLE IF EXISTS ip_pools;
DROP TABLE IF EXISTS operating_systems;
DROP TABLE IF EXISTS tariffs;
