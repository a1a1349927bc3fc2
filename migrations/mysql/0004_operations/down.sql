DROP TABLE IF EXISTS operation_steps;
DROP TABLE IF EXISTS operations;
