//! What the engine of this instance has done, for its metrics.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::domain::alert::{AlertWrite, TransitionKind};

#[derive(Debug, Default)]
pub struct AlertLog {
    evaluations: AtomicU64,
    transitions: Mutex<BTreeMap<TransitionKind, u64>>,
}

impl AlertLog {
    /// So many rules were each held against a look.
    pub fn evaluated(&self, count: u64) {
        self.evaluations.fetch_add(count, Ordering::Relaxed);
    }

    pub fn wrote(&self, writes: &[AlertWrite]) {
        let mut transitions = self.transitions.lock().unwrap_or_else(PoisonError::into_inner);
        for transition in writes.iter().filter_map(|write| write.transition) {
            *transitions.entry(transition.kind).or_default() += 1;
        }
    }

    pub fn evaluations(&self) -> u64 {
        self.evaluations.load(Ordering::Relaxed)
    }

    /// Since the start of the process.
    pub fn transitions(&self) -> BTreeMap<TransitionKind, u64> {
        self.transitions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
