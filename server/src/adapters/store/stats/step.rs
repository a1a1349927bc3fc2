//! A step of housekeeping writes only what it has seen unchanged. Where somebody was quicker, the step has done
//! nothing, and the next one sees what is there.

use crate::adapters::store::errors::Failure;
use crate::ports::store::{StoreError, StoreResult};

pub(super) const fn changed_since() -> Failure {
    Failure::Store(StoreError::Stale)
}

pub(super) fn unless_changed(error: StoreError) -> StoreResult<()> {
    if matches!(error, StoreError::Stale) {
        Ok(())
    } else {
        Err(error)
    }
}
