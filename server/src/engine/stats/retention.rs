//! How long figures are kept: the operator's to change, applied when old ones are next removed.

use std::time::Duration;

use super::query::StatsHistory;
use crate::domain::fields::FieldErrors;
use crate::domain::tier::{Retention, RetentionSetting};
use crate::engine::access::operator;
use crate::engine::caller::Caller;
use crate::engine::error::Result;
use crate::engine::etags::Guard;
use crate::ports::store::StoreError;

/// `None` leaves a tier as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetentionPatch {
    pub raw: Option<Duration>,
    pub minute: Option<Duration>,
    pub ten_minutes: Option<Duration>,
    pub hour: Option<Duration>,
}

impl StatsHistory {
    pub async fn retention(&self, caller: &Caller) -> Result<RetentionSetting> {
        operator(caller)?;
        Ok(self.ports.store.stats_retention().await?)
    }

    pub async fn update_retention(
        &self,
        caller: &Caller,
        patch: RetentionPatch,
        etag: Option<&str>,
    ) -> Result<RetentionSetting> {
        operator(caller)?;
        let mut guard = Guard::new(etag)?;
        let now = self.ports.clock.now();
        // There is one of it, so its id says nothing.
        let mutation = caller.mutation("stats_retention".to_owned(), uuid::Uuid::nil(), now);
        loop {
            let current = self.ports.store.stats_retention().await?;
            let retention = Retention {
                raw: patch.raw.unwrap_or(current.retention.raw),
                minute: patch.minute.unwrap_or(current.retention.minute),
                ten_minutes: patch.ten_minutes.unwrap_or(current.retention.ten_minutes),
                hour: patch.hour.unwrap_or(current.retention.hour),
            };
            check(&retention)?;
            let generation = guard.generation(current.generation);
            let updated = self
                .ports
                .store
                .stats_retention_update(&retention, generation, now, &mutation)
                .await;
            match updated {
                Ok(setting) => return Ok(setting),
                Err(StoreError::Replayed { .. }) => return Ok(self.ports.store.stats_retention().await?),
                Err(error) if guard.retries(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

fn check(retention: &Retention) -> Result<()> {
    let bare = retention.check().err().unwrap_or_default();
    let mut errors = FieldErrors::default();
    for error in bare.0 {
        errors.push(format!("retention.{}", error.field), error.problem);
    }
    Ok(errors.check()?)
}
