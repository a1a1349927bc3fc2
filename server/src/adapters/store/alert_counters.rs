//! How often rules, alerts and the log of alerts were written: what one remembers holds while they stand still.
//!
//! Whoever writes counts first, and so holds the counter's row until the transaction ends: writers of one kind come
//! one after the other, and places in the log become visible in the order in which they were given. A reader who
//! has seen a place has seen all before it; none that commits late can be skipped.

use diesel::prelude::*;

use super::connection::{AnyConn, Run};
use super::errors::{Failure, Outcome};
use super::schema::alert_counters;
use crate::domain::alert::AlertRevision;
use crate::ports::store::StoreError;

pub(super) const SETTINGS: &str = "settings";
pub(super) const ALERTS: &str = "alerts";
pub(super) const TRANSITIONS: &str = "transitions";

/// Adds to a counter, which is then ours until the transaction ends.
pub(super) async fn count_in_txn(c: &mut AnyConn, name: &str, more: i64) -> Outcome<()> {
    let counted = diesel::update(alert_counters::table.find(name))
        .set(alert_counters::value.eq(alert_counters::value + more))
        .exec(c)
        .await?;
    match counted {
        1 => Ok(()),
        _ => Err(missing(name)),
    }
}

pub(super) async fn read(c: &mut AnyConn) -> Outcome<AlertRevision> {
    let query = alert_counters::table.select((alert_counters::name, alert_counters::value));
    let counted: Vec<(String, i64)> = query.all(c).await?;
    let value = |name: &str| {
        let found = counted.iter().find(|(counter, _)| counter == name);
        found.map(|(_, value)| *value).ok_or_else(|| missing(name))
    };
    Ok(AlertRevision {
        settings: value(SETTINGS)?,
        alerts: value(ALERTS)?,
        transitions: value(TRANSITIONS)?,
    })
}

fn missing(name: &str) -> Failure {
    Failure::Store(StoreError::Corrupt {
        table: "alert_counters",
        id: name.to_owned(),
    })
}
