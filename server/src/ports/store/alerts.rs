//! Alerts: the rules that make them, the log of what happened to them, and what keeps them from being told.

use async_trait::async_trait;

use super::error::StoreResult;
use super::mutation::Mutation;
use crate::domain::alert::{
    Alert, AlertFilter, AlertRevision, AlertTransition, AlertWrite, LogBounds, LogPage, OpenAlerts,
};
use crate::domain::alert_rule::{AlertRule, AlertRuleFilter, AlertSeverity};
use crate::domain::etag::Generation;
use crate::domain::ids::{AlertId, AlertRuleId, AlertTransitionId, SilenceId, UserId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::silence::{Silence, SilenceFilter};
use crate::domain::time::Timestamp;

#[async_trait]
pub trait AlertRuleStore: Send + Sync {
    /// `Full` when the owner, or the installation, has `limit` of them.
    async fn alert_rule_insert(&self, rule: &AlertRule, limit: u64, mutation: &Mutation) -> StoreResult<()>;

    async fn alert_rule_get(&self, id: AlertRuleId) -> StoreResult<AlertRule>;

    /// Oldest first.
    async fn alert_rule_list(
        &self,
        filter: &AlertRuleFilter,
        page: PageRequest,
    ) -> StoreResult<Page<AlertRule>>;

    /// Writes every field but id, owner, creation and generation, guarded by `guard`; the row's generation is
    /// then `guard.next()`.
    async fn alert_rule_update(
        &self,
        rule: &AlertRule,
        guard: Generation,
        mutation: &Mutation,
    ) -> StoreResult<()>;

    async fn alert_rule_delete(
        &self,
        id: AlertRuleId,
        guard: Option<Generation>,
        mutation: &Mutation,
    ) -> StoreResult<()>;
}

#[async_trait]
pub trait AlertStore: Send + Sync {
    /// One small query.
    async fn alert_revision(&self) -> StoreResult<AlertRevision>;

    /// In no particular order.
    async fn alert_open(&self) -> StoreResult<OpenAlerts>;

    /// Writes changes of alerts, their lines in the log and their messages in one transaction, and tells the
    /// revision afterwards. Nothing is written and all is `Stale` when one of the guards does not hold, or
    /// when there is an alert of the rule on the server already.
    async fn alert_apply(
        &self,
        writes: &[AlertWrite],
        mutation: Option<&Mutation>,
    ) -> StoreResult<AlertRevision>;

    async fn alert_get(&self, id: AlertId) -> StoreResult<Alert>;

    /// Newest first.
    async fn alert_list(&self, filter: &AlertFilter, page: PageRequest) -> StoreResult<Page<Alert>>;

    /// Alerts that fire, by severity, for the metrics.
    async fn alert_firing_counts(&self) -> StoreResult<Vec<(AlertSeverity, u64)>>;

    /// At most `limit` lines of the log behind `after`, of servers of this owner. No line appears at a place that
    /// was told of before.
    async fn alert_log(&self, after: i64, owner: Option<UserId>, limit: u32) -> StoreResult<LogPage>;

    /// The newest lines of one alert, newest first.
    async fn alert_log_of(&self, id: AlertId, limit: u32) -> StoreResult<Vec<AlertTransition>>;

    async fn alert_log_bounds(&self) -> StoreResult<LogBounds>;

    async fn alert_transition_get(&self, id: AlertTransitionId) -> StoreResult<AlertTransition>;

    /// Removes alerts that were resolved before `before`, at most `limit`; tells how many.
    async fn alert_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;

    /// Removes the oldest lines of the log up to the first that is not from before `before`, at most `limit`;
    /// tells how many.
    async fn alert_log_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}

#[async_trait]
pub trait SilenceStore: Send + Sync {
    /// `Full` when the owner, or the operators together, have `limit` that are not over at `now`.
    async fn silence_insert(
        &self,
        silence: &Silence,
        limit: u64,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<()>;

    async fn silence_get(&self, id: SilenceId) -> StoreResult<Silence>;

    /// Newest first.
    async fn silence_list(&self, filter: &SilenceFilter, page: PageRequest) -> StoreResult<Page<Silence>>;

    /// All that are not over, those that have not begun too.
    async fn silence_current(&self, now: Timestamp) -> StoreResult<Vec<Silence>>;

    async fn silence_delete(&self, id: SilenceId, mutation: &Mutation) -> StoreResult<()>;

    /// Removes silences that were over before `before`, at most `limit`; tells how many.
    async fn silence_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64>;
}
