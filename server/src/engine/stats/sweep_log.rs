//! How the sweeps of this instance went, for those who watch over it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

#[derive(Debug, Default)]
pub struct SweepLog(Mutex<BTreeMap<String, SweepRecord>>);

/// Of one hypervisor, since this instance began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SweepRecord {
    /// Sweeps that failed, or took longer than from one to the next.
    pub missed: u64,
    /// The newest sweep of this instance, if it made any.
    pub last: Option<SweepTurn>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SweepTurn {
    pub took: Duration,
    /// `None` when the hypervisor did not list them.
    pub guests: Option<usize>,
    pub missed: bool,
}

impl SweepLog {
    /// Knows of these hypervisors from the beginning: that none was missed is to be seen, too.
    pub fn new(hypervisors: impl IntoIterator<Item = String>) -> Self {
        let records = hypervisors.into_iter().map(|name| (name, SweepRecord::default()));
        Self(Mutex::new(records.collect()))
    }

    pub fn note(&self, hypervisor: &str, turn: SweepTurn) {
        let mut records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let record = records.entry(hypervisor.to_owned()).or_default();
        record.missed += u64::from(turn.missed);
        record.last = Some(turn);
    }

    pub fn records(&self) -> Vec<(String, SweepRecord)> {
        let records = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        records
            .iter()
            .map(|(name, record)| (name.clone(), *record))
            .collect()
    }
}
