//! The simulation as one shared object: the cluster behind a lock, its clock and its file.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::cluster::Cluster;
use super::faults::{Method, When};
use super::listings::Listings;
use super::persist;
use super::settings::{SimError, SimSettings};
use crate::ports::clock::Clock;
use crate::ports::hypervisor::{HypervisorError, HypervisorResult};

pub struct Sim {
    clock: Arc<dyn Clock>,
    pub(super) vmids: (u32, u32),
    /// Never held over an await. Writing the state file happens under it, which keeps the file in
    /// the order of the changes.
    cluster: Mutex<Cluster>,
    pub(super) listings: Listings,
}

impl Sim {
    pub fn new(settings: SimSettings, clock: Arc<dyn Clock>) -> Result<Arc<Self>, SimError> {
        settings.check()?;
        let state = match &settings.state_file {
            None => None,
            Some(path) => persist::load(path).map_err(|source| SimError::StateFile {
                path: path.clone(),
                source,
            })?,
        };
        let now = clock.now();
        let vmids = (settings.vmid_first, settings.vmid_last);
        let mut cluster = Cluster::new(settings, state.unwrap_or_default(), now);
        // Shows at once whether the file can be written.
        keep(&mut cluster)?;
        Ok(Arc::new(Self {
            clock,
            vmids,
            cluster: Mutex::new(cluster),
            listings: Listings::default(),
        }))
    }

    /// The cluster as it is now.
    pub(super) fn look(&self) -> MutexGuard<'_, Cluster> {
        let mut cluster = self.cluster.lock().unwrap_or_else(PoisonError::into_inner);
        cluster.now = self.clock.now();
        let now = cluster.now;
        cluster.state.settle(now);
        cluster
    }

    /// One call of the port: fails as a test wants it to, else acts, and keeps what has changed
    /// before it answers.
    pub(super) fn call<T>(
        &self,
        method: Method,
        act: impl FnOnce(&mut Cluster) -> HypervisorResult<T>,
    ) -> HypervisorResult<T> {
        let mut cluster = self.look();
        cluster.faults.reach_cluster()?;
        let lost = match cluster.faults.on_call(method) {
            Some((When::Before, error)) => return Err(error),
            Some((When::After, error)) => Some(error),
            None => None,
        };
        let answer = act(&mut cluster);
        settle_and_keep(&mut cluster)?;
        match lost {
            Some(error) => Err(error),
            None => answer,
        }
    }

    /// What the test's hand does to the cluster.
    pub(super) fn tamper<T>(&self, act: impl FnOnce(&mut Cluster) -> T) -> HypervisorResult<T> {
        let mut cluster = self.look();
        let answer = act(&mut cluster);
        cluster.changed = true;
        settle_and_keep(&mut cluster)?;
        Ok(answer)
    }
}

impl fmt::Debug for Sim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sim").finish_non_exhaustive()
    }
}

/// Ends the tasks that take no time, and writes the state down.
fn settle_and_keep(cluster: &mut Cluster) -> HypervisorResult<()> {
    let now = cluster.now;
    cluster.state.settle(now);
    if !cluster.changed {
        return Ok(());
    }
    // What has happened has happened: the caller is told that it may have, and the next change
    // writes it down.
    keep(cluster).map_err(|error| HypervisorError::Unavailable(error.to_string()))
}

fn keep(cluster: &mut Cluster) -> Result<(), SimError> {
    if let Some(path) = &cluster.settings.state_file {
        persist::save(path, &cluster.state).map_err(|source| SimError::StateFile {
            path: path.clone(),
            source,
        })?;
    }
    cluster.changed = false;
    Ok(())
}
