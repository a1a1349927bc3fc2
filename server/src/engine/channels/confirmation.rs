//! Asking the owners of addresses: mail goes to nobody who has not agreed, except where operators say so.
//!
//! A code goes to the address and comes back through the channel's owner. How often is bounded for each account and for
//! each address, whoever asks: a code is mail, too, and guessing is trying.

use std::time::Duration;

use super::access::changeable;
use super::deliveries::ShownDelivery;
use super::service::{Channels, target};
use crate::domain::channel::{Channel, ChannelTarget};
use crate::domain::delivery::{Delivery, Lane, Recipient};
use crate::domain::fields::FieldErrors;
use crate::domain::ids::{ChannelId, DeliveryId, OutboxId};
use crate::domain::names::Email;
use crate::domain::occasion::Occasion;
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::etags::Guard;
use crate::engine::repeats::repeated;
use crate::engine::secrets::{code_day, code_days};
use crate::ports::store::StoreError;

/// Codes that an account may have sent, and that one address gets.
const CODES_OF_AN_ACCOUNT: u32 = 20;
const CODES_TO_AN_ADDRESS: u32 = 3;
const CODES_WINDOW: Duration = Duration::from_hours(24);
const TRIES: u32 = 10;
const TRIES_WINDOW: Duration = Duration::from_mins(10);

impl Channels {
    /// Mails a code to an address of the channel that is not confirmed. A mail server that is away is tried again.
    pub async fn send_address_code(
        &self,
        caller: &Caller,
        id: ChannelId,
        address: Email,
    ) -> Result<ShownDelivery> {
        let channel = self.get(caller, id).await?;
        changeable(caller, &channel)?;
        if let Some(delivery) = repeated(&self.ports, caller).await? {
            return self.shown(DeliveryId::from_uuid(delivery)).await;
        }
        has_unconfirmed(&channel, &address)?;
        self.count_code(caller, &address).await?;
        let now = self.ports.clock.now();
        let occasion = Occasion::ChannelAddress {
            channel_id: id,
            address,
            day: code_day(now),
        };
        let recipient = Recipient::Channel(id);
        let delivery = Delivery::due(OutboxId::generate(), recipient, Lane::Mail, occasion, now);
        self.make_at_once(caller, target(id), delivery).await
    }

    /// Refuses to be what mails strangers all day, however a code is asked for.
    pub(super) async fn count_code(&self, caller: &Caller, address: &Email) -> Result<()> {
        let user = caller.signed_in()?.user_id;
        for (key, limit) in [
            (format!("address_codes/{user}"), CODES_OF_AN_ACCOUNT),
            (format!("address_code/{address}"), CODES_TO_AN_ADDRESS),
        ] {
            self.count(&key, limit, CODES_WINDOW).await?;
        }
        Ok(())
    }

    /// With the code that was mailed there, mail may go to the address. It stays so when that is said again.
    pub async fn confirm_address(
        &self,
        caller: &Caller,
        id: ChannelId,
        address: &Email,
        code: &str,
    ) -> Result<Channel> {
        let user = caller.signed_in()?.user_id;
        let now = self.ports.clock.now();
        let mutation = caller.mutation(target(id), id.as_uuid(), now);
        let mut guard = Guard::new(None)?;
        loop {
            let current = self.get(caller, id).await?;
            changeable(caller, &current)?;
            if current.may_mail(address) {
                return Ok(current);
            }
            has_unconfirmed(&current, address)?;
            self.count(&format!("address_tries/{user}"), TRIES, TRIES_WINDOW)
                .await?;
            if !self.keys.is_address_code(id, address, code_days(now), code) {
                return Err(bad(
                    "code",
                    "must be the code that was mailed to the address, yesterday or today",
                ));
            }
            let generation = guard.generation(current.generation);
            let channel = Channel {
                update_time: now,
                ..with_confirmed(current, address)
            };
            let updated = self
                .ports
                .store
                .channel_update(&channel, generation, &mutation)
                .await;
            match updated {
                Ok(()) | Err(StoreError::Replayed { .. }) => return self.found(id).await,
                Err(error) if guard.retries(&error) => {}
                Err(error) => return Err(Error::of(Noun::Channel)(error)),
            }
        }
    }
}

fn has_unconfirmed(channel: &Channel, address: &Email) -> Result<()> {
    if channel.unconfirmed().any(|one| one == address) {
        Ok(())
    } else {
        Err(bad(
            "address",
            "must be an address of the channel that is not confirmed",
        ))
    }
}

fn with_confirmed(mut channel: Channel, address: &Email) -> Channel {
    match &mut channel.target {
        ChannelTarget::Email { confirmed, .. } => confirmed.push(address.clone()),
        ChannelTarget::Slack { .. } | ChannelTarget::Teams { .. } | ChannelTarget::Webhook { .. } => {}
    }
    channel
}

fn bad(field: &'static str, problem: &'static str) -> Error {
    Error::Invalid(FieldErrors::one(field, problem))
}
