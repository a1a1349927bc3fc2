-- Alerts are listed by their severity alone, too.
ALTER TABLE alerts ADD KEY alerts_severity (severity, id);
