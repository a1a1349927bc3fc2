-- Who demotes an operator holds the rows of all of them, and no others.
CREATE INDEX IF NOT EXISTS users_role ON users (role, state);
