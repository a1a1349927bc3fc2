//! Looks at the guests of one hypervisor: one call at a time, whoever asks for it.
//!
//! Sweeps and looks for watchers have memories of their own, so that a stored rate is the average since the
//! last stored look, whether or not somebody watched in between.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::timeout;

use crate::domain::guest::Guest;
use crate::domain::ids::ServerId;
use crate::domain::rates::Track;
use crate::domain::sample::{Sample, Subject, Values};
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::hypervisor::{Hypervisor, HypervisorError, HypervisorResult};

pub struct Lookout {
    hypervisor: Arc<dyn Hypervisor>,
    clock: Arc<dyn Clock>,
    /// Whoever holds it may call.
    turn: tokio::sync::Mutex<()>,
    memory: Mutex<Memory>,
    longest_gap: Duration,
}

#[derive(Default)]
struct Memory {
    swept: HashMap<ServerId, Track>,
    live: HashMap<ServerId, Track>,
}

/// The right to make one call.
pub struct Turn<'a> {
    lookout: &'a Lookout,
    _alone: tokio::sync::MutexGuard<'a, ()>,
}

impl std::fmt::Debug for Turn<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Turn(..)")
    }
}

impl Turn<'_> {
    /// Asks for all guests, within the limit.
    pub async fn list(self, limit: Duration) -> HypervisorResult<Listing> {
        let time = self.lookout.clock.now();
        let listing = timeout(limit, self.lookout.hypervisor.inventory()).await;
        let late = |_| HypervisorError::Unavailable(format!("no answer within {} s", limit.as_secs()));
        let guests = listing.map_err(late)??;
        Ok(Listing { time, guests })
    }
}

/// All guests of a hypervisor, as of one moment.
#[derive(Debug)]
pub struct Listing {
    pub time: Timestamp,
    pub guests: Vec<Guest>,
}

impl std::fmt::Debug for Lookout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lookout(..)")
    }
}

impl Lookout {
    pub fn new(hypervisor: Arc<dyn Hypervisor>, clock: Arc<dyn Clock>, longest_gap: Duration) -> Self {
        Self {
            hypervisor,
            clock,
            turn: tokio::sync::Mutex::default(),
            memory: Mutex::default(),
            longest_gap,
        }
    }

    /// Waits until nobody else looks.
    pub async fn turn(&self) -> Turn<'_> {
        Turn {
            lookout: self,
            _alone: self.turn.lock().await,
        }
    }

    /// Figures for the store, of those servers that have a guest in the listing. `guests` has each with its
    /// server.
    pub fn sweep<'a>(
        &self,
        time: Timestamp,
        guests: impl IntoIterator<Item = (ServerId, &'a Guest)>,
    ) -> Vec<(Subject, Values)> {
        let mut memory = self.memory();
        let mut values = Vec::new();
        for (server, guest) in guests {
            let track = memory.swept.entry(server).or_default();
            if let Some(seen) = track.look(guest, time, self.longest_gap) {
                values.push((Subject::Server(server), seen));
            }
        }
        let recent = |track: &Track| {
            track
                .time()
                .is_some_and(|seen| time.since(seen) <= self.longest_gap)
        };
        memory.swept.retain(|_, track| recent(track));
        values
    }

    /// Figures for those who watch.
    pub fn live<'a>(
        &self,
        time: Timestamp,
        guests: impl IntoIterator<Item = (ServerId, &'a Guest)>,
    ) -> Vec<Sample> {
        let mut memory = self.memory();
        let mut before = std::mem::take(&mut memory.live);
        let mut samples = Vec::new();
        for (server, guest) in guests {
            let own = before.remove(&server);
            let swept = memory.swept.get(&server);
            let newer = swept.filter(|swept| own.as_ref().is_none_or(|own| own.time() < swept.time()));
            let mut track = newer.cloned().or(own).unwrap_or_default();
            if let Some(values) = track.look(guest, time, self.longest_gap) {
                samples.push(Sample {
                    subject: Subject::Server(server),
                    time,
                    values,
                });
            }
            memory.live.insert(server, track);
        }
        samples
    }

    /// Nobody watches any more.
    pub fn rest(&self) {
        self.memory().live = HashMap::new();
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a guest in a server's place is the server's: somebody else's figures are nobody's business.
pub fn is_of(guest: &Guest, server: ServerId) -> bool {
    guest.ours && guest.server_id.is_none_or(|marked| marked == server)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::clock::SystemClock;
    use crate::adapters::sim::{Sim, SimSettings};

    #[tokio::test]
    async fn who_waits_for_a_look_that_goes_on_has_all_of_the_time_for_its_own() {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let sim = Sim::new(SimSettings::default(), Arc::clone(&clock)).unwrap();
        let (limit, nearly) = (Duration::from_secs(2), Duration::from_millis(1200));
        sim.control().set_listing_time(nearly);
        let lookout = Lookout::new(sim, clock, Duration::from_mins(1));
        let look = async || lookout.turn().await.list(limit).await;
        let (live, sweep) = tokio::join!(look(), look());
        live.unwrap();
        sweep.unwrap();
    }
}
