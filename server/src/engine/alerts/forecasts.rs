//! When the disks of nodes will be full, worked out now and then from what is stored of them.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use crate::domain::disk_forecast::{HISTORY, Outlook, outlook};
use crate::domain::ids::NodeId;
use crate::domain::metric::Metric;
use crate::domain::sample::Subject;
use crate::domain::tier::Tier;
use crate::domain::time::Timestamp;
use crate::ports::store::{StatsStore, StoreResult};

/// From one to the next of a node. Hours of history change little in the meantime.
const PERIOD: Duration = Duration::from_mins(15);
/// Where too little was known.
const SHORT_PERIOD: Duration = Duration::from_mins(5);
/// An outlook that is older is none.
pub(super) const PATIENCE: Duration = Duration::from_mins(45);
/// Nodes whose history is read at a time, so that others get their turn.
const AT_ONCE: usize = 100;

#[derive(Debug, Default)]
pub(super) struct Forecasts {
    known: HashMap<NodeId, (Timestamp, Outlook)>,
}

impl Forecasts {
    pub(super) fn of(&self, node: NodeId) -> Option<(Timestamp, Outlook)> {
        self.known.get(&node).copied()
    }

    /// Brings those up to date that are due, and forgets all but these nodes.
    pub(super) async fn refresh(
        &mut self,
        store: &(impl StatsStore + ?Sized),
        nodes: &HashSet<NodeId>,
        now: Timestamp,
    ) -> StoreResult<()> {
        self.known.retain(|node, _| nodes.contains(node));
        let due = nodes.iter().filter(|node| self.is_due(**node, now));
        let due: Vec<NodeId> = due.take(AT_ONCE).copied().collect();
        for node in due {
            let bins = store
                .stats_bins(Subject::Node(node), Tier::Minute, now - HISTORY, now)
                .await?;
            let points = bins.iter().filter_map(|bin| {
                let ratio = bin.get(Metric::FullestDiskRatio)?;
                Some((bin.start, ratio.average()))
            });
            self.known.insert(node, (now, outlook(points)));
        }
        Ok(())
    }

    fn is_due(&self, node: NodeId, now: Timestamp) -> bool {
        let Some((time, outlook)) = self.of(node) else {
            return true;
        };
        let period = match outlook {
            Outlook::Unknown => SHORT_PERIOD,
            Outlook::Never | Outlook::FullIn(_) => PERIOD,
        };
        now.apart(time) >= period
    }
}
