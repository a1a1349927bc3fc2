//! Passes samples on to a store of figures besides our own.

use crate::domain::sample::Sample;
use crate::domain::sink_counts::SinkCounts;

pub trait SampleSink: Send + Sync {
    /// Takes samples and returns at once. What there is no room for pushes out the oldest.
    fn offer(&self, samples: &[Sample]);

    /// `None` when samples go nowhere.
    fn counts(&self) -> Option<SinkCounts>;
}

/// Nowhere: what an installation without another store runs with.
#[derive(Clone, Copy, Debug)]
pub struct NoSink;

impl SampleSink for NoSink {
    fn offer(&self, _samples: &[Sample]) {}

    fn counts(&self) -> Option<SinkCounts> {
        None
    }
}
