//! Which pool a new server gets its address from.

use super::service::Servers;
use crate::domain::ids::IpPoolId;
use crate::domain::ip_pool::{IpPool, IpPoolKind, IpPoolUse};
use crate::engine::access::operator;
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};

impl Servers {
    /// The pool asked for, or one that fits. Only operators see pools, and so only they ask for one.
    pub(super) async fn choose_pool(&self, caller: &Caller, asked: Option<IpPoolId>) -> Result<IpPool> {
        match asked {
            Some(id) => self.pool_asked_for(caller, id).await,
            None => self.fitting_pool().await,
        }
    }

    async fn pool_asked_for(&self, caller: &Caller, id: IpPoolId) -> Result<IpPool> {
        if operator(caller).is_err() {
            return Err(Error::NotFound(Noun::IpPool));
        }
        let found = self.ports.store.ip_pool_get(id).await;
        let (pool, usage) = found.map_err(Error::of(Noun::IpPool))?;
        // The configuration may have lost the hypervisor that the pool belongs to.
        if self.ports.hypervisors.get(&pool.hypervisor).is_none() {
            return Err(Error::NotFound(Noun::IpPool));
        }
        if is_full(&pool, usage) {
            return Err(exhausted());
        }
        Ok(pool)
    }

    /// One of the best pools that have an address to give. Which of them is left to chance, so that new
    /// servers spread over networks and hypervisors.
    async fn fitting_pool(&self) -> Result<IpPool> {
        let served: Vec<&str> = self.ports.hypervisors.iter().map(|(name, _)| name).collect();
        let mut pools = self.ports.store.ip_pool_open(&served).await?;
        let best = pools.iter().map(rank).min().ok_or_else(exhausted)?;
        pools.retain(|pool| rank(pool) == best);
        Ok(pools.swap_remove(rand::random_range(0..pools.len())))
    }
}

/// The lowest is best. What reaches a server by IPv4 only must find it, so IPv4 comes before IPv6; and
/// the addresses of a DHCP pool are not ours to promise, so they come after our own.
fn rank(pool: &IpPool) -> u8 {
    match (pool.network.addr().is_ipv4(), pool.kind) {
        (true, IpPoolKind::Static) => 0,
        (true, IpPoolKind::Dhcp) => 1,
        (false, IpPoolKind::Static) => 2,
        (false, IpPoolKind::Dhcp) => 3,
    }
}

fn is_full(pool: &IpPool, usage: IpPoolUse) -> bool {
    match pool.kind {
        IpPoolKind::Static => usage.used_count >= usage.address_count,
        IpPoolKind::Dhcp => false,
    }
}

fn exhausted() -> Error {
    Error::Precondition {
        reason: "EXHAUSTED",
        message: "no address is free; ask the operator for more".to_owned(),
    }
}
