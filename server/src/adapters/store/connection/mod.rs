//! The one connection for both engines, its pools and its transactions. Everything above sees
//! [`AnyConn`] and [`Database`] and does not know which engine answers.

mod any_conn;
mod checkout;
mod database;
mod detached;
mod driver;
mod mysql;
mod pool;
mod render;
mod run;
mod scoped;
mod shape;
mod sqlite;
mod target;
mod transactions;
mod watch;

pub use any_conn::AnyConn;
pub use checkout::Lease;
pub use database::Database;
pub use pool::AnyPool;
pub use render::AnyDb;
pub use run::Run;
pub use scoped::Scoped;
pub use target::{Target, TargetError};
pub use watch::Watched;
