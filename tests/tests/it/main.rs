//! Whole-system tests: one file per noun, one binary.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod access;
mod agents;
mod alerts;
mod audit;
mod auth;
mod bad_input;
mod browser_sessions;
mod catalog;
mod channels;
mod cli;
mod cli_talk;
mod clients;
mod containers;
mod crash;
mod database_outage;
mod disconnects;
mod edge;
mod full_disk;
mod guest_passwords;
mod metrics;
mod monitoring;
mod node_alerts;
mod node_commands;
mod node_programs;
mod node_stats;
mod nodes;
mod notifications;
mod operations;
mod orderly_stop;
mod people;
mod proxmox;
mod proxmox_life;
mod remote_write;
mod servers;
mod smtp;
mod snapshots;
mod stats;
mod stats_history;
mod strangers;
mod sweeps;
mod users;
mod watches;
mod web;
