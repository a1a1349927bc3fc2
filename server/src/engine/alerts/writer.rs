//! Writes what was judged, and tells those who follow.

use std::collections::BTreeSet;
use std::sync::Arc;

use uuid::Uuid;

use super::log::AlertLog;
use crate::domain::alert::{AlertRevision, AlertWrite};
use crate::domain::ids::UserId;
use crate::engine::context::Ports;
use crate::ports::bus::Notice;
use crate::ports::store::{Mutation, StoreResult};

/// Changes in one transaction: others must get their turn between two.
pub(super) const BATCH: usize = 500;
/// More owners than this are not named one by one.
const MAX_NAMED: usize = 100;

#[derive(Clone, Debug)]
pub struct AlertWriter {
    ports: Ports,
    log: Arc<AlertLog>,
}

impl AlertWriter {
    pub const fn new(ports: Ports, log: Arc<AlertLog>) -> Self {
        Self { ports, log }
    }

    /// At most `BATCH` of them, all or nothing.
    pub async fn write(
        &self,
        writes: &[AlertWrite],
        mutation: Option<&Mutation>,
    ) -> StoreResult<AlertRevision> {
        self.ports.faults.reach("alerts before_write").await;
        let revision = self.ports.store.alert_apply(writes, mutation).await?;
        self.ports.faults.reach("alerts after_write").await;
        self.log.wrote(writes);
        let told = writes.iter().filter(|write| write.transition.is_some());
        let nobody = UserId::from_uuid(Uuid::nil());
        let owner = |write: &AlertWrite| write.alert.subject.owner_id().unwrap_or(nobody);
        let mut owners: BTreeSet<UserId> = told.map(owner).collect();
        if !owners.is_empty() {
            if owners.len() > MAX_NAMED {
                owners.clear();
            }
            let owners = owners.into_iter().collect();
            self.ports.bus.publish(Notice::AlertsChanged { owners });
        }
        if writes.iter().any(|write| write.message.is_some()) {
            self.ports.bus.publish(Notice::OutboxReady);
        }
        Ok(revision)
    }
}
