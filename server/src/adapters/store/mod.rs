//! The store over Diesel: SQLite embedded, MySQL and MariaDB in production, the same queries.

mod addresses;
mod api_tokens;
mod audit;
mod changes;
mod claims;
mod columns;
pub mod connection;
mod email_tokens;
pub mod errors;
mod events;
mod ip_pools;
mod leaders;
mod lease_rows;
mod migrations;
mod mutation;
mod one_of;
mod operating_systems;
mod operation_lease;
mod operation_rows;
mod operations;
mod outbox;
mod owner_hold;
mod presence;
mod requests;
mod rows;
mod schema;
mod server_rows;
mod servers;
mod sessions;
mod snapshots;
mod sql_store;
mod sweeps;
mod tariffs;
mod throttles;
mod users;

pub use sql_store::{SqlStore, StoreSettings};
