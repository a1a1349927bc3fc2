//! Silences. Each change is counted with those of rules.

use async_trait::async_trait;
use diesel::prelude::*;
use uuid::Uuid;

use super::alert_counters::{self, SETTINGS};
use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::errors::{Outcome, stale_or_missing};
use super::mutation;
use super::rows::{Row, limit, parse, parse_all, parse_page};
use super::schema::alert_silences;
use super::sql_store::SqlStore;
use crate::domain::alert_rule::AlertSeverity;
use crate::domain::codes::Code;
use crate::domain::ids::{AlertRuleId, NodeId, ServerId, SilenceId, UserId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::silence::{Silence, SilenceFilter};
use crate::domain::time::Timestamp;
use crate::ports::store::{Mutation, SilenceStore, StoreError, StoreResult};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = alert_silences, treat_none_as_default_value = false)]
struct SilenceRow {
    id: SilenceId,
    owner_id: Option<UserId>,
    rule_id: Option<AlertRuleId>,
    server_id: Option<ServerId>,
    severity: Option<String>,
    start_time: Timestamp,
    end_time: Timestamp,
    comment: String,
    created_by: UserId,
    create_time: Timestamp,
    node_id: Option<NodeId>,
}

/// Where a silence is about no server but a node: one that there is not, so that it is not about all of them.
const NO_SERVER: ServerId = ServerId::from_uuid(Uuid::nil());

impl From<&Silence> for SilenceRow {
    fn from(silence: &Silence) -> Self {
        Self {
            id: silence.id,
            owner_id: silence.owner_id,
            rule_id: silence.rule_id,
            server_id: silence.server_id.or(silence.node_id.map(|_| NO_SERVER)),
            severity: silence.severity.map(|severity| severity.code().to_owned()),
            start_time: silence.start_time,
            end_time: silence.end_time,
            comment: silence.comment.clone(),
            created_by: silence.created_by,
            create_time: silence.create_time,
            node_id: silence.node_id,
        }
    }
}

impl Row for SilenceRow {
    type Domain = Silence;
    const TABLE: &'static str = "alert_silences";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<Silence> {
        Some(Silence {
            id: self.id,
            owner_id: self.owner_id,
            rule_id: self.rule_id,
            server_id: self.server_id.filter(|server| *server != NO_SERVER),
            node_id: self.node_id,
            severity: match self.severity {
                Some(severity) => Some(AlertSeverity::from_code(&severity)?),
                None => None,
            },
            start_time: self.start_time,
            end_time: self.end_time,
            comment: self.comment,
            created_by: self.created_by,
            create_time: self.create_time,
        })
    }
}

/// The settings are counted, and so held: nobody else adds a silence meanwhile.
async fn refuse_full(c: &mut AnyConn, owner: Option<UserId>, limit: u64, now: Timestamp) -> Outcome<()> {
    let mut query = alert_silences::table
        .filter(alert_silences::end_time.gt(now))
        .count()
        .into_boxed::<AnyDb>();
    query = match owner {
        Some(owner) => query.filter(alert_silences::owner_id.eq(owner)),
        None => query.filter(alert_silences::owner_id.is_null()),
    };
    let count: i64 = query.one(c).await?;
    if count.unsigned_abs() >= limit {
        let what = "silences that are not over";
        return Err(StoreError::Full { what, limit }.into());
    }
    Ok(())
}

#[async_trait]
impl SilenceStore for SqlStore {
    async fn silence_insert(
        &self,
        silence: &Silence,
        limit: u64,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    alert_counters::count_in_txn(c, SETTINGS, 1).await?;
                    refuse_full(c, silence.owner_id, limit, now).await?;
                    diesel::insert_into(alert_silences::table)
                        .values(SilenceRow::from(silence))
                        .exec(c)
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn silence_get(&self, id: SilenceId) -> StoreResult<Silence> {
        let row: SilenceRow = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = alert_silences::table.find(id).select(SilenceRow::as_select());
                    Ok(query.one(c).await?)
                })
            })
            .await?;
        parse(row)
    }

    async fn silence_list(&self, filter: &SilenceFilter, page: PageRequest) -> StoreResult<Page<Silence>> {
        let rows: Vec<SilenceRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let mut query = alert_silences::table
                        .select(SilenceRow::as_select())
                        .into_boxed::<AnyDb>();
                    if let Some(owner) = filter.owner_id {
                        query = query.filter(alert_silences::owner_id.eq(owner));
                    }
                    if let Some(time) = filter.not_over_at {
                        query = query.filter(alert_silences::end_time.gt(time));
                    }
                    if let Some(after) = page.after {
                        query = query.filter(alert_silences::id.lt(SilenceId::from_uuid(after)));
                    }
                    Ok(query
                        .order(alert_silences::id.desc())
                        .limit(limit(page.size))
                        .all(c)
                        .await?)
                })
            })
            .await?;
        Ok(parse_page(rows, page.size))
    }

    async fn silence_current(&self, now: Timestamp) -> StoreResult<Vec<Silence>> {
        let rows: Vec<SilenceRow> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = alert_silences::table
                        .filter(alert_silences::end_time.gt(now))
                        .select(SilenceRow::as_select());
                    Ok(query.all(c).await?)
                })
            })
            .await?;
        Ok(parse_all(rows))
    }

    async fn silence_delete(&self, id: SilenceId, mutation: &Mutation) -> StoreResult<()> {
        self.database
            .transaction(|c| {
                Scoped::new(async move {
                    mutation::record_in_txn(c, mutation).await?;
                    alert_counters::count_in_txn(c, SETTINGS, 1).await?;
                    match diesel::delete(alert_silences::table.find(id)).exec(c).await? {
                        1 => Ok(()),
                        _ => Err(stale_or_missing(false)),
                    }
                })
            })
            .await
    }

    async fn silence_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let old: Vec<SilenceId> = alert_silences::table
                        .filter(alert_silences::end_time.lt(before))
                        .order(alert_silences::end_time)
                        .limit(limit.into())
                        .select(alert_silences::id)
                        .all(c)
                        .await?;
                    let removed =
                        diesel::delete(alert_silences::table.filter(alert_silences::id.eq_any(old)))
                            .exec(c)
                            .await?;
                    Ok(removed as u64)
                })
            })
            .await
    }
}
