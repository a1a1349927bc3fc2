DROP TABLE IF EXISTS alert_counters;
DROP TABLE IF EXISTS alert_silences;
DROP TABLE IF EXISTS alert_transitions;
DROP TABLE IF EXISTS alerts;
DROP TABLE IF EXISTS alert_rules;
