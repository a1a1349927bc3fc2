//! Compares what we believe with what the hypervisors list: one listing each, however many guests.
//!
//! It repairs states and places, calls a server lost after several sweeps without its guest, and
//! reports guests that carry our mark and belong to nobody, in the log when they are new and in the
//! store for operators to read on any instance. It never deletes. A hypervisor that does
//! not answer is not compared at all, and every difference is looked at once more before it is
//! written, because listings lag behind.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::drift::{Verdict, judge};
use super::task::{Schedule, Task, TaskError};
use crate::domain::event::Event;
use crate::domain::guest::Guest;
use crate::domain::ids::{EventId, ServerId};
use crate::domain::page::{MAX_PAGE_SIZE, PageRequest};
use crate::domain::server::{Server, ServerFilter, ServerPatch, ServerState};
use crate::domain::sweep::{Findings, Orphan, SweepReport};
use crate::domain::time::Timestamp;
use crate::engine::context::Ports;
use crate::ports::bus::Notice;
use crate::ports::hypervisor::Hypervisor;
use crate::ports::store::StoreError;

#[derive(Clone, Copy, Debug)]
pub struct ReconcileSettings {
    pub period: Duration,
    /// How long a row must have been at rest: longer than a listing lags behind.
    pub grace: Duration,
    /// Sweeps in a row without the guest after which its server is lost.
    pub sweeps_until_lost: u32,
}

impl Default for ReconcileSettings {
    fn default() -> Self {
        Self {
            period: Duration::from_secs(30),
            grace: Duration::from_secs(45),
            sweeps_until_lost: 3,
        }
    }
}

#[derive(Debug)]
pub struct Reconciler {
    ports: Ports,
    settings: ReconcileSettings,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    /// The last sweep of each hypervisor; that of another instance, before the first here.
    reports: Option<HashMap<String, SweepReport>>,
    missing: HashMap<ServerId, u32>,
}

impl Reconciler {
    pub fn new(ports: Ports, settings: ReconcileSettings) -> Arc<Self> {
        Arc::new(Self {
            ports,
            settings,
            memory: Mutex::default(),
        })
    }

    fn remember<T>(&self, look: impl FnOnce(&mut Memory) -> T) -> T {
        look(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn sweep(
        &self,
        name: &str,
        hypervisor: &dyn Hypervisor,
        before: &SweepReport,
    ) -> Result<SweepReport, TaskError> {
        let begun = self.ports.clock.now();
        let guests = match hypervisor.inventory().await {
            Ok(guests) => guests,
            Err(error) => {
                return Ok(SweepReport {
                    hypervisor: name.to_owned(),
                    problem: error.to_string(),
                    ..before.clone()
                });
            }
        };
        let mut report = SweepReport {
            hypervisor: name.to_owned(),
            swept: Some(begun),
            guest_count: guests.len(),
            ..SweepReport::default()
        };
        let by_vmid: HashMap<u32, &Guest> = guests.iter().map(|guest| (guest.vmid, guest)).collect();
        let here = ServerFilter {
            hypervisor: Some(name.to_owned()),
            ..ServerFilter::default()
        };
        let mut page = PageRequest::first(MAX_PAGE_SIZE);
        loop {
            let servers = self.ports.store.server_list(&here, page).await;
            let servers = servers.map_err(TaskError::during("list servers"))?;
            for server in &servers.items {
                let Some(placement) = &server.placement else {
                    continue;
                };
                report.server_count += 1;
                if server.state == ServerState::Lost {
                    report.lost.push(server.id);
                }
                let guest = by_vmid.get(&placement.vmid).copied();
                self.compare(server, guest, hypervisor, begun, &mut report)
                    .await?;
            }
            match servers.next {
                Some(after) => page.after = Some(after),
                None => break,
            }
        }
        report.orphans = self.orphans(name, &guests, begun).await?;
        Ok(report)
    }

    /// What was found the last time, so that only news is told.
    async fn last_report(&self, name: &str) -> Result<SweepReport, TaskError> {
        if self.remember(|memory| memory.reports.is_none()) {
            let stored = self.ports.store.sweep_list().await;
            let stored = stored.map_err(TaskError::during("read what was found before"))?;
            let by_name = stored
                .into_iter()
                .map(|report| (report.hypervisor.clone(), report))
                .collect();
            self.remember(|memory| memory.reports = Some(by_name));
        }
        let last = self.remember(|memory| memory.reports.as_ref()?.get(name).cloned());
        Ok(last.unwrap_or_default())
    }

    async fn compare(
        &self,
        server: &Server,
        listed: Option<&Guest>,
        hypervisor: &dyn Hypervisor,
        begun: Timestamp,
        report: &mut SweepReport,
    ) -> Result<(), TaskError> {
        let settled_before = begun - self.settings.grace;
        let Some(placement) = &server.placement else {
            return Ok(());
        };
        let verdict = match judge(server, listed, settled_before) {
            verdict @ (Verdict::Fine | Verdict::Unmarked) => verdict,
            Verdict::Drifted(_) | Verdict::Missing => match hypervisor.guest(placement.vmid).await {
                Ok(guest) => judge(server, guest.as_ref(), settled_before),
                Err(error) => {
                    report.problem = error.to_string();
                    return Ok(());
                }
            },
        };
        if verdict != Verdict::Missing {
            self.remember(|memory| memory.missing.remove(&server.id));
        }
        match verdict {
            Verdict::Fine => Ok(()),
            Verdict::Unmarked => {
                report.unmarked.push(server.id);
                Ok(())
            }
            Verdict::Drifted(patch) => {
                let text = drift_text(&patch);
                if self.observe(server, &patch, "server.drifted", text).await? {
                    report.repaired.push(server.id);
                }
                Ok(())
            }
            Verdict::Missing => self.miss(server, report).await,
        }
    }

    async fn miss(&self, server: &Server, report: &mut SweepReport) -> Result<(), TaskError> {
        let sweeps = self.remember(|memory| {
            let sweeps = memory.missing.entry(server.id).or_default();
            *sweeps += 1;
            *sweeps
        });
        if sweeps < self.settings.sweeps_until_lost {
            report.missing.push((server.id, sweeps));
            return Ok(());
        }
        let patch = ServerPatch {
            state: Some(ServerState::Lost),
            state_reason: Some("the hypervisor no longer knows the server".to_owned()),
            ..ServerPatch::default()
        };
        let text = "the hypervisor no longer knows the server, and it was not deleted here";
        if self
            .observe(server, &patch, "server.lost", text.to_owned())
            .await?
        {
            report.lost.push(server.id);
        }
        self.remember(|memory| memory.missing.remove(&server.id));
        Ok(())
    }

    /// Writes unless somebody was faster; tells whether it did.
    async fn observe(
        &self,
        server: &Server,
        patch: &ServerPatch,
        kind: &str,
        text: String,
    ) -> Result<bool, TaskError> {
        let now = self.ports.clock.now();
        tracing::info!(server_id = %server.id, %text, "server differs from its guest");
        let event = Event {
            id: EventId::generate(),
            server_id: Some(server.id),
            owner_id: server.owner_id,
            operation_id: None,
            kind: kind.to_owned(),
            text,
            create_time: now,
        };
        let store = &self.ports.store;
        let written = store
            .server_observe(server.id, server.generation, patch, Some(&event), now)
            .await;
        match written {
            Ok(()) => {
                self.ports.bus.publish(Notice::ServerChanged {
                    id: server.id,
                    owner_id: server.owner_id,
                });
                Ok(true)
            }
            Err(StoreError::Stale | StoreError::NotFound) => Ok(false),
            Err(error) => Err(TaskError::during("write what a guest is")(error)),
        }
    }

    /// Guests with our mark whose server is gone, never was, or lives elsewhere.
    async fn orphans(
        &self,
        name: &str,
        guests: &[Guest],
        begun: Timestamp,
    ) -> Result<Findings<Orphan>, TaskError> {
        let marked: Vec<&Guest> = guests.iter().filter(|guest| guest.ours).collect();
        let mut orphans = Findings::default();
        for batch in marked.chunks(MAX_PAGE_SIZE as usize) {
            let ids: Vec<ServerId> = batch.iter().filter_map(|guest| guest.server_id).collect();
            let servers = self.ports.store.server_get_many(&ids).await;
            let servers = servers.map_err(TaskError::during("load the servers of marked guests"))?;
            let by_id: HashMap<ServerId, &Server> =
                servers.iter().map(|server| (server.id, server)).collect();
            let settled_before = begun - self.settings.grace;
            for guest in batch {
                let server = guest.server_id.and_then(|id| by_id.get(&id).copied());
                if !server.is_some_and(|server| owns(server, name, guest, settled_before)) {
                    orphans.push(Orphan {
                        vmid: guest.vmid,
                        node: guest.node.clone(),
                        name: guest.name.clone(),
                        server_id: guest.server_id,
                    });
                }
            }
        }
        Ok(orphans)
    }
}

/// Each finding goes to the log once, when it is new.
fn tell_news(before: &SweepReport, report: &SweepReport) {
    let hypervisor = report.hypervisor.as_str();
    if report.problem != before.problem {
        if report.problem.is_empty() {
            tracing::info!(hypervisor, "the hypervisor is compared again");
        } else {
            tracing::warn!(hypervisor, problem = %report.problem, "the hypervisor cannot be compared");
        }
    }
    for orphan in report.orphans.new_since(&before.orphans) {
        let claimed = orphan.server_id.map(|id| id.to_string()).unwrap_or_default();
        tracing::warn!(
            hypervisor, vmid = orphan.vmid, node = %orphan.node, name = %orphan.name, server_id = %claimed,
            "a guest carries our mark and belongs to no server"
        );
    }
    for server_id in report.unmarked.new_since(&before.unmarked) {
        tracing::warn!(hypervisor, %server_id, "the guest in a server's place does not carry our mark");
    }
    for server_id in report.lost.new_since(&before.lost) {
        tracing::warn!(hypervisor, %server_id, "the server is lost: the hypervisor no longer knows it");
    }
}

/// A row that has just changed gets the benefit of the doubt: the listing may be older.
fn owns(server: &Server, hypervisor: &str, guest: &Guest, settled_before: Timestamp) -> bool {
    if server.operation_id.is_some() || server.update_time >= settled_before {
        return true;
    }
    let here = server
        .placement
        .as_ref()
        .is_some_and(|placement| placement.hypervisor == hypervisor && placement.vmid == guest.vmid);
    let gone = matches!(server.state, ServerState::Deleted | ServerState::Failed);
    here && !gone
}

fn drift_text(patch: &ServerPatch) -> String {
    match (patch.state, &patch.placement) {
        (Some(state), _) => format!("the server was found {state}"),
        (None, Some(placement)) => format!("the server was found on node {}", placement.node),
        (None, None) => "the server was found changed".to_owned(),
    }
}

#[async_trait]
impl Task for Reconciler {
    fn name(&self) -> &'static str {
        "reconcile"
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            period: self.settings.period,
            leader_only: true,
        }
    }

    async fn run_once(&self, token: &CancellationToken) -> Result<String, TaskError> {
        let (mut servers, mut repaired, mut orphans, mut silent) = (0, 0, 0, 0);
        for (name, hypervisor) in self.ports.hypervisors.iter() {
            if token.is_cancelled() {
                break;
            }
            let before = self.last_report(name).await?;
            let report = self.sweep(name, &**hypervisor, &before).await?;
            tell_news(&before, &report);
            servers += report.server_count;
            repaired += report.repaired.len();
            orphans += report.orphans.count;
            silent += usize::from(!report.problem.is_empty());
            let put = self.ports.store.sweep_put(&report, self.ports.clock.now()).await;
            put.map_err(TaskError::during("write what was found"))?;
            self.remember(|memory| {
                memory
                    .reports
                    .get_or_insert_default()
                    .insert(name.to_owned(), report)
            });
        }
        Ok(format!(
            "compared {servers} servers, repaired {repaired}, found {orphans} orphans, {silent} hypervisors did not answer"
        ))
    }
}
