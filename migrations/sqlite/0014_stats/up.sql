-- Figures over time, see docs/adr/0009. What is measured has a small number; 512 numbers are a block.
CREATE TABLE IF NOT EXISTS stat_subjects (
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject_id BLOB NOT NULL,
    PRIMARY KEY (number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS stat_subjects_subject ON stat_subjects (kind, subject_id);

-- One look at the subjects of a block.
CREATE TABLE IF NOT EXISTS stat_frames (
    block INTEGER NOT NULL,
    look_time INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (block, look_time)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS stat_frames_time ON stat_frames (look_time, block);

-- An hour of samples, or a day of bins, of one subject. With a rowid: without, rows of a kilobyte and more would each take
-- pages of their own, and rows lie in the order of days here, as they are written and removed.
CREATE TABLE IF NOT EXISTS stat_chunks (
    tier TEXT NOT NULL,
    start_time INTEGER NOT NULL,
    subject INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (tier, start_time, subject)
) STRICT;

-- A day whose samples are all there, and how far it is rolled up.
CREATE TABLE IF NOT EXISTS stat_days (
    day_start INTEGER NOT NULL,
    block INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    pending INTEGER NOT NULL,
    next_slot INTEGER NOT NULL,
    PRIMARY KEY (day_start, block)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS stat_days_pending ON stat_days (pending, day_start, block);

-- How long what is kept (microseconds), and the day before which there are no samples any more. One row.
CREATE TABLE IF NOT EXISTS stat_retention (
    name TEXT NOT NULL,
    raw_keep INTEGER NOT NULL,
    minute_keep INTEGER NOT NULL,
    ten_minutes_keep INTEGER NOT NULL,
    hour_keep INTEGER NOT NULL,
    raw_from INTEGER NOT NULL,
    update_time INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO stat_retention VALUES ('samples', 172800000000, 1209600000000, 5184000000000, 63072000000000, -9223372036854775807, 0, 1);
