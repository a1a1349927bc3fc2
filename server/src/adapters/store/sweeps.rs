//! What comparisons with the hypervisors have found: one row a hypervisor, written by whoever leads.

use async_trait::async_trait;
use diesel::prelude::*;

use super::connection::{Run, Scoped};
use super::errors::{Failure, is_unique_violation};
use super::schema::sweep_reports;
use super::sql_store::SqlStore;
use crate::domain::sweep::SweepReport;
use crate::domain::time::Timestamp;
use crate::ports::store::{StoreError, StoreResult, SweepStore};

#[async_trait]
impl SweepStore for SqlStore {
    async fn sweep_put(&self, report: &SweepReport, now: Timestamp) -> StoreResult<()> {
        let text = serde_json::to_string(report).map_err(|error| StoreError::Other(error.into()))?;
        let text = &text;
        self.database
            .write(|c| {
                Scoped::new(async move {
                    let place = sweep_reports::table.find(&report.hypervisor);
                    let values = (sweep_reports::report.eq(text), sweep_reports::update_time.eq(now));
                    if diesel::update(place).set(values).exec(c).await? == 1 {
                        return Ok(());
                    }
                    let inserted = diesel::insert_into(sweep_reports::table)
                        .values((sweep_reports::hypervisor.eq(&report.hypervisor), values))
                        .exec(c)
                        .await;
                    match inserted {
                        Ok(_) => Ok(()),
                        Err(error) if is_unique_violation(&error) => Err(Failure::Contended(error)),
                        Err(error) => Err(error.into()),
                    }
                })
            })
            .await
    }

    async fn sweep_list(&self) -> StoreResult<Vec<SweepReport>> {
        let rows: Vec<(String, String)> = self
            .database
            .read(|c| {
                Scoped::new(async move {
                    let query = sweep_reports::table
                        .order(sweep_reports::hypervisor)
                        .select((sweep_reports::hypervisor, sweep_reports::report));
                    Ok(query.all(c).await?)
                })
            })
            .await?;
        Ok(rows
            .into_iter()
            .filter_map(|(hypervisor, text)| match serde_json::from_str(&text) {
                Ok(report) => Some(report),
                Err(error) => {
                    // The next sweep writes it anew.
                    tracing::warn!(%hypervisor, %error, "the report of the last sweep cannot be read");
                    None
                }
            })
            .collect())
    }
}
