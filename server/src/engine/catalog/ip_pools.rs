//! Pools of addresses that servers are given.

use std::net::IpAddr;

use ipnet::IpNet;

use super::pool_rules::{bounds, check, same_wire};
use super::service::Catalog;
use crate::domain::etag::Generation;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::IpPoolId;
use crate::domain::ip_pool::{IpPool, IpPoolKind, IpPoolUse};
use crate::domain::ip_range::IpRange;
use crate::domain::page::{MAX_PAGE_SIZE, Page, PageRequest};
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::etags::{Guard, wanted};
use crate::ports::store::StoreError;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIpPool {
    pub name: String,
    pub hypervisor: String,
    pub bridge: String,
    pub vlan_tag: Option<u16>,
    pub kind: IpPoolKind,
    pub network: IpNet,
    /// Not used for DHCP, like the bounds.
    pub gateway: Option<IpAddr>,
    /// `None` is the first usable address of the network.
    pub first: Option<IpAddr>,
    /// `None` is the last usable address of the network.
    pub last: Option<IpAddr>,
    pub nameservers: Vec<IpAddr>,
}

/// `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IpPoolPatch {
    pub name: Option<String>,
    /// `Some(None)` takes the gateway away.
    pub gateway: Option<Option<IpAddr>>,
    pub first: Option<IpAddr>,
    pub last: Option<IpAddr>,
    pub nameservers: Option<Vec<IpAddr>>,
}

impl Catalog {
    /// Oldest first.
    pub async fn list_ip_pools(&self, page: PageRequest) -> Result<Page<(IpPool, IpPoolUse)>> {
        Ok(self.ports.store.ip_pool_list(page).await?)
    }

    pub async fn get_ip_pool(&self, id: IpPoolId) -> Result<(IpPool, IpPoolUse)> {
        self.ports
            .store
            .ip_pool_get(id)
            .await
            .map_err(Error::of(Noun::IpPool))
    }

    pub async fn create_ip_pool(&self, caller: &Caller, new: NewIpPool) -> Result<(IpPool, IpPoolUse)> {
        let mut errors = FieldErrors::default();
        if self.ports.hypervisors.get(&new.hypervisor).is_none() {
            errors.push(
                "ip_pool.hypervisor",
                "must be the name of a hypervisor in the configuration",
            );
        }
        let now = self.ports.clock.now();
        let (first, last) = bounds(new.kind, &new.network, new.first, new.last);
        let pool = IpPool {
            id: IpPoolId::generate(),
            name: new.name,
            hypervisor: new.hypervisor,
            bridge: new.bridge,
            vlan_tag: new.vlan_tag,
            kind: new.kind,
            network: new.network,
            gateway: match new.kind {
                IpPoolKind::Static => new.gateway,
                IpPoolKind::Dhcp => None,
            },
            first,
            last,
            nameservers: new.nameservers,
            create_time: now,
            update_time: now,
            generation: Generation::FIRST,
        };
        let range = check(&pool).unwrap_or_else(|found| {
            errors.0.extend(found.0);
            None
        });
        errors.check()?;
        let mutation = caller.mutation(format!("ip_pool:{}", pool.id), pool.id.as_uuid(), now);
        let _held = self.pools.lock().await;
        self.refuse_overlap(&pool, range).await?;
        match self.ports.store.ip_pool_insert(&pool, &mutation).await {
            Ok(()) => self.get_ip_pool(pool.id).await,
            Err(StoreError::Replayed { resource }) => self.get_ip_pool(IpPoolId::from_uuid(resource)).await,
            Err(error) => Err(error.into()),
        }
    }

    pub async fn update_ip_pool(
        &self,
        caller: &Caller,
        id: IpPoolId,
        patch: IpPoolPatch,
        etag: Option<&str>,
    ) -> Result<(IpPool, IpPoolUse)> {
        let mut guard = Guard::new(etag)?;
        let mutation = caller.mutation(format!("ip_pool:{id}"), id.as_uuid(), self.ports.clock.now());
        let _held = self.pools.lock().await;
        loop {
            let (current, _) = self.get_ip_pool(id).await?;
            let generation = guard.generation(current.generation);
            let pool = patched(current, patch.clone());
            let range = check(&pool)?;
            self.refuse_overlap(&pool, range).await?;
            match self
                .ports
                .store
                .ip_pool_update(&pool, generation, &mutation)
                .await
            {
                Ok(()) | Err(StoreError::Replayed { .. }) => return self.get_ip_pool(id).await,
                Err(error) if guard.retries(&error) => {}
                Err(error) => return Err(Error::of(Noun::IpPool)(error)),
            }
        }
    }

    pub async fn delete_ip_pool(&self, caller: &Caller, id: IpPoolId, etag: Option<&str>) -> Result<()> {
        let mutation = caller.mutation(format!("ip_pool:{id}"), id.as_uuid(), self.ports.clock.now());
        match self
            .ports
            .store
            .ip_pool_delete(id, wanted(etag)?, &mutation)
            .await
        {
            Ok(()) | Err(StoreError::Replayed { .. }) => Ok(()),
            Err(error) => Err(Error::of(Noun::IpPool)(error)),
        }
    }

    /// Refuses a range that shares addresses with another pool on the same wire. A pool of the same name
    /// is passed over: the store refuses the name, or it is what this very request made before.
    async fn refuse_overlap(&self, pool: &IpPool, range: Option<IpRange>) -> Result<()> {
        let Some(range) = range else {
            return Ok(());
        };
        let mut page = PageRequest::first(MAX_PAGE_SIZE);
        loop {
            let pools = self.ports.store.ip_pool_list(page).await?;
            let others = pools.items.iter().map(|(other, _)| other);
            for other in others.filter(|other| other.id != pool.id && other.name != pool.name) {
                if same_wire(pool, other) && held_by(other).is_some_and(|held| held.overlaps(&range)) {
                    let problem = format!("{range} shares addresses with the pool {}", other.name);
                    return Err(FieldErrors::one("ip_pool.first_address", problem).into());
                }
            }
            match pools.next {
                Some(next) => page.after = Some(next),
                None => return Ok(()),
            }
        }
    }
}

/// The addresses that a pool hands out.
fn held_by(pool: &IpPool) -> Option<IpRange> {
    match pool.kind {
        IpPoolKind::Static => IpRange::new(pool.first, pool.last).ok(),
        IpPoolKind::Dhcp => None,
    }
}

/// The bounds and the gateway of a DHCP pool are not ours to set.
fn patched(pool: IpPool, patch: IpPoolPatch) -> IpPool {
    let (gateway, first, last) = match pool.kind {
        IpPoolKind::Static => (
            patch.gateway.unwrap_or(pool.gateway),
            patch.first.unwrap_or(pool.first),
            patch.last.unwrap_or(pool.last),
        ),
        IpPoolKind::Dhcp => (pool.gateway, pool.first, pool.last),
    };
    IpPool {
        name: patch.name.unwrap_or(pool.name),
        gateway,
        first,
        last,
        nameservers: patch.nameservers.unwrap_or(pool.nameservers),
        ..pool
    }
}
