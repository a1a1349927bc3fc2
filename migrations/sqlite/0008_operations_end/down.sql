DROP INDEX IF EXISTS operations_end;
