//! Removes rows that nobody will ask for again, a few at a time. How long the audit log is kept is for the
//! operator to decide.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::task::{Schedule, Task, TaskError};
use crate::domain::delivery::Lane;
use crate::domain::time::Timestamp;
use crate::engine::context::Ports;
use crate::ports::store::StoreResult;

const DAY: Duration = Duration::from_hours(24);
/// Sessions and links stay for a month after their end: "where was I signed in?"
const KEEP_SESSIONS: Duration = Duration::from_hours(30 * 24);
/// An account's list of tokens does not show those that are over; the audit log names them for longer.
const KEEP_TOKENS: Duration = Duration::from_hours(90 * 24);
/// As the contract says.
const KEEP_ALERTS: Duration = Duration::from_hours(90 * 24);
/// After their end, as the contract says.
const KEEP_ENROLMENTS: Duration = Duration::from_hours(30 * 24);
const KEEP_MESSAGES: Duration = Duration::from_hours(30 * 24);
const KEEP_NOTIFICATIONS: Duration = Duration::from_hours(90 * 24);
/// Longer than messages are tried: what is older waits for a mail server that was never configured.
const KEEP_UNSENT: Duration = Duration::from_hours(7 * 24);
/// Longer than any window of tries.
const KEEP_THROTTLES: Duration = DAY;
/// A client that repeats a request does so within the day.
const KEEP_REQUESTS: Duration = Duration::from_hours(7 * 24);
/// Rows that one statement removes: others must get their turn between two.
const BATCH: u32 = 500;
/// Statements of one kind in one turn; the next turn goes on.
const BATCHES: u32 = 200;

/// What is pruned.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Sessions,
    Links,
    Messages,
    Unsent,
    Deliveries,
    UnsentMail,
    UnsentPosts,
    Notifications,
    Throttles,
    Requests,
    Audit,
    Operations,
    Events,
    Servers,
    Tokens,
    Alerts,
    AlertLog,
    Silences,
    EnrolmentTokens,
    NodeEvents,
    NodeCommands,
}

/// Rows removed in one turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PruneStatus {
    pub sessions: u64,
    pub links: u64,
    pub messages: u64,
    /// Messages and deliveries that never left.
    pub unsent: u64,
    pub deliveries: u64,
    pub notifications: u64,
    pub throttles: u64,
    pub requests: u64,
    pub audit_events: u64,
    /// Each with its steps.
    pub operations: u64,
    pub events: u64,
    /// That were deleted.
    pub servers: u64,
    pub tokens: u64,
    /// That were resolved.
    pub alerts: u64,
    /// Lines of the log of alerts.
    pub alert_changes: u64,
    pub silences: u64,
    pub enrolment_tokens: u64,
    pub node_events: u64,
    /// That have ended.
    pub node_commands: u64,
}

/// What the operator decides.
#[derive(Clone, Copy, Debug)]
pub struct PruneSettings {
    /// How long finished operations, deleted servers and the events of servers are kept.
    pub keep_operations: Duration,
    /// How long audit events are kept; `None` is for ever.
    pub keep_audit: Option<Duration>,
}

impl Default for PruneSettings {
    fn default() -> Self {
        Self {
            keep_operations: 400 * DAY,
            keep_audit: None,
        }
    }
}

pub struct Prune {
    ports: Ports,
    settings: PruneSettings,
}

impl Prune {
    pub fn new(ports: Ports, settings: PruneSettings) -> Self {
        Self { ports, settings }
    }

    pub async fn prune(&self, token: &CancellationToken) -> StoreResult<PruneStatus> {
        Ok(PruneStatus {
            sessions: self.all(Kind::Sessions, KEEP_SESSIONS, token).await?,
            links: self.all(Kind::Links, KEEP_SESSIONS, token).await?,
            messages: self.all(Kind::Messages, KEEP_MESSAGES, token).await?,
            unsent: self.all(Kind::Unsent, KEEP_UNSENT, token).await?
                + self.all(Kind::UnsentMail, KEEP_UNSENT, token).await?
                + self.all(Kind::UnsentPosts, KEEP_UNSENT, token).await?,
            deliveries: self.all(Kind::Deliveries, KEEP_MESSAGES, token).await?,
            notifications: self.all(Kind::Notifications, KEEP_NOTIFICATIONS, token).await?,
            throttles: self.all(Kind::Throttles, KEEP_THROTTLES, token).await?,
            requests: self.all(Kind::Requests, KEEP_REQUESTS, token).await?,
            audit_events: match self.settings.keep_audit {
                Some(keep) => self.all(Kind::Audit, keep, token).await?,
                None => 0,
            },
            operations: self
                .all(Kind::Operations, self.settings.keep_operations, token)
                .await?,
            events: self
                .all(Kind::Events, self.settings.keep_operations, token)
                .await?,
            servers: self
                .all(Kind::Servers, self.settings.keep_operations, token)
                .await?,
            tokens: self.all(Kind::Tokens, KEEP_TOKENS, token).await?,
            alerts: self.all(Kind::Alerts, KEEP_ALERTS, token).await?,
            alert_changes: self.all(Kind::AlertLog, KEEP_ALERTS, token).await?,
            silences: self.all(Kind::Silences, KEEP_ALERTS, token).await?,
            enrolment_tokens: self.all(Kind::EnrolmentTokens, KEEP_ENROLMENTS, token).await?,
            node_events: self.all(Kind::NodeEvents, KEEP_ALERTS, token).await?,
            node_commands: self.all(Kind::NodeCommands, KEEP_ALERTS, token).await?,
        })
    }

    async fn all(&self, kind: Kind, keep: Duration, token: &CancellationToken) -> StoreResult<u64> {
        let before = self.ports.clock.now() - keep;
        let mut removed = 0;
        for _ in 0..BATCHES {
            if token.is_cancelled() {
                break;
            }
            let batch = self.some(kind, before).await?;
            removed += batch;
            if batch < u64::from(BATCH) {
                break;
            }
        }
        Ok(removed)
    }

    async fn some(&self, kind: Kind, before: Timestamp) -> StoreResult<u64> {
        let store = &self.ports.store;
        match kind {
            Kind::Sessions => store.session_prune(before, BATCH).await,
            Kind::Links => store.email_token_prune(before, BATCH).await,
            Kind::Messages => store.outbox_prune(before, BATCH).await,
            Kind::Unsent => store.outbox_prune_unsent(before, BATCH).await,
            Kind::Deliveries => store.delivery_prune(before, BATCH).await,
            Kind::UnsentMail => store.delivery_prune_unsent(Lane::Mail, before, BATCH).await,
            Kind::UnsentPosts => store.delivery_prune_unsent(Lane::Post, before, BATCH).await,
            Kind::Notifications => store.notification_prune(before, BATCH).await,
            Kind::Throttles => store.throttle_prune(before, BATCH).await,
            Kind::Requests => store.request_prune(before, BATCH).await,
            Kind::Audit => store.audit_prune(before, BATCH).await,
            Kind::Operations => store.operation_prune(before, BATCH).await,
            Kind::Events => store.event_prune(before, BATCH).await,
            Kind::Servers => store.server_prune(before, BATCH).await,
            Kind::Tokens => store.api_token_prune(before, BATCH).await,
            Kind::Alerts => store.alert_prune(before, BATCH).await,
            Kind::AlertLog => store.alert_log_prune(before, BATCH).await,
            Kind::Silences => store.silence_prune(before, BATCH).await,
            Kind::EnrolmentTokens => store.enrolment_token_prune(before, BATCH).await,
            Kind::NodeEvents => store.node_event_prune(before, BATCH).await,
            Kind::NodeCommands => store.node_command_prune(before, BATCH).await,
        }
    }
}

#[async_trait]
impl Task for Prune {
    fn name(&self) -> &'static str {
        "prune"
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            period: Duration::from_hours(1),
            leader_only: true,
        }
    }

    async fn run_once(&self, token: &CancellationToken) -> Result<String, TaskError> {
        let status = self
            .prune(token)
            .await
            .map_err(TaskError::during("prune old rows"))?;
        if status.unsent > 0 {
            tracing::warn!(
                messages = status.unsent,
                "removed messages that waited for a week and were never sent"
            );
        }
        Ok(status.to_string())
    }
}

impl fmt::Display for PruneStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "removed {} sessions, {} links, {} messages, {} unsent messages, {} deliveries, {} notifications, {} throttles, {} request ids, {} audit events, {} operations, {} events, {} deleted servers, {} tokens, {} alerts, {} changes of alerts, {} silences, {} enrolment tokens, {} events of nodes",
            self.sessions,
            self.links,
            self.messages,
            self.unsent,
            self.deliveries,
            self.notifications,
            self.throttles,
            self.requests,
            self.audit_events,
            self.operations,
            self.events,
            self.servers,
            self.tokens,
            self.alerts,
            self.alert_changes,
            self.silences,
            self.enrolment_tokens,
            self.node_events
        )
    }
}

impl fmt::Debug for Prune {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prune(..)")
    }
}
