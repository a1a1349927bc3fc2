-- Who demotes an operator holds the rows of all of them, and no others.
ALTER TABLE users ADD KEY users_role (role, state);
