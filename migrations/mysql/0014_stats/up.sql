-- Figures over time, see docs/adr/0009. What is measured has a small number; 512 numbers are a block.
CREATE TABLE IF NOT EXISTS stat_subjects (
    number BIGINT NOT NULL,
    kind VARCHAR(16) NOT NULL,
    subject_id BINARY(16) NOT NULL,
    PRIMARY KEY (number),
    UNIQUE KEY stat_subjects_subject (kind, subject_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One look at the subjects of a block.
CREATE TABLE IF NOT EXISTS stat_frames (
    block BIGINT NOT NULL,
    look_time BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    body MEDIUMBLOB NOT NULL,
    PRIMARY KEY (block, look_time),
    KEY stat_frames_time (look_time, block)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- An hour of samples, or a day of bins, of one subject. The key begins with the day: rows lie as they are written and removed.
CREATE TABLE IF NOT EXISTS stat_chunks (
    tier VARCHAR(16) NOT NULL,
    start_time BIGINT NOT NULL,
    subject BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    body MEDIUMBLOB NOT NULL,
    PRIMARY KEY (tier, start_time, subject)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A day whose samples are all there, and how far it is rolled up.
CREATE TABLE IF NOT EXISTS stat_days (
    day_start BIGINT NOT NULL,
    block BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    pending TINYINT(1) NOT NULL,
    next_slot BIGINT NOT NULL,
    PRIMARY KEY (day_start, block),
    KEY stat_days_pending (pending, day_start, block)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- How long what is kept (microseconds), and the day before which there are no samples any more. One row.
CREATE TABLE IF NOT EXISTS stat_retention (
    name VARCHAR(16) NOT NULL,
    raw_keep BIGINT NOT NULL,
    minute_keep BIGINT NOT NULL,
    ten_minutes_keep BIGINT NOT NULL,
    hour_keep BIGINT NOT NULL,
    raw_from BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT IGNORE INTO stat_retention VALUES ('samples', 172800000000, 1209600000000, 5184000000000, 63072000000000, -9223372036854775807, 0, 1);
