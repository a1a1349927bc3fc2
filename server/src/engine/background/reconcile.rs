//! Compares what we believe with what a hypervisor lists: the sweep's one listing, however many guests.
//!
//! It repairs states and places, calls a server lost after several sweeps without its guest, and
//! reports guests that carry our mark and belong to nobody, in the log when they are new and in the
//! store for operators to read on any instance. It never deletes. A hypervisor that does
//! not answer is not compared at all, and every difference is looked at once more before it is
//! written, because listings lag behind.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::drift::{Verdict, judge};
use super::task::TaskError;
use crate::domain::event::Event;
use crate::domain::guest::Guest;
use crate::domain::ids::{EventId, ServerId};
use crate::domain::page::MAX_PAGE_SIZE;
use crate::domain::server::{Server, ServerPatch, ServerState};
use crate::domain::sweep::{Findings, Orphan, SweepReport};
use crate::domain::time::Timestamp;
use crate::engine::context::Ports;
use crate::engine::stats::Listing;
use crate::ports::bus::Notice;
use crate::ports::hypervisor::{Hypervisor, HypervisorError, HypervisorResult};
use crate::ports::store::StoreError;

#[derive(Clone, Copy, Debug)]
pub struct ReconcileSettings {
    /// How long a row must have been at rest: longer than a listing lags behind.
    pub grace: Duration,
    /// Sweeps in a row without the guest after which its server is lost.
    pub sweeps_until_lost: u32,
}

impl Default for ReconcileSettings {
    fn default() -> Self {
        Self {
            grace: Duration::from_secs(45),
            sweeps_until_lost: 3,
        }
    }
}

pub(super) struct Reconciler {
    ports: Ports,
    /// Its name in the configuration.
    name: String,
    hypervisor: Arc<dyn Hypervisor>,
    settings: ReconcileSettings,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    /// The last sweep; that of another instance, before the first here.
    report: Option<SweepReport>,
    missing: HashMap<ServerId, u32>,
}

impl Reconciler {
    pub(super) fn new(
        ports: Ports,
        name: String,
        hypervisor: Arc<dyn Hypervisor>,
        settings: ReconcileSettings,
    ) -> Self {
        Self {
            ports,
            name,
            hypervisor,
            settings,
            memory: Mutex::default(),
        }
    }

    fn remember<T>(&self, look: impl FnOnce(&mut Memory) -> T) -> T {
        look(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Compares the servers that have a place on the hypervisor with its guests, and asks for no guest after
    /// `until`.
    pub(super) async fn compare_all(
        &self,
        listing: &Listing,
        servers: &[Server],
        until: Instant,
    ) -> Result<SweepReport, TaskError> {
        let mut report = SweepReport {
            hypervisor: self.name.clone(),
            swept: Some(listing.time),
            guest_count: listing.guests.len(),
            server_count: servers.len(),
            ..SweepReport::default()
        };
        let by_vmid: HashMap<u32, &Guest> = listing.guests.iter().map(|guest| (guest.vmid, guest)).collect();
        for server in servers {
            let Some(placement) = &server.placement else {
                continue;
            };
            if server.state == ServerState::Lost {
                report.lost.push(server.id);
            }
            let guest = by_vmid.get(&placement.vmid).copied();
            self.compare(server, guest, listing.time, until, &mut report)
                .await?;
        }
        report.orphans = self.orphans(listing, servers).await?;
        Ok(report)
    }

    /// What there is to say when the hypervisor did not list its guests: all that was found before still stands.
    pub(super) async fn not_listed(&self, error: &HypervisorError) -> Result<SweepReport, TaskError> {
        Ok(SweepReport {
            hypervisor: self.name.clone(),
            problem: error.to_string(),
            ..self.last_report().await?
        })
    }

    /// Tells what is new, and writes down what was found.
    pub(super) async fn conclude(&self, report: SweepReport) -> Result<(), TaskError> {
        tell_news(&self.last_report().await?, &report);
        let put = self.ports.store.sweep_put(&report, self.ports.clock.now()).await;
        put.map_err(TaskError::during("write what was found"))?;
        self.remember(|memory| memory.report = Some(report));
        Ok(())
    }

    /// What was found the last time, so that only news is told.
    async fn last_report(&self) -> Result<SweepReport, TaskError> {
        if let Some(report) = self.remember(|memory| memory.report.clone()) {
            return Ok(report);
        }
        let stored = self.ports.store.sweep_list().await;
        let stored = stored.map_err(TaskError::during("read what was found before"))?;
        let mine = stored.into_iter().find(|report| report.hypervisor == self.name);
        let report = mine.unwrap_or_default();
        self.remember(|memory| memory.report = Some(report.clone()));
        Ok(report)
    }

    /// One guest as it is now, if there is still time to ask.
    async fn ask(&self, vmid: u32, until: Instant) -> HypervisorResult<Option<Guest>> {
        let answer = timeout_at(until, self.hypervisor.guest(vmid)).await;
        answer
            .map_err(|_| HypervisorError::Unavailable("the comparison ran out of time".to_owned()))
            .flatten()
    }

    async fn compare(
        &self,
        server: &Server,
        listed: Option<&Guest>,
        begun: Timestamp,
        until: Instant,
        report: &mut SweepReport,
    ) -> Result<(), TaskError> {
        let settled_before = begun - self.settings.grace;
        let Some(placement) = &server.placement else {
            return Ok(());
        };
        let verdict = match judge(server, listed, settled_before) {
            verdict @ (Verdict::Fine | Verdict::Unmarked) => verdict,
            Verdict::Drifted(_) | Verdict::Missing => match self.ask(placement.vmid, until).await {
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
    async fn orphans(&self, listing: &Listing, servers: &[Server]) -> Result<Findings<Orphan>, TaskError> {
        let settled_before = listing.time - self.settings.grace;
        let here: HashMap<ServerId, &Server> = servers.iter().map(|server| (server.id, server)).collect();
        let owned = |guest: &Guest, servers: &HashMap<ServerId, &Server>| {
            let server = guest.server_id.and_then(|id| servers.get(&id).copied());
            server.is_some_and(|server| owns(server, &self.name, guest, settled_before))
        };
        // Most are explained by the servers at hand; the rows of the others are read.
        let marked = listing.guests.iter().filter(|guest| guest.ours);
        let unexplained: Vec<&Guest> = marked.filter(|guest| !owned(guest, &here)).collect();
        let mut orphans = Findings::default();
        for batch in unexplained.chunks(MAX_PAGE_SIZE as usize) {
            let ids: Vec<ServerId> = batch.iter().filter_map(|guest| guest.server_id).collect();
            let servers = self.ports.store.server_get_many(&ids).await;
            let servers = servers.map_err(TaskError::during("load the servers of marked guests"))?;
            let by_id = servers.iter().map(|server| (server.id, server)).collect();
            for guest in batch.iter().filter(|guest| !owned(guest, &by_id)) {
                orphans.push(Orphan {
                    vmid: guest.vmid,
                    node: guest.node.clone(),
                    name: guest.name.clone(),
                    server_id: guest.server_id,
                });
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
