ALTER TABLE alerts DROP KEY alerts_severity;
