//! What the whole-system tests share: the server itself, its databases, its callers, and the programs
//! they start beside it.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking and says on standard error what it skips"
)]

pub mod api;
pub mod chaos_proxy;
pub mod contract;
pub mod database;
pub mod failure;
pub mod fakepve;
pub mod fault_plan;
pub mod grpc_web;
pub mod guests;
pub mod hook_sink;
pub mod life;
pub mod mailbox;
pub mod mariadb;
pub mod process;
pub mod prometheus;
pub mod pve_stub;
pub mod python;
pub mod raw;
pub mod remote_write;
pub mod required;
pub mod scripted_agent;
pub mod seed;
pub mod shell;
pub mod shifted_clock;
pub mod small_room;
pub mod smtp_sink;
pub mod test_server;
pub mod wait;
