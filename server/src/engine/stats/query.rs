//! The history of a server or a node, in as many points as were asked for.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::buckets::{Buckets, MAX_RANGE};
use crate::domain::bin::Bin;
use crate::domain::fields::FieldErrors;
use crate::domain::sample::Subject;
use crate::domain::tier::Tier;
use crate::domain::time::Timestamp;
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::servers::Servers;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatsQuery {
    pub subject: Subject,
    pub from: Timestamp,
    /// Not included; `None` is now.
    pub to: Option<Timestamp>,
    /// At most so many points come back: 1 to [`MAX_POINTS`](super::buckets::MAX_POINTS).
    pub points: u32,
}

/// One point: from its start on for the history's width. A metric that has no figure in it is a gap.
pub type Point = Bin;

/// Points in order of time; those of which nothing is known are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    pub width: Duration,
    /// What the points are made of.
    pub tier: Tier,
    pub points: Vec<Point>,
}

/// The use cases of history.
#[derive(Clone, Debug)]
pub struct StatsHistory {
    pub(super) ports: Ports,
    servers: Arc<Servers>,
}

impl StatsHistory {
    pub const fn new(ports: Ports, servers: Arc<Servers>) -> Self {
        Self { ports, servers }
    }

    /// Whoever sees the server sees its history; those of nodes are for whom the gate lets in.
    pub async fn query(&self, caller: &Caller, query: StatsQuery) -> Result<History> {
        let now = self.ports.clock.now();
        let to = query.to.unwrap_or(now);
        check(query.from, to)?;
        match query.subject {
            Subject::Server(id) => drop(self.servers.get(caller, id).await?),
            Subject::Node(id) => {
                let found = self.ports.store.node_get(id).await;
                found.map_err(Error::of(Noun::Node))?;
            }
        }
        let retention = self.ports.store.stats_retention().await?.retention;
        let buckets = Buckets::plan(&retention, now, query.from, to, query.points);
        let from = buckets.start_of(query.from);
        let bins = self
            .ports
            .store
            .stats_bins(query.subject, buckets.tier, from, to)
            .await?;
        let mut points: BTreeMap<Timestamp, Point> = BTreeMap::new();
        for bin in bins.iter().filter(|bin| bin.start < to) {
            let start = buckets.start_of(bin.start);
            points.entry(start).or_insert(Bin::empty(start)).absorb(bin);
        }
        Ok(History {
            width: buckets.width,
            tier: buckets.tier,
            points: points.into_values().collect(),
        })
    }
}

fn check(from: Timestamp, to: Timestamp) -> Result<()> {
    let mut errors = FieldErrors::default();
    if from >= to {
        errors.push("start_time", "must be before end_time, which is now unless given");
    } else if to.since(from) > MAX_RANGE {
        errors.push("start_time", "must be at most 731 days before end_time");
    }
    Ok(errors.check()?)
}
