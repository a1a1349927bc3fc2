//! Alerts that are open, and those that were.

use async_trait::async_trait;
use diesel::dsl::count_star;
use diesel::prelude::*;
use uuid::Uuid;

use super::alert_log::{body, owner};
use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::errors::{Failure, Outcome, is_unique_violation};
use super::one_of::one_of;
use super::rows::{Row, limit, parse, parse_all, parse_page};
use super::schema::alerts;
use super::sql_store::SqlStore;
use super::{alert_counters, alert_log, mutation, outbox};
use crate::domain::alert::{
    Alert, AlertFilter, AlertRevision, AlertRowChange, AlertState, AlertTransition, AlertWrite, LogBounds,
    LogPage, OpenAlerts,
};
use crate::domain::alert_rule::AlertSeverity;
use crate::domain::codes::Code;
use crate::domain::etag::Generation;
use crate::domain::ids::{AlertId, AlertRuleId, AlertTransitionId, ServerId, UserId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::time::Timestamp;
use crate::ports::store::{AlertStore, Mutation, StoreError, StoreResult};

#[derive(Queryable, Selectable)]
#[diesel(table_name = alerts)]
struct AlertRow {
    id: AlertId,
    body: String,
    generation: Generation,
}

impl Row for AlertRow {
    type Domain = Alert;
    const TABLE: &'static str = "alerts";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<Alert> {
        Some(Alert {
            generation: self.generation,
            ..serde_json::from_str(&self.body).ok()?
        })
    }
}

/// The rule whose alert it is now, until it is resolved.
fn open_rule(alert: &Alert) -> Option<AlertRuleId> {
    match alert.progress.state {
        AlertState::Pending | AlertState::Firing => Some(alert.rule_id),
        AlertState::Resolved => None,
    }
}

async fn insert_in_txn(c: &mut AnyConn, alert: &Alert) -> Outcome<()> {
    let inserted = diesel::insert_into(alerts::table)
        .values((
            alerts::id.eq(alert.id),
            alerts::open_rule_id.eq(open_rule(alert)),
            alerts::server_id.eq(ServerId::from_uuid(alert.subject.key())),
            alerts::node_id.eq(alert.subject.node_id()),
            alerts::owner_id.eq(owner(alert)),
            alerts::state.eq(alert.progress.state.code()),
            alerts::severity.eq(alert.severity.code()),
            alerts::body.eq(body(alert)?),
            alerts::resolve_time.eq(alert.progress.resolve_time),
            alerts::generation.eq(Generation::FIRST),
        ))
        .exec(c)
        .await;
    match inserted {
        Ok(_) => Ok(()),
        Err(error) if is_unique_violation(&error) => Err(StoreError::Stale.into()),
        Err(error) => Err(error.into()),
    }
}

async fn update_in_txn(c: &mut AnyConn, alert: &Alert, guard: Generation) -> Outcome<usize> {
    let seen = alerts::table.find(alert.id).filter(alerts::generation.eq(guard));
    let changed = diesel::update(seen)
        .set((
            alerts::open_rule_id.eq(open_rule(alert)),
            alerts::state.eq(alert.progress.state.code()),
            alerts::severity.eq(alert.severity.code()),
            alerts::body.eq(body(alert)?),
            alerts::resolve_time.eq(alert.progress.resolve_time),
            alerts::generation.eq(guard.next()),
        ))
        .exec(c)
        .await?;
    Ok(changed)
}

async fn write_in_txn(c: &mut AnyConn, write: &AlertWrite) -> Outcome<()> {
    let changed = match write.change {
        AlertRowChange::Insert => {
            insert_in_txn(c, &write.alert).await?;
            1
        }
        AlertRowChange::Update(guard) => update_in_txn(c, &write.alert, guard).await?,
        AlertRowChange::Remove(guard) => {
            let seen = alerts::table
                .find(write.alert.id)
                .filter(alerts::generation.eq(guard));
            diesel::delete(seen).exec(c).await?
        }
    };
    match changed {
        1 => Ok(()),
        _ => Err(Failure::Store(StoreError::Stale)),
    }
}

async fn apply_in_txn(c: &mut AnyConn, writes: &[AlertWrite]) -> Outcome<AlertRevision> {
    let lines = writes.iter().filter(|write| write.transition.is_some()).count();
    alert_counters::count_in_txn(c, alert_counters::ALERTS, 1).await?;
    let lines = i64::try_from(lines).unwrap_or(i64::MAX);
    if lines > 0 {
        alert_counters::count_in_txn(c, alert_counters::TRANSITIONS, lines).await?;
    }
    let revision = alert_counters::read(c).await?;
    let mut position = revision.transitions - lines;
    for write in writes {
        write_in_txn(c, write).await?;
        if let Some(transition) = &write.transition {
            position += 1;
            alert_log::insert_in_txn(c, position, transition, &write.alert).await?;
        }
        if let Some(message) = &write.message {
            outbox::insert_in_txn(c, message).await?;
        }
    }
    Ok(revision)
}

#[async_trait]
impl AlertStore for SqlStore {
    async fn alert_revision(&self) -> StoreResult<AlertRevision> {
        self.database.read(|c| Scoped::new(alert_counters::read(c))).await
    }

    async fn alert_open(&self) -> StoreResult<OpenAlerts> {
        let rows: Vec<(AlertRow, Option<AlertRuleId>, ServerId)> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let states = [AlertState::Pending, AlertState::Firing].map(Code::code);
                    let query = alerts::table.filter(one_of(alerts::state, states)).select((
                        AlertRow::as_select(),
                        alerts::open_rule_id,
                        alerts::server_id,
                    ));
                    Ok(query.all(c).await?)
                })
            })
            .await?;
        let mut open = OpenAlerts::default();
        for (row, rule, server) in rows {
            match parse(row) {
                Ok(alert) => open.alerts.push(alert),
                Err(_) => open.unreadable.extend(rule.map(|rule| (rule, server.as_uuid()))),
            }
        }
        Ok(open)
    }

    async fn alert_apply(
        &self,
        writes: &[AlertWrite],
        mutation: Option<&Mutation>,
    ) -> StoreResult<AlertRevision> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    if let Some(mutation) = mutation {
                        mutation::record_in_txn(c, mutation).await?;
                    }
                    apply_in_txn(c, writes).await
                })
            })
            .await
    }

    async fn alert_get(&self, id: AlertId) -> StoreResult<Alert> {
        let row: AlertRow = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = alerts::table.find(id).select(AlertRow::as_select());
                    Ok(query.one(c).await?)
                })
            })
            .await?;
        parse(row)
    }

    async fn alert_list(&self, filter: &AlertFilter, page: PageRequest) -> StoreResult<Page<Alert>> {
        let rows: Vec<AlertRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let mut query = alerts::table.select(AlertRow::as_select()).into_boxed::<AnyDb>();
                    if !filter.states.is_empty() {
                        let states: Vec<&str> = filter.states.iter().map(|state| state.code()).collect();
                        query = query.filter(alerts::state.eq_any(states));
                    }
                    if let Some(server) = filter.server_id {
                        query = query.filter(alerts::server_id.eq(server));
                    }
                    if let Some(node) = filter.node_id {
                        query = query.filter(alerts::node_id.eq(node));
                    }
                    if let Some(severity) = filter.severity {
                        query = query.filter(alerts::severity.eq(severity.code()));
                    }
                    if let Some(owner) = filter.owner_id {
                        query = query.filter(alerts::owner_id.eq(owner));
                    }
                    if let Some(after) = page.after {
                        query = query.filter(alerts::id.lt(AlertId::from_uuid(after)));
                    }
                    Ok(query
                        .order(alerts::id.desc())
                        .limit(limit(page.size))
                        .all(c)
                        .await?)
                })
            })
            .await?;
        Ok(parse_page(rows, page.size))
    }

    async fn alert_firing_counts(&self) -> StoreResult<Vec<(AlertSeverity, u64)>> {
        let counts: Vec<(String, i64)> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = alerts::table
                        .filter(alerts::state.eq(AlertState::Firing.code()))
                        .group_by(alerts::severity)
                        .select((alerts::severity, count_star()));
                    Ok(query.all(c).await?)
                })
            })
            .await?;
        let known = counts
            .into_iter()
            .filter_map(|(code, count)| Some((AlertSeverity::from_code(&code)?, count.unsigned_abs())));
        Ok(known.collect())
    }

    async fn alert_log(&self, after: i64, owner: Option<UserId>, limit: u32) -> StoreResult<LogPage> {
        let read = self
            .database
            .read(|c| Scoped::new(alert_log::read(c, after, owner, limit)))
            .await?;
        Ok(LogPage {
            lines: parse_all(read.rows),
            end: read.end,
            more: read.more,
        })
    }

    async fn alert_log_of(&self, id: AlertId, limit: u32) -> StoreResult<Vec<AlertTransition>> {
        let rows = self
            .database
            .read(|c| Scoped::new(alert_log::of_alert(c, id, limit)))
            .await?;
        Ok(parse_all(rows))
    }

    async fn alert_log_bounds(&self) -> StoreResult<LogBounds> {
        self.database.read(|c| Scoped::new(alert_log::bounds(c))).await
    }

    async fn alert_transition_get(&self, id: AlertTransitionId) -> StoreResult<AlertTransition> {
        let row = self.database.read(|c| Scoped::new(alert_log::get(c, id))).await?;
        parse(row)
    }

    async fn alert_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let old: Vec<AlertId> = alerts::table
                        .filter(alerts::resolve_time.lt(before))
                        .order(alerts::resolve_time)
                        .limit(limit.into())
                        .select(alerts::id)
                        .all(c)
                        .await?;
                    let removed = diesel::delete(alerts::table.filter(alerts::id.eq_any(old)))
                        .exec(c)
                        .await?;
                    Ok(removed as u64)
                })
            })
            .await
    }

    async fn alert_log_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| Scoped::new(alert_log::prune(c, before, limit)))
            .await
    }
}
