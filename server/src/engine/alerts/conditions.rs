//! Holds servers and operations against the rules that are about no metric, and ends alerts of servers that are
//! gone. What the rows say is always known, so these alerts never lack data. Those about a metric of a server that
//! no sweep sees any more lack it from then on.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::book::{Book, Shelf};
use super::judgement::{Judgement, Subject, begun, judged, withdrawn};
use super::log::AlertLog;
use super::looking::{always_known, look_whether, timing};
use super::writer::{AlertWriter, BATCH};
use crate::domain::alert::{Alert, AlertWrite, OpenAlerts};
use crate::domain::alert_condition::{Condition, ServerProblem};
use crate::domain::alert_machine::{Look, Step, step};
use crate::domain::alert_rule::AlertRule;
use crate::domain::alert_subject::AlertSubject;
use crate::domain::codes::Code;
use crate::domain::ids::{AlertRuleId, OperationId, ServerId};
use crate::domain::operation::{OperationFilter, OperationState};
use crate::domain::page::{MAX_PAGE_SIZE, PageRequest};
use crate::domain::server::{Server, ServerFilter, ServerState};
use crate::domain::time::Timestamp;
use crate::engine::context::Ports;
use crate::ports::store::{StoreError, StoreResult};

/// Times that somebody else may write the same alerts first.
const TRIES: u32 = 5;

#[derive(Debug)]
pub struct ConditionAlerts {
    ports: Ports,
    shelf: Arc<Shelf>,
    writer: AlertWriter,
    log: Arc<AlertLog>,
}

/// What is wrong now.
#[derive(Debug, Default)]
struct Wrong {
    /// Servers in a bad state, and those with an operation that is stuck.
    servers: HashMap<ServerId, Server>,
    stuck: HashMap<ServerId, OperationId>,
    /// Servers of open alerts.
    known: HashMap<ServerId, Server>,
    /// Of these, those on hypervisors that are not configured any more: no sweep sees them.
    unswept: HashSet<ServerId>,
}

impl ConditionAlerts {
    pub const fn new(ports: Ports, shelf: Arc<Shelf>, writer: AlertWriter, log: Arc<AlertLog>) -> Self {
        Self {
            ports,
            shelf,
            writer,
            log,
        }
    }

    /// Tells how many changes were written.
    pub async fn evaluate(&self) -> StoreResult<usize> {
        let mut written = 0;
        for _ in 0..TRIES {
            match self.try_evaluate(&mut written).await {
                Err(StoreError::Stale) => {}
                ended => return ended.map(|()| written),
            }
        }
        Err(StoreError::Stale)
    }

    async fn try_evaluate(&self, written: &mut usize) -> StoreResult<()> {
        let open = self.ports.store.alert_open().await?;
        // Read last: there is no alert whose rule is younger than the rules at hand.
        let book = self.shelf.current().await?;
        let wrong = self.look(&book, &open.alerts).await?;
        let (writes, evaluations) = judge(&book, &open, &wrong, self.ports.clock.now());
        self.log.evaluated(evaluations);
        for batch in writes.chunks(BATCH) {
            self.writer.write(batch, None).await?;
            *written += batch.len();
        }
        Ok(())
    }

    /// Only what there are rules for.
    async fn look(&self, book: &Book, open: &[Alert]) -> StoreResult<Wrong> {
        let mut wrong = Wrong::default();
        let conditions = || book.other_rules().iter().map(|rule| rule.condition);
        let asked = |wanted: ServerProblem| {
            conditions().any(|condition| match condition {
                Condition::ServerState { problem, .. } => problem == wanted,
                Condition::Metric(_)
                | Condition::OperationStuck { .. }
                | Condition::NodeOffline { .. }
                | Condition::ContainerState { .. }
                | Condition::ContainerRestarts { .. }
                | Condition::DiskForecast { .. } => false,
            })
        };
        for problem in ServerProblem::ALL {
            if asked(*problem) {
                self.servers_with(*problem, &mut wrong).await?;
            }
        }
        if conditions().any(|condition| matches!(condition, Condition::OperationStuck { .. })) {
            self.stuck(&mut wrong).await?;
        }
        let mut ids: HashSet<ServerId> = open
            .iter()
            .filter_map(|alert| alert.subject.server_id())
            .collect();
        ids.extend(wrong.stuck.keys());
        let ids: Vec<ServerId> = ids.into_iter().collect();
        for some in ids.chunks(MAX_PAGE_SIZE as usize) {
            let servers = self.ports.store.server_get_many(some).await?;
            let live = servers
                .into_iter()
                .filter(|server| server.state != ServerState::Deleted);
            wrong.known.extend(live.map(|server| (server.id, server)));
        }
        let unswept = wrong.known.values().filter(|server| {
            let placement = server.placement.as_ref();
            placement.is_some_and(|placement| self.ports.hypervisors.get(&placement.hypervisor).is_none())
        });
        wrong.unswept = unswept.map(|server| server.id).collect();
        Ok(wrong)
    }

    async fn servers_with(&self, problem: ServerProblem, wrong: &mut Wrong) -> StoreResult<()> {
        let filter = ServerFilter {
            states: states_of(problem).to_vec(),
            wanted_running: match problem {
                ServerProblem::Failed => None,
                ServerProblem::Down => Some(true),
            },
            ..ServerFilter::default()
        };
        let mut page = PageRequest::first(MAX_PAGE_SIZE);
        loop {
            let read = self.ports.store.server_list(&filter, page).await?;
            wrong
                .servers
                .extend(read.items.into_iter().map(|server| (server.id, server)));
            match read.next {
                Some(after) => page.after = Some(after),
                None => return Ok(()),
            }
        }
    }

    async fn stuck(&self, wrong: &mut Wrong) -> StoreResult<()> {
        let filter = OperationFilter {
            states: vec![OperationState::Stuck],
            ..OperationFilter::default()
        };
        let mut page = PageRequest::first(MAX_PAGE_SIZE);
        loop {
            let read = self.ports.store.operation_list(&filter, page).await?;
            wrong.stuck.extend(
                read.items
                    .into_iter()
                    .map(|operation| (operation.server_id, operation.id)),
            );
            match read.next {
                Some(after) => page.after = Some(after),
                None => return Ok(()),
            }
        }
    }
}

/// States in which a server may have the problem.
const fn states_of(problem: ServerProblem) -> &'static [ServerState] {
    match problem {
        ServerProblem::Failed => &[ServerState::Failed, ServerState::Lost],
        ServerProblem::Down => &[ServerState::Stopped],
    }
}

fn has(server: &Server, problem: ServerProblem) -> bool {
    let state = states_of(problem).contains(&server.state);
    match problem {
        ServerProblem::Failed => state,
        ServerProblem::Down => state && server.wanted_running,
    }
}

impl Wrong {
    /// How the condition sees a server. While an operation is at it, its state says what is being done, and
    /// neither what is wrong nor that it is over.
    fn look(&self, condition: &Condition, server: &Server, now: Timestamp) -> Option<Look> {
        let of_state = matches!(condition, Condition::ServerState { .. });
        if of_state && server.state.is_transitional() {
            return None;
        }
        Some(look_whether(self.holds(condition, server), now))
    }

    /// Whether the condition holds for a server.
    fn holds(&self, condition: &Condition, server: &Server) -> bool {
        match condition {
            Condition::ServerState { problem, .. } => has(server, *problem),
            Condition::OperationStuck { .. } => self.stuck.contains_key(&server.id),
            Condition::Metric(_)
            | Condition::NodeOffline { .. }
            | Condition::ContainerState { .. }
            | Condition::ContainerRestarts { .. }
            | Condition::DiskForecast { .. } => false,
        }
    }

    fn subject(&self, condition: &Condition, server: &Server) -> Subject {
        let stuck = matches!(condition, Condition::OperationStuck { .. });
        Subject {
            about: AlertSubject::Server {
                server_id: server.id,
                server_name: server.name.to_string(),
                owner_id: server.owner_id,
            },
            operation_id: self.stuck.get(&server.id).copied().filter(|_| stuck),
        }
    }
}

fn judge(book: &Book, open: &OpenAlerts, wrong: &Wrong, now: Timestamp) -> (Vec<AlertWrite>, u64) {
    let (mut writes, mut evaluations) = (Vec::new(), 0);
    let silenced = |alert: &Alert| book.silenced_until(alert, now).is_some();
    for alert in &open.alerts {
        let Some(server_id) = alert.subject.server_id() else {
            continue;
        };
        let Some(server) = wrong.known.get(&server_id) else {
            writes.push(withdrawn(alert, now));
            continue;
        };
        let Some(rule) = book.rule_of(alert) else {
            writes.push(withdrawn(alert, now));
            continue;
        };
        let (timing, seen) = match rule.condition {
            // Its sweep holds it against the rule, where there is one.
            Condition::Metric(_) if !wrong.unswept.contains(&server.id) => continue,
            Condition::Metric(_) => (timing(rule, Duration::ZERO), None),
            Condition::ServerState { .. }
            | Condition::OperationStuck { .. }
            | Condition::NodeOffline { .. }
            | Condition::ContainerState { .. }
            | Condition::ContainerRestarts { .. }
            | Condition::DiskForecast { .. } => {
                (always_known(rule), wrong.look(&rule.condition, server, now))
            }
        };
        evaluations += 1;
        let step = step(&timing, Some(&alert.progress), seen, now);
        let subject = wrong.subject(&rule.condition, server);
        match judged(rule, &subject, alert, step, silenced, now) {
            Judgement::Remember(_) => {}
            Judgement::Write(write) => writes.push(write),
        }
    }
    let readable = open
        .alerts
        .iter()
        .map(|alert| (alert.rule_id, alert.subject.key()));
    let have: HashSet<(AlertRuleId, Uuid)> = readable.chain(open.unreadable.iter().copied()).collect();
    for rule in book.other_rules() {
        for server in candidates(rule, wrong) {
            let covered =
                rule.covers(server.id, server.owner_id) && !have.contains(&(rule.id, server.id.as_uuid()));
            if !covered {
                continue;
            }
            evaluations += 1;
            let seen = wrong.look(&rule.condition, server, now);
            if let Step::Begins(progress) = step(&always_known(rule), None, seen, now) {
                let subject = wrong.subject(&rule.condition, server);
                writes.push(begun(rule, &subject, progress, silenced, now));
            }
        }
    }
    (writes, evaluations)
}

/// The servers that a rule may be about now.
fn candidates<'a>(rule: &AlertRule, wrong: &'a Wrong) -> Vec<&'a Server> {
    match rule.condition {
        Condition::ServerState { .. } => wrong.servers.values().collect(),
        Condition::OperationStuck { .. } => {
            let stuck = wrong.stuck.keys();
            stuck.filter_map(|server| wrong.known.get(server)).collect()
        }
        Condition::Metric(_)
        | Condition::NodeOffline { .. }
        | Condition::ContainerState { .. }
        | Condition::ContainerRestarts { .. }
        | Condition::DiskForecast { .. } => Vec::new(),
    }
}

#[cfg(test)]
#[path = "conditions_tests.rs"]
mod tests;
