//! Hostler's server. `main.rs` runs it; tests boot it in process.
//!
//! The layers and what each may import are in ARCHITECTURE.md; `tests/architecture.rs` holds them.

pub mod adapters;
pub mod app;
pub mod args;
pub mod commands;
pub mod config;
pub mod domain;
pub mod engine;
pub mod ports;
pub mod services;
pub mod telemetry;
