//! The audit log.

use async_trait::async_trait;
use diesel::prelude::*;
use uuid::Uuid;

use super::connection::{AnyConn, AnyDb, Run, Scoped};
use super::errors::Outcome;
use super::rows::{Row, limit, parse_page};
use super::schema::audit_events;
use super::sql_store::SqlStore;
use crate::domain::audit::{AuditEvent, AuditOutcome};
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

#[async_trait]
impl AuditStore for SqlStore {
    async fn audit_insert(&self, event: &AuditEvent) -> StoreResult<()> {
        self.database
            .write(|c| Scoped::new(insert_in_txn(c, event)))
            .await
    }

    async fn audit_list(&self, page: PageRequest) -> StoreResult<Page<AuditEvent>> {
        let rows = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let mut query = audit_events::table
                        .select(AuditRow::as_select())
                        .into_boxed::<AnyDb>();
                    if let Some(after) = page.after {
                        query = query.filter(audit_events::id.lt(AuditEventId::from_uuid(after)));
                    }
                    let query = query.order(audit_events::id.desc()).limit(limit(page.size));
                    Ok(query.all(c).await?)
                })
            })
            .await?;
        Ok(parse_page::<AuditRow>(rows, page.size))
    }
}
