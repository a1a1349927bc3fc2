//! Holds a user's row while somebody counts what the user has.

use diesel::prelude::*;

use super::connection::{AnyConn, Run};
use super::errors::{Outcome, stale_or_missing};
use super::schema::users;
use crate::domain::ids::UserId;

/// Until the transaction ends, whoever else counts what this user has waits here. It comes before the first
/// read of its transaction, which then sees what the one before has written.
pub(super) async fn hold_in_txn(c: &mut AnyConn, id: UserId) -> Outcome<()> {
    let held = diesel::update(users::table.find(id))
        .set(users::generation.eq(users::generation))
        .exec(c)
        .await?;
    match held {
        1 => Ok(()),
        _ => Err(stale_or_missing(false)),
    }
}
