//! The audit log.

use async_trait::async_trait;
use diesel::prelude::*;
use uuid::Uuid;

use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::errors::Outcome;
use super::rows::{Row, limit, parse_page};
use super::schema::audit_events;
use super::sql_store::SqlStore;
use crate::domain::audit::{AuditEvent, AuditFilter, AuditOutcome};
use crate::domain::codes::Code;
use crate::domain::ids::{AuditEventId, UserId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::time::Timestamp;
use crate::ports::store::{AuditStore, StoreResult};

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_events, treat_none_as_default_value = false)]
struct AuditRow {
    id: AuditEventId,
    user_id: Option<UserId>,
    credential: String,
    action: String,
    target: String,
    address: String,
    request_id: String,
    outcome: String,
    reason: String,
    create_time: Timestamp,
}

impl Row for AuditRow {
    type Domain = AuditEvent;
    const TABLE: &'static str = "audit_events";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<AuditEvent> {
        Some(AuditEvent {
            id: self.id,
            user_id: self.user_id,
            credential: self.credential,
            action: self.action,
            target: self.target,
            address: self.address,
            request_id: self.request_id,
            outcome: AuditOutcome::from_code(&self.outcome)?,
            reason: self.reason,
            create_time: self.create_time,
        })
    }
}

pub(super) async fn insert_in_txn(c: &mut AnyConn, event: &AuditEvent) -> Outcome<()> {
    let row = AuditRow {
        id: event.id,
        user_id: event.user_id,
        credential: event.credential.clone(),
        action: event.action.clone(),
        target: event.target.clone(),
        address: event.address.clone(),
        request_id: event.request_id.clone(),
        outcome: event.outcome.code().to_owned(),
        reason: event.reason.clone(),
        create_time: event.create_time,
    };
    diesel::insert_into(audit_events::table)
        .values(row)
        .exec(c)
        .await?;
    Ok(())
}

/// By time and then by id: the clock of a change and that of its event's id are read a moment apart.
async fn list(c: &mut AnyConn, filter: &AuditFilter, page: PageRequest) -> Outcome<Vec<AuditRow>> {
    let mut query = audit_events::table
        .select(AuditRow::as_select())
        .into_boxed::<AnyDb>();
    if let Some(user) = filter.user_id {
        query = query.filter(audit_events::user_id.eq(user));
    }
    if let Some(target) = &filter.target {
        query = query.filter(audit_events::target.eq(target));
    }
    if let Some(action) = &filter.action {
        query = query.filter(audit_events::action.eq(action));
    }
    if let Some(outcome) = filter.outcome {
        query = query.filter(audit_events::outcome.eq(outcome.code()));
    }
    if let Some(start) = filter.start_time {
        query = query.filter(audit_events::create_time.ge(start));
    }
    if let Some(end) = filter.end_time {
        query = query.filter(audit_events::create_time.lt(end));
    }
    if let Some(after) = page.after {
        let after = AuditEventId::from_uuid(after);
        let Some(time) = time_of(c, after).await? else {
            // Events go oldest first: where the last one seen is gone, so are those that follow it.
            return Ok(Vec::new());
        };
        let later = audit_events::create_time.lt(time).or(audit_events::id.lt(after));
        // The first part says nothing that the second does not; it is what an index can begin at.
        query = query.filter(audit_events::create_time.le(time)).filter(later);
    }
    let newest = (audit_events::create_time.desc(), audit_events::id.desc());
    Ok(query.order(newest).limit(limit(page.size)).all(c).await?)
}

async fn time_of(c: &mut AnyConn, id: AuditEventId) -> Outcome<Option<Timestamp>> {
    let query = audit_events::table.find(id).select(audit_events::create_time);
    match query.one(c).await {
        Ok(time) => Ok(Some(time)),
        Err(diesel::result::Error::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[async_trait]
impl AuditStore for SqlStore {
    async fn audit_insert(&self, event: &AuditEvent) -> StoreResult<()> {
        self.database
            .write(|c| Scoped::new(insert_in_txn(c, event)))
            .await
    }

    async fn audit_list(&self, filter: &AuditFilter, page: PageRequest) -> StoreResult<Page<AuditEvent>> {
        let rows = self.database.read(|c| Scoped::new(list(c, filter, page))).await?;
        Ok(parse_page::<AuditRow>(rows, page.size))
    }

    async fn audit_prune(&self, before: Timestamp, limit: u32) -> StoreResult<u64> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let old: Vec<AuditEventId> = audit_events::table
                        .filter(audit_events::create_time.lt(before))
                        .order((audit_events::create_time, audit_events::id))
                        .limit(limit.into())
                        .select(audit_events::id)
                        .all(c)
                        .await?;
                    let removed = diesel::delete(audit_events::table.filter(audit_events::id.eq_any(old)))
                        .exec(c)
                        .await?;
                    Ok(removed as u64)
                })
            })
            .await
    }
}
