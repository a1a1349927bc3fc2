//! Where notices go besides the inbox, and what became of those that went.

mod access;
mod at_once;
mod confirmation;
mod deliveries;
mod input;
mod sealing;
mod service;
mod test;

pub use deliveries::ShownDelivery;
pub use input::{ChannelPatch, NewChannel, TargetInput};
pub use service::Channels;
