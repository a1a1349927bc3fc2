DROP INDEX IF EXISTS alerts_severity;
