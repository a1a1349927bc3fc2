//! What agents are told.

/// What the server says to an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// The samples of the message that ended with this one are stored.
    SamplesStored { sequence: u64 },
}
