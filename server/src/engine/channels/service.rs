//! Making, changing and removing channels.

use std::fmt;
use std::sync::Arc;

use super::access::{changeable, listed_owner, new_owner, visible};
use super::input::{ChannelPatch, NewChannel};
use super::sealing::Sealing;
use crate::domain::channel::Channel;
use crate::domain::etag::Generation;
use crate::domain::ids::{ChannelId, UserId};
use crate::domain::page::{Page, PageRequest};
use crate::engine::announcements::Writer;
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::delivery::Attempts;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::etags::{Guard, wanted};
use crate::engine::secrets::Keys;
use crate::ports::store::StoreError;

/// Channels that an account, or the installation, has at most.
const MAX_CHANNELS: u64 = 20;

pub struct Channels {
    pub(super) ports: Ports,
    pub(super) writer: Arc<Writer>,
    pub(super) attempts: Arc<Attempts>,
    pub(super) keys: Arc<Keys>,
}

impl Channels {
    pub fn new(ports: Ports, keys: Arc<Keys>, writer: Arc<Writer>, attempts: Arc<Attempts>) -> Self {
        Self {
            ports,
            writer,
            attempts,
            keys,
        }
    }

    pub async fn create(&self, caller: &Caller, new: NewChannel) -> Result<Channel> {
        let owner_id = new_owner(caller, new.installation)?;
        let now = self.ports.clock.now();
        let id = ChannelId::generate();
        let channel = Channel {
            id,
            owner_id,
            display_name: new.display_name,
            target: self.sealing(id, owner_id).await?.create(new.target)?,
            disabled: new.disabled,
            rate_per_minute: new.rate_per_minute,
            create_time: now,
            update_time: now,
            generation: Generation::FIRST,
        };
        let mutation = caller.mutation(target(id), id.as_uuid(), now);
        match self
            .ports
            .store
            .channel_insert(&channel, MAX_CHANNELS, &mutation)
            .await
        {
            Ok(()) => Ok(channel),
            Err(StoreError::Replayed { resource }) => self.get(caller, ChannelId::from_uuid(resource)).await,
            Err(error) => Err(error.into()),
        }
    }

    pub async fn get(&self, caller: &Caller, id: ChannelId) -> Result<Channel> {
        let channel = self.found(id).await?;
        visible(caller, &channel)?;
        Ok(channel)
    }

    /// The caller's own, or those of the installation. Oldest first.
    pub async fn list(
        &self,
        caller: &Caller,
        installation: bool,
        page: PageRequest,
    ) -> Result<Page<Channel>> {
        let owner = listed_owner(caller, installation)?;
        Ok(self.ports.store.channel_list(owner, page).await?)
    }

    pub async fn update(
        &self,
        caller: &Caller,
        id: ChannelId,
        patch: ChannelPatch,
        etag: Option<&str>,
    ) -> Result<Channel> {
        let mut guard = Guard::new(etag)?;
        let now = self.ports.clock.now();
        let mutation = caller.mutation(target(id), id.as_uuid(), now);
        loop {
            let current = self.found(id).await?;
            changeable(caller, &current)?;
            let generation = guard.generation(current.generation);
            let channel = Channel {
                update_time: now,
                ..self.patched(current, patch.clone()).await?
            };
            match self
                .ports
                .store
                .channel_update(&channel, generation, &mutation)
                .await
            {
                Ok(()) | Err(StoreError::Replayed { .. }) => return self.found(id).await,
                Err(error) if guard.retries(&error) => {}
                Err(error) => return Err(Error::of(Noun::Channel)(error)),
            }
        }
    }

    pub async fn delete(&self, caller: &Caller, id: ChannelId, etag: Option<&str>) -> Result<()> {
        let mutation = caller.mutation(target(id), id.as_uuid(), self.ports.clock.now());
        match self.ports.store.channel_get(id).await {
            Ok(channel) => changeable(caller, &channel)?,
            // Perhaps by this very request, some time ago: the store knows.
            Err(StoreError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
        match self
            .ports
            .store
            .channel_delete(id, wanted(etag)?, &mutation)
            .await
        {
            Ok(()) | Err(StoreError::Replayed { .. }) => Ok(()),
            Err(error) => Err(Error::of(Noun::Channel)(error)),
        }
    }

    pub(super) async fn found(&self, id: ChannelId) -> Result<Channel> {
        self.ports
            .store
            .channel_get(id)
            .await
            .map_err(Error::of(Noun::Channel))
    }

    async fn patched(&self, channel: Channel, patch: ChannelPatch) -> Result<Channel> {
        Ok(Channel {
            display_name: patch.display_name.unwrap_or(channel.display_name),
            target: match patch.target {
                Some(input) => {
                    let sealing = self.sealing(channel.id, channel.owner_id).await?;
                    sealing.update(channel.target, input)?
                }
                None => channel.target,
            },
            disabled: patch.disabled.unwrap_or(channel.disabled),
            rate_per_minute: patch.rate_per_minute.unwrap_or(channel.rate_per_minute),
            ..channel
        })
    }

    async fn sealing(&self, id: ChannelId, owner: Option<UserId>) -> Result<Sealing<'_>> {
        let own = match owner {
            Some(owner) => {
                let owner = self.ports.store.user_get(owner).await?;
                owner.email_verified.then_some(owner.email)
            }
            None => None,
        };
        Ok(Sealing {
            keys: &self.keys,
            notifier: &*self.ports.notifier,
            id,
            own,
        })
    }
}

pub(super) fn target(id: ChannelId) -> String {
    format!("channel:{id}")
}

impl fmt::Debug for Channels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Channels(..)")
    }
}
