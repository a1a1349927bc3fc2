-- Alerts are listed by their severity alone, too.
CREATE INDEX IF NOT EXISTS alerts_severity ON alerts (severity, id);
