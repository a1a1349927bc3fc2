-- What nodes are told to do, and how that went. `open` is 1 until a command has ended, and null from then on; `settled` is 1
-- once its node has said how it ended.
CREATE TABLE IF NOT EXISTS node_commands (
    id BLOB NOT NULL,
    node_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    action TEXT NOT NULL,
    state TEXT NOT NULL,
    problem TEXT NOT NULL,
    create_time INTEGER NOT NULL,
    start_time INTEGER,
    end_time INTEGER,
    deadline_time INTEGER NOT NULL,
    cancel INTEGER NOT NULL,
    open INTEGER,
    settled INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS node_commands_node ON node_commands (node_id, id);
CREATE INDEX IF NOT EXISTS node_commands_open ON node_commands (open, node_id, id);
CREATE INDEX IF NOT EXISTS node_commands_deadline ON node_commands (open, deadline_time);
CREATE INDEX IF NOT EXISTS node_commands_create ON node_commands (open, create_time);
