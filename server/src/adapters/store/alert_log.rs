//! The log of alerts: lines are added and, when they are old, removed from its beginning.

use diesel::prelude::*;
use uuid::Uuid;

use super::alert_counters;
use super::connection::{AnyConn, AnyDb, Run};
use super::errors::Outcome;
use super::rows::Row;
use super::schema::alert_transitions;
use crate::domain::alert::{Alert, AlertTransition, LogBounds, NewTransition, TransitionKind};
use crate::domain::codes::Code;
use crate::domain::ids::{AlertId, AlertTransitionId, UserId};
use crate::domain::time::Timestamp;
use crate::ports::store::StoreError;

#[derive(Queryable, Selectable)]
#[diesel(table_name = alert_transitions)]
pub(super) struct TransitionRow {
    position: i64,
    id: AlertTransitionId,
    kind: String,
    body: String,
    create_time: Timestamp,
}

impl Row for TransitionRow {
    type Domain = AlertTransition;
    const TABLE: &'static str = "alert_transitions";

    fn id(&self) -> Uuid {
        self.id.as_uuid()
    }

    fn into_domain(self) -> Option<AlertTransition> {
        Some(AlertTransition {
            id: self.id,
            position: self.position,
            kind: TransitionKind::from_code(&self.kind)?,
            time: self.create_time,
            alert: serde_json::from_str(&self.body).ok()?,
        })
    }
}

/// How an alert lies in its row and in its lines.
pub(super) fn body(alert: &Alert) -> Outcome<String> {
    serde_json::to_string(alert).map_err(|error| StoreError::Other(error.into()).into())
}

/// Nobody's are those of nodes and containers.
pub(super) fn owner(alert: &Alert) -> UserId {
    let nobody = || UserId::from_uuid(Uuid::nil());
    alert.subject.owner_id().unwrap_or_else(nobody)
}

/// The place has been counted in this transaction.
pub(super) async fn insert_in_txn(
    c: &mut AnyConn,
    position: i64,
    new: &NewTransition,
    alert: &Alert,
) -> Outcome<()> {
    diesel::insert_into(alert_transitions::table)
        .values((
            alert_transitions::position.eq(position),
            alert_transitions::id.eq(new.id),
            alert_transitions::alert_id.eq(alert.id),
            alert_transitions::owner_id.eq(owner(alert)),
            alert_transitions::kind.eq(new.kind.code()),
            alert_transitions::body.eq(body(alert)?),
            alert_transitions::create_time.eq(new.time),
        ))
        .exec(c)
        .await?;
    Ok(())
}

/// Rows as they were read: what becomes of damaged ones does not change how far that was.
pub(super) struct RowPage {
    pub(super) rows: Vec<TransitionRow>,
    pub(super) end: i64,
    pub(super) more: bool,
}

pub(super) async fn read(c: &mut AnyConn, after: i64, owner: Option<UserId>, limit: u32) -> Outcome<RowPage> {
    // Before the lines: whatever is counted now is to be seen then.
    let last = alert_counters::read(c).await?.transitions;
    let mut query = alert_transitions::table
        .filter(alert_transitions::position.gt(after))
        .select(TransitionRow::as_select())
        .into_boxed::<AnyDb>();
    if let Some(owner) = owner {
        query = query.filter(alert_transitions::owner_id.eq(owner));
    }
    let rows: Vec<TransitionRow> = query
        .order(alert_transitions::position)
        .limit(limit.into())
        .all(c)
        .await?;
    let end = rows.last().map_or(after, |row| row.position);
    let more = rows.len() >= limit as usize;
    Ok(RowPage {
        rows,
        end: if more { end } else { end.max(last) },
        more,
    })
}

pub(super) async fn of_alert(c: &mut AnyConn, id: AlertId, limit: u32) -> Outcome<Vec<TransitionRow>> {
    let query = alert_transitions::table
        .filter(alert_transitions::alert_id.eq(id))
        .order(alert_transitions::position.desc())
        .limit(limit.into())
        .select(TransitionRow::as_select());
    Ok(query.all(c).await?)
}

pub(super) async fn get(c: &mut AnyConn, id: AlertTransitionId) -> Outcome<TransitionRow> {
    let query = alert_transitions::table
        .filter(alert_transitions::id.eq(id))
        .select(TransitionRow::as_select());
    Ok(query.one(c).await?)
}

pub(super) async fn bounds(c: &mut AnyConn) -> Outcome<LogBounds> {
    let last = alert_counters::read(c).await?.transitions;
    let first: Option<i64> = oldest(c, 1).await?.first().map(|(position, _)| *position);
    Ok(LogBounds {
        before_first: first.map_or(last, |first| first - 1),
        last,
    })
}

async fn oldest(c: &mut AnyConn, limit: u32) -> Outcome<Vec<(i64, Timestamp)>> {
    let query = alert_transitions::table
        .order(alert_transitions::position)
        .limit(limit.into())
        .select((alert_transitions::position, alert_transitions::create_time));
    Ok(query.all(c).await?)
}

/// From the beginning on, so that what is left has no hole.
pub(super) async fn prune(c: &mut AnyConn, before: Timestamp, limit: u32) -> Outcome<u64> {
    let oldest = oldest(c, limit).await?;
    let last_old = oldest.iter().take_while(|(_, time)| *time < before).last();
    let Some((position, _)) = last_old else {
        return Ok(0);
    };
    let removed = diesel::delete(alert_transitions::table.filter(alert_transitions::position.le(position)))
        .exec(c)
        .await?;
    Ok(removed as u64)
}
