//! The history of one server, in as many points as were asked for.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::buckets::{Buckets, MAX_POINTS, MAX_RANGE};
use crate::domain::bin::Bin;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::ServerId;
use crate::domain::sample::Subject;
use crate::domain::tier::Tier;
use crate::domain::time::Timestamp;
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::Result;
use crate::engine::servers::Servers;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatsQuery {
    pub server_id: ServerId,
    pub from: Timestamp,
    /// Not included.
    pub to: Timestamp,
    /// At most so many points come back.
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

    /// Whoever sees the server sees its history.
    pub async fn query(&self, caller: &Caller, query: StatsQuery) -> Result<History> {
        check(&query)?;
        self.servers.get(caller, query.server_id).await?;
        let retention = self.ports.store.stats_retention().await?.retention;
        let now = self.ports.clock.now();
        let buckets = Buckets::plan(&retention, now, query.from, query.to, query.points);
        let subject = Subject::Server(query.server_id);
        let from = buckets.start_of(query.from);
        let bins = self
            .ports
            .store
            .stats_bins(subject, buckets.tier, from, query.to)
            .await?;
        let mut points: BTreeMap<Timestamp, Point> = BTreeMap::new();
        for bin in bins.iter().filter(|bin| bin.start < query.to) {
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

fn check(query: &StatsQuery) -> Result<()> {
    let mut errors = FieldErrors::default();
    if query.from >= query.to {
        errors.push("end_time", "must be after start_time");
    } else if query.to.since(query.from) > MAX_RANGE {
        errors.push("start_time", "must be at most 731 days before end_time");
    }
    if !(1..=MAX_POINTS).contains(&query.points) {
        errors.push("max_points", format!("must be from 1 to {MAX_POINTS}"));
    }
    Ok(errors.check()?)
}
