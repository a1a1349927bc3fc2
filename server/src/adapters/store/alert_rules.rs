//! Rules of alerts. Each change is counted: who remembers rules asks for the count.

use std::time::Duration;

use async_trait::async_trait;
use diesel::dsl::exists;
use diesel::prelude::*;
use uuid::Uuid;

use super::alert_counters::{self, SETTINGS};
use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::errors::{Outcome, stale_or_missing};
use super::mutation;
use super::rows::{Row, limit, parse, parse_page};
use super::schema::alert_rules;
use super::sql_store::SqlStore;
use crate::domain::alert_rule::{AlertRule, AlertRuleFilter, AlertSeverity};
use crate::domain::alert_subject::RuleSubjects;
use crate::domain::codes::Code;
use crate::domain::etag::Generation;
use crate::domain::ids::{AlertRuleId, ServerId, UserId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::time::Timestamp;
use crate::ports::store::{AlertRuleStore, Mutation, StoreError, StoreResult};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = alert_rules, treat_none_as_default_value = false)]
struct AlertRuleRow {
    id: AlertRuleId,
    owner_id: Option<UserId>,
    name: String,
    disabled: bool,
    server_id: Option<ServerId>,
    condition_json: String,
    severity: String,
    channels_json: String,
    repeat_interval: Option<i64>,
    clear_duration: i64,
    create_time: Timestamp,
    update_time: Timestamp,
    generation: Generation,
    subjects_json: Option<String>,
}

impl AlertRuleRow {
    fn new(rule: &AlertRule) -> StoreResult<Self> {
        let json = |error: serde_json::Error| StoreError::Other(error.into());
        Ok(Self {
            id: rule.id,
            owner_id: rule.owner_id,
            name: rule.name.clone(),
            disabled: rule.disabled,
            server_id: match &rule.subjects {
                RuleSubjects::AllServers => None,
                RuleSubjects::Server(id) => Some(*id),
                RuleSubjects::Nodes(_) | RuleSubjects::Containers { .. } => Some(NO_SERVER),
            },
            subjects_json: match &rule.subjects {
                RuleSubjects::AllServers | RuleSubjects::Server(_) => None,
                RuleSubjects::Nodes(_) | RuleSubjects::Containers { .. } => {
                    Some(serde_json::to_string(&rule.subjects).map_err(json)?)
                }
            },
            condition_json: serde_json::to_string(&rule.condition).map_err(json)?,
            severity: rule.severity.code().to_owned(),
            channels_json: serde_json::to_string(&rule.channels).map_err(json)?,
            repeat_interval: rule.repeat_interval.map(micros),
            clear_duration: micros(rule.clear_duration),
            create_time: rule.create_time,
            update_time: rule.update_time,
            generation: rule.generation,
        })
    }
}

/// Where a rule is about no server: one that there is not, so that it is not about all of them.
const NO_SERVER: ServerId = ServerId::from_uuid(Uuid::nil());

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl Row for AlertRuleRow {
    type Domain = AlertRule;
    const TABLE: &'static str = "alert_rules";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<AlertRule> {
        let duration = |micros: i64| u64::try_from(micros).ok().map(Duration::from_micros);
        Some(AlertRule {
            id: self.id,
            owner_id: self.owner_id,
            name: self.name,
            disabled: self.disabled,
            subjects: match (self.subjects_json, self.server_id) {
                (Some(subjects), _) => serde_json::from_str(&subjects).ok()?,
                (None, Some(server)) => RuleSubjects::Server(server),
                (None, None) => RuleSubjects::AllServers,
            },
            condition: serde_json::from_str(&self.condition_json).ok()?,
            severity: AlertSeverity::from_code(&self.severity)?,
            channels: serde_json::from_str(&self.channels_json).ok()?,
            repeat_interval: match self.repeat_interval {
                Some(micros) => Some(duration(micros)?),
                None => None,
            },
            clear_duration: duration(self.clear_duration)?,
            create_time: self.create_time,
            update_time: self.update_time,
            generation: self.generation,
        })
    }
}

async fn rule_exists(c: &mut AnyConn, id: AlertRuleId) -> Outcome<bool> {
    Ok(diesel::select(exists(alert_rules::table.find(id))).one(c).await?)
}

/// The settings are counted, and so held: nobody else adds a rule meanwhile.
async fn refuse_full(c: &mut AnyConn, owner: Option<UserId>, limit: u64) -> Outcome<()> {
    let mut query = alert_rules::table.count().into_boxed::<AnyDb>();
    query = match owner {
        Some(owner) => query.filter(alert_rules::owner_id.eq(owner)),
        None => query.filter(alert_rules::owner_id.is_null()),
    };
    let count: i64 = query.one(c).await?;
    if count.unsigned_abs() >= limit {
        let what = "alert rules";
        return Err(StoreError::Full { what, limit }.into());
    }
    Ok(())
}

#[async_trait]
impl AlertRuleStore for SqlStore {
    async fn alert_rule_insert(&self, rule: &AlertRule, limit: u64, mutation: &Mutation) -> StoreResult<()> {
        let row = &AlertRuleRow::new(rule)?;
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    alert_counters::count_in_txn(c, SETTINGS, 1).await?;
                    refuse_full(c, row.owner_id, limit).await?;
                    diesel::insert_into(alert_rules::table)
                        .values(row)
                        .exec(c)
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn alert_rule_get(&self, id: AlertRuleId) -> StoreResult<AlertRule> {
        let row: AlertRuleRow = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = alert_rules::table.find(id).select(AlertRuleRow::as_select());
                    Ok(query.one(c).await?)
                })
            })
            .await?;
        parse(row)
    }

    async fn alert_rule_list(
        &self,
        filter: &AlertRuleFilter,
        page: PageRequest,
    ) -> StoreResult<Page<AlertRule>> {
        let rows: Vec<AlertRuleRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let mut query = alert_rules::table
                        .select(AlertRuleRow::as_select())
                        .into_boxed::<AnyDb>();
                    if let Some(me) = filter.visible_to {
                        let theirs = alert_rules::owner_id.eq(me);
                        // Those about nodes are for staff.
                        let of_servers = alert_rules::owner_id
                            .is_null()
                            .and(alert_rules::subjects_json.is_null());
                        query = query.filter(theirs.or(of_servers));
                    }
                    if let Some(owner) = filter.owner_id {
                        query = query.filter(alert_rules::owner_id.eq(owner));
                    }
                    if filter.enabled_only {
                        query = query.filter(alert_rules::disabled.eq(false));
                    }
                    if let Some(after) = page.after {
                        query = query.filter(alert_rules::id.gt(AlertRuleId::from_uuid(after)));
                    }
                    Ok(query
                        .order(alert_rules::id.asc())
                        .limit(limit(page.size))
                        .all(c)
                        .await?)
                })
            })
            .await?;
        Ok(parse_page(rows, page.size))
    }

    async fn alert_rule_update(
        &self,
        rule: &AlertRule,
        guard: Generation,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        let row = &AlertRuleRow::new(rule)?;
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    alert_counters::count_in_txn(c, SETTINGS, 1).await?;
                    let seen = alert_rules::table
                        .find(row.id)
                        .filter(alert_rules::generation.eq(guard));
                    let changed = diesel::update(seen)
                        .set((
                            alert_rules::name.eq(&row.name),
                            alert_rules::disabled.eq(row.disabled),
                            alert_rules::server_id.eq(row.server_id),
                            alert_rules::subjects_json.eq(&row.subjects_json),
                            alert_rules::condition_json.eq(&row.condition_json),
                            alert_rules::severity.eq(&row.severity),
                            alert_rules::channels_json.eq(&row.channels_json),
                            alert_rules::repeat_interval.eq(row.repeat_interval),
                            alert_rules::clear_duration.eq(row.clear_duration),
                            alert_rules::update_time.eq(row.update_time),
                            alert_rules::generation.eq(guard.next()),
                        ))
                        .exec(c)
                        .await?;
                    match changed {
                        1 => Ok(()),
                        _ => Err(stale_or_missing(rule_exists(c, row.id).await?)),
                    }
                })
            })
            .await
    }

    async fn alert_rule_delete(
        &self,
        id: AlertRuleId,
        guard: Option<Generation>,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    alert_counters::count_in_txn(c, SETTINGS, 1).await?;
                    let mut delete = diesel::delete(alert_rules::table.filter(alert_rules::id.eq(id)))
                        .into_boxed::<AnyDb>();
                    if let Some(guard) = guard {
                        delete = delete.filter(alert_rules::generation.eq(guard));
                    }
                    match delete.exec(c).await? {
                        1 => Ok(()),
                        _ => Err(stale_or_missing(rule_exists(c, id).await?)),
                    }
                })
            })
            .await
    }
}
