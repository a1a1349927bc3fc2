-- People, how they sign in, and the tokens of their programs.

CREATE TABLE IF NOT EXISTS users (
    id BLOB NOT NULL,
    email TEXT NOT NULL, -- in lower case
    email_verified INTEGER NOT NULL,
    password_hash TEXT NOT NULL,
    display_name TEXT NOT NULL,
    locale TEXT NOT NULL,
    role TEXT NOT NULL,
    state TEXT NOT NULL,
    create_time INTEGER NOT NULL,
    update_time INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS users_email ON users (email);

-- Single-use links; nothing in them is secret.
CREATE TABLE IF NOT EXISTS email_tokens (
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    create_time INTEGER NOT NULL,
    expire_time INTEGER NOT NULL,
    use_time INTEGER,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS email_tokens_user ON email_tokens (user_id, kind);
CREATE INDEX IF NOT EXISTS email_tokens_expire ON email_tokens (expire_time);

CREATE TABLE IF NOT EXISTS sessions (
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    refresh_hash BLOB NOT NULL,
    previous_hash BLOB,
    device_name TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    create_time INTEGER NOT NULL,
    last_used_time INTEGER NOT NULL,
    expire_time INTEGER NOT NULL,
    revoke_time INTEGER,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sessions_user ON sessions (user_id, id);
CREATE INDEX IF NOT EXISTS sessions_expire ON sessions (expire_time);
CREATE INDEX IF NOT EXISTS sessions_revoke ON sessions (revoke_time);

CREATE TABLE IF NOT EXISTS api_tokens (
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    name TEXT NOT NULL,
    live_name TEXT, -- the name until it is revoked: live names are unique, old ones are not
    scopes TEXT NOT NULL, -- codes with spaces between
    prefix TEXT NOT NULL,
    hash BLOB NOT NULL,
    create_time INTEGER NOT NULL,
    expire_time INTEGER,
    last_used_time INTEGER,
    revoke_time INTEGER,
    PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS api_tokens_hash ON api_tokens (hash);
CREATE UNIQUE INDEX IF NOT EXISTS api_tokens_live_name ON api_tokens (user_id, live_name);
