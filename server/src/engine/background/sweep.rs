//! Sweeps one hypervisor: one listing of all its guests, from which figures are taken and our rows compared.
//!
//! Each hypervisor has a sweep of its own, with its own leader lease: one that is slow or dead delays no other.
//! A sweep that fails, or takes longer than from one to the next, is missed: it is counted and told.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::reconcile::{ReconcileSettings, Reconciler};
use super::task::{Schedule, Task, TaskError};
use crate::domain::guest::Guest;
use crate::domain::page::{MAX_PAGE_SIZE, PageRequest};
use crate::domain::sample::{Sample, Subject, Values};
use crate::domain::server::{Server, ServerFilter};
use crate::domain::time::Timestamp;
use crate::engine::alerts::{GuestAlerts, SweptLooks};
use crate::engine::context::Ports;
use crate::engine::stats::{Board, Listing, Lookout, StatsSettings, SweepLog, SweepTurn, is_of};
use crate::ports::hypervisor::Hypervisor;

pub struct Sweep {
    ports: Ports,
    task_name: String,
    /// Its name in the configuration.
    hypervisor: String,
    lookout: Arc<Lookout>,
    board: Arc<Board>,
    log: Arc<SweepLog>,
    reconciler: Reconciler,
    alerts: GuestAlerts,
    settings: StatsSettings,
}

/// What all sweeps of an instance share.
#[derive(Clone, Debug)]
pub struct SweepShared {
    pub board: Arc<Board>,
    pub log: Arc<SweepLog>,
    pub settings: StatsSettings,
    pub reconcile: ReconcileSettings,
}

impl std::fmt::Debug for Sweep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sweep")
            .field("hypervisor", &self.hypervisor)
            .finish_non_exhaustive()
    }
}

/// What a sweep did.
struct Done {
    guests: Option<usize>,
    line: String,
    missed: bool,
}

impl Sweep {
    pub fn new(
        ports: Ports,
        name: &str,
        hypervisor: Arc<dyn Hypervisor>,
        lookout: Arc<Lookout>,
        alerts: GuestAlerts,
        shared: SweepShared,
    ) -> Self {
        Self {
            reconciler: Reconciler::new(ports.clone(), name.to_owned(), hypervisor, shared.reconcile),
            ports,
            task_name: format!("sweep:{name}"),
            hypervisor: name.to_owned(),
            lookout,
            alerts,
            board: shared.board,
            log: shared.log,
            settings: shared.settings,
        }
    }

    async fn sweep(&self, begun: Instant) -> Result<Done, TaskError> {
        let turn = self.lookout.turn().await;
        let until = Instant::now() + self.settings.sweep_limit();
        let listing = match turn.list(self.settings.listing_limit()).await {
            Ok(listing) => listing,
            Err(error) => {
                let report = self.reconciler.not_listed(&error).await?;
                self.reconciler.conclude(report).await?;
                let servers = self.servers().await?;
                let now = self.ports.clock.now();
                let prepared = self.alerts.prepare(now).await;
                prepared.map_err(TaskError::during("read alerts"))?;
                self.judge(now, &servers, &[], until).await?;
                return Ok(Done {
                    guests: None,
                    line: format!("{} did not answer", self.hypervisor),
                    missed: true,
                });
            }
        };
        let servers = self.servers().await?;
        let prepared = self.alerts.prepare(listing.time).await;
        let sampled = self.sample(&listing, &servers).await;
        let judged = match &sampled {
            Ok(values) => self.judge(listing.time, &servers, values, until).await,
            Err(_) => Ok(()),
        };
        let mut report = self.reconciler.compare_all(&listing, &servers, until).await?;
        let took = begun.elapsed();
        let slow = took > self.settings.sweep_period;
        if slow && report.problem.is_empty() {
            report.problem = slow_text(took);
        }
        let (repaired, orphans) = (report.repaired.len(), report.orphans.count);
        self.reconciler.conclude(report).await?;
        let samples = sampled?.len();
        prepared.map_err(TaskError::during("read alerts"))?;
        judged?;
        Ok(Done {
            guests: Some(listing.guests.len()),
            line: format!(
                "took figures of {samples} of {} servers, repaired {repaired}, found {orphans} orphans",
                servers.len()
            ),
            missed: slow,
        })
    }

    /// All servers that have a place on the hypervisor.
    async fn servers(&self) -> Result<Vec<Server>, TaskError> {
        let here = ServerFilter {
            hypervisor: Some(self.hypervisor.clone()),
            ..ServerFilter::default()
        };
        let mut servers = Vec::new();
        let mut page = PageRequest::first(MAX_PAGE_SIZE);
        loop {
            let read = self.ports.store.server_list(&here, page).await;
            let read = read.map_err(TaskError::during("list servers"))?;
            servers.extend(read.items);
            match read.next {
                Some(after) => page.after = Some(after),
                None => return Ok(servers),
            }
        }
    }

    /// Holds figures that are stored against the rules of alerts; not any more when there may be another leader.
    async fn judge(
        &self,
        time: Timestamp,
        servers: &[Server],
        values: &[(Subject, Values)],
        until: Instant,
    ) -> Result<(), TaskError> {
        let looks = SweptLooks {
            time,
            servers,
            values,
        };
        let context = "hold figures against alert rules";
        match timeout_at(until, self.alerts.evaluate(looks)).await {
            Ok(judged) => judged.map(|_| ()).map_err(TaskError::during(context)),
            Err(late) => Err(TaskError {
                context,
                source: Box::new(late),
            }),
        }
    }

    /// Shows figures and stores them. What cannot be stored is shown all the same.
    async fn sample(
        &self,
        listing: &Listing,
        servers: &[Server],
    ) -> Result<Vec<(Subject, Values)>, TaskError> {
        let by_vmid: HashMap<u32, &Guest> = listing.guests.iter().map(|guest| (guest.vmid, guest)).collect();
        let guests = servers.iter().filter_map(|server| {
            let vmid = server.placement.as_ref()?.vmid;
            let guest = by_vmid.get(&vmid).copied()?;
            is_of(guest, server.id).then_some((server.id, guest))
        });
        let time = listing.time;
        let values = self.lookout.sweep(time, guests);
        if values.is_empty() {
            return Ok(values);
        }
        let sample = |(subject, values): &(Subject, Values)| Sample {
            subject: *subject,
            time,
            values: *values,
        };
        let samples: Vec<Sample> = values.iter().map(sample).collect();
        self.board.post(samples.iter().copied());
        self.ports.samples.offer(&samples);
        let stored = self
            .ports
            .store
            .stats_add(time, &values, self.ports.clock.now())
            .await;
        stored.map_err(TaskError::during("store figures"))?;
        Ok(values)
    }
}

fn slow_text(took: Duration) -> String {
    format!("the sweep took {} s, longer than its period", took.as_secs())
}

#[async_trait]
impl Task for Sweep {
    fn name(&self) -> &str {
        &self.task_name
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            period: self.settings.sweep_period,
            leader_only: true,
        }
    }

    async fn run_once(&self, _token: &CancellationToken) -> Result<String, TaskError> {
        let begun = Instant::now();
        let outcome = timeout_at(begun + self.settings.turn_limit(), self.sweep(begun)).await;
        let outcome = outcome.unwrap_or_else(|late| {
            Err(TaskError {
                context: "finish the sweep before another instance may begin one",
                source: Box::new(late),
            })
        });
        let turn = SweepTurn {
            took: begun.elapsed(),
            guests: outcome.as_ref().ok().and_then(|done| done.guests),
            missed: outcome.as_ref().map_or(true, |done| done.missed),
        };
        self.log.note(&self.hypervisor, turn);
        outcome.map(|done| done.line)
    }
}
