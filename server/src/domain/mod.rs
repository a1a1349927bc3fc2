//! Data and rules. Nothing here waits, reads a clock or talks to anybody.

pub mod api_token;
pub mod audit;
pub mod change;
pub mod codes;
pub mod etag;
pub mod event;
pub mod fields;
pub mod guest;
pub mod ids;
pub mod ip_pool;
pub mod ip_range;
pub mod money;
pub mod names;
pub mod operating_system;
pub mod operation;
pub mod outbox;
pub mod page;
pub mod principal;
pub mod resources;
pub mod server;
pub mod session;
pub mod snapshot;
pub mod ssh_key;
pub mod tariff;
pub mod time;
pub mod user;
