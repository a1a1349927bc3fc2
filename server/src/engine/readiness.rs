//! Whether this instance can do its work: the database answers. Beside it, which hypervisors were not swept as
//! they should be: that is for people to look at, and takes no instance out of service.

use std::time::Duration;

use crate::engine::context::Ports;
use crate::engine::error::Result;
use crate::engine::stats::StatsSettings;

pub struct Readiness {
    ports: Ports,
    settings: StatsSettings,
}

/// A hypervisor whose newest sweep was missed, by whichever instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissedSweep {
    pub hypervisor: String,
    /// How long ago the last good one was; `None` when there was none yet.
    pub last_good: Option<Duration>,
}

impl Readiness {
    pub fn new(ports: Ports, settings: StatsSettings) -> Self {
        Self { ports, settings }
    }

    /// Fails with what stands in the way.
    pub async fn check(&self) -> Result<()> {
        Ok(self.ports.store.ping().await?)
    }

    pub async fn missed_sweeps(&self) -> Result<Vec<MissedSweep>> {
        let reports = self.ports.store.sweep_list().await?;
        let now = self.ports.clock.now();
        let missed = reports.into_iter().filter_map(|report| {
            self.ports.hypervisors.get(&report.hypervisor)?;
            let last_good = report.swept.map(|swept| now.since(swept));
            let old = last_good.is_none_or(|age| age > self.settings.stale_after());
            (old || !report.problem.is_empty()).then_some(MissedSweep {
                hypervisor: report.hypervisor,
                last_good,
            })
        });
        Ok(missed.collect())
    }
}
