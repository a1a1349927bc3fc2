//! A delivery that is made while its owner waits for it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;

use super::deliveries::ShownDelivery;
use super::service::Channels;
use crate::domain::delivery::Delivery;
use crate::domain::ids::DeliveryId;
use crate::engine::caller::Caller;
use crate::engine::delivery::Attempt;
use crate::engine::error::{Error, Result};
use crate::ports::store::StoreError;

/// Longer than a try takes. What is cut short is tried again by whoever makes deliveries.
const CLAIM: Duration = Duration::from_mins(5);

impl Channels {
    /// Writes the delivery, tries it, and writes down what became of it.
    pub(super) async fn make_at_once(
        &self,
        caller: &Caller,
        target: String,
        delivery: Delivery,
    ) -> Result<ShownDelivery> {
        let now = self.ports.clock.now();
        let owner = format!("at-once-{}", delivery.id);
        let mutation = caller.mutation(target, delivery.id.as_uuid(), now);
        match self
            .ports
            .store
            .delivery_insert(&delivery, &owner, now + CLAIM, &mutation)
            .await
        {
            Ok(()) => {}
            Err(StoreError::Replayed { resource }) => {
                return self.shown(DeliveryId::from_uuid(resource)).await;
            }
            Err(error) => return Err(error.into()),
        }
        let (id, making) = (delivery.id, self.making(delivery, owner));
        // Not dropped with a caller who has waited long enough: it would be tried once more, later.
        let made = tokio::spawn(making).await;
        made.map_err(|error| Error::Internal(Box::new(error)))??;
        self.shown(id).await
    }

    fn making(&self, delivery: Delivery, owner: String) -> impl Future<Output = Result<()>> + Send + 'static {
        let (ports, attempts) = (self.ports.clone(), Arc::clone(&self.attempts));
        async move {
            let attempt = AssertUnwindSafe(attempts.attempt(&delivery)).catch_unwind().await;
            let made = match attempt.unwrap_or_else(|_panic| attempts.faulty(&delivery)) {
                Attempt::Made(made) => made,
                // What somebody waits for is not counted against the channel's rate.
                Attempt::TooMany(retry_after) => return Err(Error::TooMany { retry_after }),
            };
            let now = ports.clock.now();
            match ports.store.delivery_record(delivery.id, &owner, &made, now).await {
                Ok(()) | Err(StoreError::Stale) => Ok(()),
                Err(error) => Err(error.into()),
            }
        }
    }

    /// Refuses more than `limit` of these in the time.
    pub(super) async fn count(&self, key: &str, limit: u32, window: Duration) -> Result<()> {
        let now = self.ports.clock.now();
        match self.ports.store.throttle_hit(key, limit, window, now).await? {
            Some(retry_after) => Err(Error::TooMany { retry_after }),
            None => Ok(()),
        }
    }
}
