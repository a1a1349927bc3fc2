DROP TABLE IF EXISTS node_commands;
