//! What comparing the servers of one hypervisor with its guests has found.

use serde::{Deserialize, Serialize};

use super::ids::ServerId;
use super::time::Timestamp;

/// Of each kind of finding; what goes beyond is counted and not named.
pub const MAX_NAMED: usize = 500;

/// The last sweep of one hypervisor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepReport {
    pub hypervisor: String,
    /// When the last complete sweep began; `None` before the first. All but the problem is as of then.
    pub swept: Option<Timestamp>,
    /// Why the newest sweep is not complete; empty when it is.
    pub problem: String,
    pub guest_count: usize,
    pub server_count: usize,
    /// Rows that were set to what their guest is.
    pub repaired: Vec<ServerId>,
    /// Servers without a guest that are not called lost yet, and for how many sweeps.
    pub missing: Vec<(ServerId, u32)>,
    /// Servers whose guest is gone.
    pub lost: Findings<ServerId>,
    /// Servers in whose place is a guest without our mark.
    pub unmarked: Findings<ServerId>,
    pub orphans: Findings<Orphan>,
}

/// A guest with our mark that belongs to no live server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orphan {
    pub vmid: u32,
    pub node: String,
    pub name: String,
    /// Whose it says it is.
    pub server_id: Option<ServerId>,
}

/// How many there are, and which the first of them are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings<T> {
    pub count: usize,
    pub named: Vec<T>,
}

impl<T> Default for Findings<T> {
    fn default() -> Self {
        Self {
            count: 0,
            named: Vec::new(),
        }
    }
}

impl<T: PartialEq> Findings<T> {
    pub fn push(&mut self, found: T) {
        self.count += 1;
        if self.named.len() < MAX_NAMED {
            self.named.push(found);
        }
    }

    /// Those that were not found before.
    pub fn new_since<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = &'a T> {
        self.named.iter().filter(|found| !before.named.contains(found))
    }
}
