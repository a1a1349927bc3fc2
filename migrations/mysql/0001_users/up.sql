-- People, how they sign in, and the tokens of their programs.

CREATE TABLE IF NOT EXISTS users (
    id BINARY(16) NOT NULL,
    email VARCHAR(254) NOT NULL, -- in lower case
    email_verified TINYINT(1) NOT NULL,
    password_hash TEXT NOT NULL,
    display_name TEXT NOT NULL,
    locale VARCHAR(8) NOT NULL,
    role VARCHAR(16) NOT NULL,
    state VARCHAR(16) NOT NULL,
    create_time BIGINT NOT NULL,
    update_time BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY users_email (email)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Single-use links; nothing in them is secret.
CREATE TABLE IF NOT EXISTS email_tokens (
    id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    create_time BIGINT NOT NULL,
    expire_time BIGINT NOT NULL,
    use_time BIGINT,
    PRIMARY KEY (id),
    KEY email_tokens_user (user_id, kind),
    KEY email_tokens_expire (expire_time)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS sessions (
    id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    refresh_hash BINARY(32) NOT NULL,
    previous_hash BINARY(32),
    device_name TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    address VARCHAR(64) NOT NULL,
    create_time BIGINT NOT NULL,
    last_used_time BIGINT NOT NULL,
    expire_time BIGINT NOT NULL,
    revoke_time BIGINT,
    PRIMARY KEY (id),
    KEY sessions_user (user_id, id),
    KEY sessions_expire (expire_time),
    KEY sessions_revoke (revoke_time)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE IF NOT EXISTS api_tokens (
    id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    name VARCHAR(255) NOT NULL,
    live_name VARCHAR(255), -- the name until it is revoked: live names are unique, old ones are not
    scopes TEXT NOT NULL, -- codes with spaces between
    prefix VARCHAR(32) NOT NULL,
    hash BINARY(32) NOT NULL,
    create_time BIGINT NOT NULL,
    expire_time BIGINT,
    last_used_time BIGINT,
    revoke_time BIGINT,
    PRIMARY KEY (id),
    UNIQUE KEY api_tokens_hash (hash),
    UNIQUE KEY api_tokens_live_name (user_id, live_name)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
