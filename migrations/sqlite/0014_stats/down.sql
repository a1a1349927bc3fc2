DROP TABLE IF EXISTS stat_retention;
DROP TABLE IF EXISTS stat_days;
DROP TABLE IF EXISTS stat_chunks;
DROP TABLE IF EXISTS stat_frames;
DROP TABLE IF EXISTS stat_subjects;
