//! The store's contract, on SQLite always and on MariaDB where `HOSTLER_TEST_MYSQL_URL` says where
//! one is (`mysql://user:password@host:port`, no database: each test makes its own).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking, and says on standard error what it skipped"
)]

#[path = "store/alerts.rs"]
mod alerts;
#[path = "store/cancellation.rs"]
mod cancellation;
#[path = "store/catalog.rs"]
mod catalog;
#[path = "store/contention.rs"]
mod contention;
#[path = "store/deliveries.rs"]
mod deliveries;
#[path = "store/errors.rs"]
mod errors;
#[path = "store/fixture.rs"]
mod fixture;
#[path = "store/housekeeping.rs"]
mod housekeeping;
#[path = "store/migrations.rs"]
mod migrations;
#[path = "store/node_commands.rs"]
mod node_commands;
#[path = "store/nodes.rs"]
mod nodes;
#[path = "store/operations.rs"]
mod operations;
#[path = "store/plans.rs"]
mod plans;
#[path = "store/presence.rs"]
mod presence;
#[path = "store/samples.rs"]
mod samples;
#[path = "store/servers.rs"]
mod servers;
#[path = "store/stats.rs"]
mod stats;
#[path = "store/stats_housekeeping.rs"]
mod stats_housekeeping;
#[path = "store/users.rs"]
mod users;
