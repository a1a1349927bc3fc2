//! Durable work against the real store and the simulated hypervisor: crashed, failed, cancelled and
//! raced at every step. On SQLite always, and on MariaDB where `HOSTLER_TEST_MYSQL_URL` says where
//! one is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::single_match_else,
    dead_code,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking, and says on standard error what it skipped"
)]

#[path = "store/fixture.rs"]
mod fixture;

#[path = "operations/cancels.rs"]
mod cancels;
#[path = "operations/course.rs"]
mod course;
#[path = "operations/crashes.rs"]
mod crashes;
#[path = "operations/failures.rs"]
mod failures;
#[path = "operations/forgetting.rs"]
mod forgetting;
#[path = "operations/history.rs"]
mod history;
#[path = "operations/lab.rs"]
mod lab;
#[path = "operations/lanes.rs"]
mod lanes;
#[path = "operations/plan.rs"]
mod plan;
#[path = "operations/pools.rs"]
mod pools;
#[path = "operations/reconcile.rs"]
mod reconcile;
#[path = "operations/refusals.rs"]
mod refusals;
#[path = "operations/requests.rs"]
mod requests;
#[path = "operations/scenario.rs"]
mod scenario;
#[path = "operations/seizure.rs"]
mod seizure;
#[path = "operations/snapshots.rs"]
mod snapshots;
#[path = "operations/stranded.rs"]
mod stranded;
#[path = "operations/sweeps.rs"]
mod sweeps;
#[path = "operations/view.rs"]
mod view;
#[path = "operations/watches.rs"]
mod watches;
#[path = "operations/workers.rs"]
mod workers;
