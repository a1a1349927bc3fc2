//! How the server is reached, and what it says when it does not do what it was asked for.

mod address;
mod authorization;
mod call_error;
mod channel;

pub use address::AddressError;
pub(crate) use address::ServerAddress;
pub(crate) use authorization::authorized;
pub use call_error::CallError;
pub use channel::LineError;
pub(crate) use channel::{Line, Trust};
