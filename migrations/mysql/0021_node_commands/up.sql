-- What nodes are told to do, and how that went. `open` is 1 until a command has ended, and null from then on; `settled` is 1
-- once its node has said how it ended.
CREATE TABLE IF NOT EXISTS node_commands (
    id BINARY(16) NOT NULL,
    node_id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    action LONGTEXT NOT NULL,
    state VARCHAR(16) NOT NULL,
    problem LONGTEXT NOT NULL,
    create_time BIGINT NOT NULL,
    start_time BIGINT,
    end_time BIGINT,
    deadline_time BIGINT NOT NULL,
    cancel TINYINT(1) NOT NULL,
    open TINYINT(1),
    settled TINYINT(1) NOT NULL,
    PRIMARY KEY (id),
    KEY node_commands_node (node_id, id),
    KEY node_commands_open (open, node_id, id),
    KEY node_commands_deadline (open, deadline_time),
    KEY node_commands_create (open, create_time)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
