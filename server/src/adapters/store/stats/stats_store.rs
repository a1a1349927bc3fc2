//! The port's methods, each in a file of its own.

use async_trait::async_trait;

use super::{compact, latest, numbers, prune, read, retention, roll_up, write};
use crate::adapters::store::sql_store::SqlStore;
use crate::domain::bin::Bin;
use crate::domain::etag::Generation;
use crate::domain::sample::{Sample, Subject, Values};
use crate::domain::tier::{Retention, RetentionSetting, Tier};
use crate::domain::time::Timestamp;
use crate::ports::store::{LEAD, Left, Mutation, StatsStore, StoreResult};

impl SqlStore {
    async fn number_of(&self, subject: Subject) -> StoreResult<Option<i64>> {
        let numbers = numbers::known(&self.database, &self.stat_numbers, &[subject]).await?;
        Ok(numbers.get(&subject).copied())
    }

    async fn history(&self, subject: Subject, from: Timestamp, to: Timestamp) -> StoreResult<read::History> {
        match self.number_of(subject).await? {
            Some(number) => read::samples(&self.database, number, from, to).await,
            None => Ok(read::History::new()),
        }
    }
}

#[async_trait]
impl StatsStore for SqlStore {
    async fn stats_add(
        &self,
        time: Timestamp,
        looks: &[(Subject, Values)],
        now: Timestamp,
    ) -> StoreResult<()> {
        if time > now + LEAD {
            tracing::warn!(
                time = time.as_micros(),
                "figures from the future are not kept: a clock is wrong"
            );
            return Ok(());
        }
        write::add(&self.database, &self.stat_numbers, time, looks, now).await
    }

    async fn stats_latest(&self, subjects: &[Subject], now: Timestamp) -> StoreResult<Vec<Sample>> {
        latest::latest(&self.database, &self.stat_numbers, subjects, now + LEAD).await
    }

    async fn stats_samples(
        &self,
        subject: Subject,
        from: Timestamp,
        to: Timestamp,
    ) -> StoreResult<Vec<Sample>> {
        let history = self.history(subject, from, to).await?;
        Ok(history
            .into_iter()
            .map(|(time, values)| Sample {
                subject,
                time,
                values,
            })
            .collect())
    }

    async fn stats_bins(
        &self,
        subject: Subject,
        tier: Tier,
        from: Timestamp,
        to: Timestamp,
    ) -> StoreResult<Vec<Bin>> {
        let Some(width) = tier.width() else {
            let history = self.history(subject, from, to).await?;
            return Ok(history
                .into_iter()
                .map(|(time, values)| Bin::of(time, &values))
                .collect());
        };
        match self.number_of(subject).await? {
            Some(number) => read::bins(&self.database, number, tier, width, from, to).await,
            None => Ok(Vec::new()),
        }
    }

    async fn stats_compact(&self, before: Timestamp) -> StoreResult<Left> {
        compact::compact(&self.database, before).await
    }

    async fn stats_roll_up(&self, before: Timestamp) -> StoreResult<Left> {
        roll_up::roll_up(&self.database, before).await
    }

    async fn stats_prune(&self, tier: Tier, before: Timestamp) -> StoreResult<Left> {
        prune::prune(&self.database, tier, before).await
    }

    async fn stats_retention(&self) -> StoreResult<RetentionSetting> {
        retention::get(&self.database).await
    }

    async fn stats_retention_update(
        &self,
        retention: &Retention,
        guard: Generation,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<RetentionSetting> {
        retention::update(&self.database, retention, guard, now, mutation).await
    }
}
