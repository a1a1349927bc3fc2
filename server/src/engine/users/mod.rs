//! Accounts, as their owners and operators see and change them, and as the command line mends them.

mod command_line;
mod me;
mod operators;
mod service;

pub use command_line::NewAccount;
pub use service::Users;
