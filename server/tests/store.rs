//! The store's contract, on SQLite always and on MariaDB where `HOSTLER_TEST_MYSQL_URL` says where
//! one is (`mysql://user:password@host:port`, no database: each test makes its own).

#[path = "store/fixture.rs"]
mod fixture;
#[path = "store/samples.rs"]
mod samples;
#[path = "store/users.rs"]
mod users;
