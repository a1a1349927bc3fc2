//! Figures of servers over time: every sample for a while, rolled up for longer.
//!
//! Housekeeping is in small steps. Each is one bounded transaction, may be dropped or repeated at any moment, and
//! tells whether there is more to do.

use std::time::Duration;

use async_trait::async_trait;

use super::error::StoreResult;
use super::mutation::Mutation;
use crate::domain::bin::Bin;
use crate::domain::etag::Generation;
use crate::domain::sample::{Sample, Subject, Values};
use crate::domain::tier::{Retention, RetentionSetting, Tier};
use crate::domain::time::Timestamp;

/// How far ahead of the clock a look may be: those of machines differ.
pub const LEAD: Duration = Duration::from_mins(5);

/// Whether a step of housekeeping left something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    More,
    Nothing,
}

#[async_trait]
pub trait StatsStore: Send + Sync {
    /// One look at many subjects, each of them once: in one transaction. Takes the place of what was added for
    /// the same subject and time. A late one may come out of order; one from a day whose samples are removed
    /// already is left out, and so is one that is more than [`LEAD`] ahead of `now`.
    async fn stats_add(
        &self,
        time: Timestamp,
        looks: &[(Subject, Values)],
        now: Timestamp,
    ) -> StoreResult<()>;

    /// The newest sample of each subject that was looked at about when its neighbours last were; others are
    /// left out. What is more than [`LEAD`] ahead of `now`, from when the clock was wrong, does not count.
    async fn stats_latest(&self, subjects: &[Subject], now: Timestamp) -> StoreResult<Vec<Sample>>;

    /// Every sample in `from..to` that is still kept, oldest first.
    async fn stats_samples(
        &self,
        subject: Subject,
        from: Timestamp,
        to: Timestamp,
    ) -> StoreResult<Vec<Sample>>;

    /// What is known of `from..to` in bins of the tier's width, oldest first: rolled up, and from samples what
    /// is not rolled up yet. Begins and ends with the bins that the bounds lie in. Of `Raw`, each sample is a bin.
    async fn stats_bins(
        &self,
        subject: Subject,
        tier: Tier,
        from: Timestamp,
        to: Timestamp,
    ) -> StoreResult<Vec<Bin>>;

    /// Packs samples of hours that ended before `before`.
    async fn stats_compact(&self, before: Timestamp) -> StoreResult<Left>;

    /// Rolls up days that ended before `before` and have packed samples that are not rolled up.
    async fn stats_roll_up(&self, before: Timestamp) -> StoreResult<Left>;

    /// Removes what a tier keeps of days that ended before `before`. Raw samples that are not rolled up stay.
    async fn stats_prune(&self, tier: Tier, before: Timestamp) -> StoreResult<Left>;

    async fn stats_retention(&self) -> StoreResult<RetentionSetting>;

    /// Guarded by the generation; gives back what is set afterwards.
    async fn stats_retention_update(
        &self,
        retention: &Retention,
        guard: Generation,
        now: Timestamp,
        mutation: &Mutation,
    ) -> StoreResult<RetentionSetting>;
}
