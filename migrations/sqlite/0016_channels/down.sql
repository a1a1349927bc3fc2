DROP TABLE IF EXISTS notification_preferences;
DROP TABLE IF EXISTS notifications;
DROP TABLE IF EXISTS deliveries;
DROP TABLE IF EXISTS channels;
