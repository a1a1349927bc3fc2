//! What became of samples that are passed on to another store.

/// What became of samples so far, on this instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SinkCounts {
    pub sent: u64,
    /// Pushed out by newer ones, because the other side did not keep up.
    pub overflowed: u64,
    /// Refused by the other side for good.
    pub refused: u64,
    pub waiting: u64,
}
