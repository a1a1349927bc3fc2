//! Use cases: what can be asked of the system, and the durable work behind it.

pub mod access;
pub mod access_watch;
pub mod alerts;
pub mod api_tokens;
pub mod audits;
pub mod auth;
pub mod background;
pub mod caller;
pub mod catalog;
pub mod context;
pub mod error;
pub mod etags;
pub mod gate;
pub mod mails;
pub mod operations;
pub mod passwords;
pub mod readiness;
pub mod root_password;
pub mod secrets;
pub mod servers;
pub mod snapshots;
pub mod stats;
pub mod users;
pub mod vitals;
pub mod words;
