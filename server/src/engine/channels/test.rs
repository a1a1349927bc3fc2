//! Trying a channel: one delivery, made while its owner waits.

use std::time::Duration;

use super::access::changeable;
use super::deliveries::ShownDelivery;
use super::service::{Channels, target};
use crate::domain::channel::ChannelKind;
use crate::domain::delivery::{Delivery, Lane, Recipient};
use crate::domain::ids::{ChannelId, DeliveryId, OutboxId, UserId};
use crate::domain::occasion::Occasion;
use crate::engine::caller::Caller;
use crate::engine::error::Result;
use crate::engine::repeats::repeated;

const TESTS: u32 = 10;
const WINDOW: Duration = Duration::from_mins(10);

impl Channels {
    /// Once and now: what fails is not tried again by itself.
    pub async fn test(&self, caller: &Caller, id: ChannelId) -> Result<ShownDelivery> {
        let channel = self.get(caller, id).await?;
        changeable(caller, &channel)?;
        if let Some(delivery) = repeated(&self.ports, caller).await? {
            return self.shown(DeliveryId::from_uuid(delivery)).await;
        }
        let user = caller.signed_in()?.user_id;
        self.count_test(user).await?;
        let lane = match channel.target.kind() {
            ChannelKind::Email => Lane::Mail,
            ChannelKind::Slack | ChannelKind::Teams | ChannelKind::Webhook => Lane::Post,
        };
        let now = self.ports.clock.now();
        let delivery = Delivery::due(
            OutboxId::generate(),
            Recipient::Channel(id),
            lane,
            Occasion::Test,
            now,
        );
        self.make_at_once(caller, target(id), delivery).await
    }

    pub(super) async fn count_test(&self, user: UserId) -> Result<()> {
        self.count(&format!("channel_test/{user}"), TESTS, WINDOW).await
    }
}
