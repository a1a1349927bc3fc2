DELETE FROM alert_rules WHERE subjects_json IS NOT NULL;
ALTER TABLE alert_rules DROP COLUMN subjects_json;
