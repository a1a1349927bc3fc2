//! How many deliveries of this instance came to what, for the metrics.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::channel::ChannelKind;
use crate::domain::codes::coded;

coded! {
    DeliveryResult {
        Delivered = "delivered",
        /// To be tried again.
        Retried = "retried",
        Failed = "failed",
        /// Put off: the channel has had as many as it takes in a minute.
        Limited = "limited",
    }
}

#[derive(Debug, Default)]
pub struct DeliveryCounters(Mutex<BTreeMap<(ChannelKind, DeliveryResult), u64>>);

impl DeliveryCounters {
    pub(super) fn count(&self, kind: ChannelKind, result: DeliveryResult) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((kind, result)).or_default() += 1;
    }

    pub fn all(&self) -> Vec<(ChannelKind, DeliveryResult, u64)> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts
            .iter()
            .map(|((kind, result), count)| (*kind, *result, *count))
            .collect()
    }
}
