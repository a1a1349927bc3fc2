//! The rows of named leases, for the store and for migrations, which run before there is one.

use std::time::Duration;

use diesel::prelude::*;

use super::connection::{Database, Run, Scoped};
use super::errors::is_unique_violation;
use super::schema::leader_leases;
use crate::domain::leader::LONGEST_LEASE;
use crate::domain::time::Timestamp;
use crate::ports::store::StoreResult;

/// A lease that ends later than any that is taken now, and by more than clocks of servers differ, is by a clock that was
/// ahead: nobody holds it. Instances may be configured for leases of different lengths, so one's own is no measure.
pub(super) const CLOCKS_DIFFER: Duration = Duration::from_mins(10);

pub(super) async fn acquire(
    database: &Database,
    name: &str,
    holder: &str,
    now: Timestamp,
    until: Timestamp,
) -> StoreResult<bool> {
    let latest = until.max(now + LONGEST_LEASE) + CLOCKS_DIFFER;
    database
        .write(|c| {
            Scoped::new(async move {
                let mine_or_over = leader_leases::holder
                    .eq(holder)
                    .or(leader_leases::lease_until.le(now))
                    .or(leader_leases::lease_until.gt(latest));
                let taken = diesel::update(leader_leases::table.find(name).filter(mine_or_over))
                    .set((
                        leader_leases::holder.eq(holder),
                        leader_leases::lease_until.eq(until),
                    ))
                    .exec(c)
                    .await?;
                if taken == 1 {
                    return Ok(true);
                }
                let inserted = diesel::insert_into(leader_leases::table)
                    .values((
                        leader_leases::name.eq(name),
                        leader_leases::holder.eq(holder),
                        leader_leases::lease_until.eq(until),
                    ))
                    .exec(c)
                    .await;
                match inserted {
                    Ok(_) => Ok(true),
                    Err(error) if is_unique_violation(&error) => Ok(false),
                    Err(error) => Err(error.into()),
                }
            })
        })
        .await
}

pub(super) async fn release(database: &Database, name: &str, holder: &str) -> StoreResult<()> {
    database
        .write(|c| {
            Scoped::new(async move {
                let mine = leader_leases::table
                    .find(name)
                    .filter(leader_leases::holder.eq(holder));
                diesel::delete(mine).exec(c).await?;
                Ok(())
            })
        })
        .await
}
