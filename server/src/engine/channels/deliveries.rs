//! What was sent to a channel, and sending it once more.

use std::time::Duration;

use super::access::{changeable, visible};
use super::service::Channels;
use crate::domain::channel::Channel;
use crate::domain::delivery::{Delivery, DeliveryFilter, Recipient};
use crate::domain::ids::{ChannelId, DeliveryId};
use crate::domain::occasion::Occasion;
use crate::domain::page::{Page, PageRequest};
use crate::domain::user::Locale;
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::repeats::repeated;
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

/// That an account may ask for.
const REDELIVERIES: u32 = 100;
const WINDOW: Duration = Duration::from_mins(10);

/// A delivery to a channel, with its subject in the language of the channel's owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownDelivery {
    pub delivery: Delivery,
    pub channel_id: ChannelId,
    pub title: String,
}

impl Channels {
    /// Newest first.
    pub async fn list_deliveries(
        &self,
        caller: &Caller,
        channel_id: ChannelId,
        filter: &DeliveryFilter,
        page: PageRequest,
    ) -> Result<Page<ShownDelivery>> {
        let channel = self.get(caller, channel_id).await?;
        let locale = self.locale_of(&channel).await?;
        let found = self.ports.store.delivery_list(channel_id, filter, page).await?;
        Ok(found.map(|delivery| ShownDelivery {
            title: self.writer.title(&delivery.occasion, locale),
            channel_id,
            delivery,
        }))
    }

    /// Under the same id, whatever became of it.
    pub async fn redeliver(&self, caller: &Caller, id: DeliveryId) -> Result<ShownDelivery> {
        let (channel, delivery) = self.delivery_of(id).await?;
        visible(caller, &channel).map_err(as_delivery)?;
        changeable(caller, &channel)?;
        if repeated(&self.ports, caller).await?.is_some() {
            return self.shown(id).await;
        }
        let user = caller.signed_in()?.user_id;
        self.count(&format!("redeliveries/{user}"), REDELIVERIES, WINDOW)
            .await?;
        match &delivery.occasion {
            Occasion::ChannelAddress { address, .. } => self.count_code(caller, address).await?,
            // Not under the channel's own rate.
            Occasion::Test => self.count_test(user).await?,
            Occasion::Verification { .. }
            | Occasion::PasswordReset { .. }
            | Occasion::AlreadyRegistered
            | Occasion::PasswordChanged
            | Occasion::ApiTokenCreated
            | Occasion::ServerCreated { .. }
            | Occasion::OperationFailed { .. }
            | Occasion::AlertFired(_)
            | Occasion::AlertResolved(_) => {}
        }
        let now = self.ports.clock.now();
        let mutation = caller.mutation(format!("delivery:{id}"), id.as_uuid(), now);
        match self.ports.store.delivery_again(id, now, &mutation).await {
            Ok(()) => self.ports.bus.publish(Notice::DeliveryReady),
            Err(StoreError::Replayed { .. }) => {}
            Err(error) => return Err(Error::of(Noun::Delivery)(error)),
        }
        self.shown(id).await
    }

    pub(super) async fn shown(&self, id: DeliveryId) -> Result<ShownDelivery> {
        let (channel, delivery) = self.delivery_of(id).await?;
        let locale = self.locale_of(&channel).await?;
        Ok(ShownDelivery {
            title: self.writer.title(&delivery.occasion, locale),
            channel_id: channel.id,
            delivery,
        })
    }

    /// Mails to accounts are nobody's to see.
    async fn delivery_of(&self, id: DeliveryId) -> Result<(Channel, Delivery)> {
        let delivery = self
            .ports
            .store
            .delivery_get(id)
            .await
            .map_err(Error::of(Noun::Delivery))?;
        match delivery.recipient {
            Recipient::Account(_) => Err(Error::NotFound(Noun::Delivery)),
            Recipient::Channel(channel) => {
                let channel = self.ports.store.channel_get(channel).await;
                Ok((channel.map_err(Error::of(Noun::Delivery))?, delivery))
            }
        }
    }

    async fn locale_of(&self, channel: &Channel) -> Result<Locale> {
        match channel.owner_id {
            None => Ok(Locale::English),
            Some(owner) => Ok(self.ports.store.user_get(owner).await?.locale),
        }
    }
}

/// To whom the channel does not exist, its deliveries do not exist.
fn as_delivery(error: Error) -> Error {
    if matches!(error, Error::NotFound(_)) {
        Error::NotFound(Noun::Delivery)
    } else {
        error
    }
}
