//! What the agent keeps on disk, but for the samples that wait to be sent.

mod directory;
mod error;
mod key_files;
mod node_file;
mod number_file;
pub(crate) mod private_file;
mod status;

pub(crate) use directory::{Held, StateDirectory};
pub use error::StateError;
pub(crate) use key_files::{KeyFiles, PendingKey};
pub(crate) use node_file::{NodeFile, NodeRecord};
pub(crate) use number_file::NumberFile;
pub(crate) use status::{Status, StatusFile, StatusWord};
