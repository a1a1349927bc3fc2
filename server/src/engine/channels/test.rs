//! Trying a channel: one delivery, made while its owner waits.

use std::time::Duration;

use super::access::changeable;
use super::deliveries::ShownDelivery;
use super::service::Channels;
use crate::domain::channel::ChannelKind;
use crate::domain::delivery::{Delivery, Lane, Recipient, Try, TryOutcome};
use crate::domain::ids::{ChannelId, DeliveryId, OutboxId, UserId};
use crate::domain::occasion::Occasion;
use crate::engine::caller::Caller;
use crate::engine::delivery::Attempt;
use crate::engine::error::{Error, Result};
use crate::ports::store::StoreError;

const TESTS: u32 = 10;
const WINDOW: Duration = Duration::from_mins(10);
/// Longer than a try takes. What is cut short is tried again by whoever makes deliveries.
const CLAIM: Duration = Duration::from_mins(5);

impl Channels {
    /// Once and now: what fails is not tried again by itself.
    pub async fn test(&self, caller: &Caller, id: ChannelId) -> Result<ShownDelivery> {
        let channel = self.get(caller, id).await?;
        changeable(caller, &channel)?;
        self.count_test(caller.signed_in()?.user_id).await?;
        let now = self.ports.clock.now();
        let lane = match channel.target.kind() {
            ChannelKind::Email => Lane::Mail,
            ChannelKind::Slack | ChannelKind::Teams | ChannelKind::Webhook => Lane::Post,
        };
        let recipient = Recipient::Channel(id);
        let delivery = Delivery::due(OutboxId::generate(), recipient, lane, Occasion::Test, now);
        let owner = format!("test-{}", delivery.id);
        let mutation = caller.mutation(format!("channel:{id}"), delivery.id.as_uuid(), now);
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
        let made = match self.attempts.attempt(&delivery).await {
            Attempt::Made(made) => final_one(made),
            // Tests are not counted against the channel's rate.
            Attempt::TooMany(retry_after) => return Err(Error::TooMany { retry_after }),
        };
        let now = self.ports.clock.now();
        match self
            .ports
            .store
            .delivery_record(delivery.id, &owner, &made, now)
            .await
        {
            Ok(()) | Err(StoreError::Stale) => self.shown(delivery.id).await,
            Err(error) => Err(error.into()),
        }
    }

    async fn count_test(&self, user: UserId) -> Result<()> {
        let now = self.ports.clock.now();
        let key = format!("channel_test/{user}");
        match self.ports.store.throttle_hit(&key, TESTS, WINDOW, now).await? {
            Some(retry_after) => Err(Error::TooMany { retry_after }),
            None => Ok(()),
        }
    }
}

fn final_one(made: Try) -> Try {
    Try {
        outcome: match made.outcome {
            TryOutcome::Delivered => TryOutcome::Delivered,
            TryOutcome::Failed | TryOutcome::Again(_) => TryOutcome::Failed,
        },
        ..made
    }
}
