//! Work that a clock which was ahead has put off for longer than anything is put off.

use async_trait::async_trait;
use diesel::prelude::*;

use super::connection::{Run, Scoped};
use super::schema::{deliveries, operations, outbox};
use super::sql_store::SqlStore;
use crate::domain::codes::Code as _;
use crate::domain::delivery::Lane;
use crate::domain::time::Timestamp;
use crate::ports::store::{DueTimeStore, StoreResult};

/// What is claimed comes back, too: its lease ends at a time that does not come for long, and its owner may be gone. One
/// that is still at it finds its lease lost, as after any other loss.
macro_rules! cut {
    ($c:expr, $table:ident, $now:expr, $late:expr) => {
        diesel::update($table::table.filter($late))
            .set($table::due_time.eq($now))
            .exec($c)
            .await?
    };
}

#[async_trait]
impl DueTimeStore for SqlStore {
    async fn due_times_cut(&self, now: Timestamp, latest: Timestamp) -> StoreResult<u64> {
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let mut cut = cut!(c, operations, now, operations::due_time.gt(latest));
                    cut += cut!(c, outbox, now, outbox::due_time.gt(latest));
                    // By lane, as they are found by the index.
                    for lane in Lane::ALL {
                        let late = deliveries::lane
                            .eq(lane.code())
                            .and(deliveries::due_time.gt(latest));
                        cut += cut!(c, deliveries, now, late);
                    }
                    Ok(cut as u64)
                })
            })
            .await
    }
}
