//! Which pool a new server gets its address from.

use super::service::Servers;
use crate::domain::ids::IpPoolId;
use crate::domain::ip_pool::{IpPool, IpPoolKind, IpPoolUse};
use crate::domain::page::{MAX_PAGE_SIZE, PageRequest};
use crate::engine::error::{Error, Noun, Result};

impl Servers {
    /// The pool asked for, or the one with the most room.
    pub(super) async fn choose_pool(&self, asked: Option<IpPoolId>) -> Result<IpPool> {
        let Some(id) = asked else {
            return self.roomiest_pool().await;
        };
        let found = self.ports.store.ip_pool_get(id).await;
        let (pool, usage) = found.map_err(Error::of(Noun::IpPool))?;
        if room(&pool, usage).is_none() {
            return Err(exhausted());
        }
        if !self.is_served(&pool) {
            return Err(Error::NotFound(Noun::Hypervisor));
        }
        Ok(pool)
    }

    async fn roomiest_pool(&self) -> Result<IpPool> {
        let mut best: Option<(u64, IpPool)> = None;
        let mut page = PageRequest::first(MAX_PAGE_SIZE);
        loop {
            let pools = self.ports.store.ip_pool_list(page).await?;
            for (pool, usage) in pools.items {
                let Some(room) = room(&pool, usage).filter(|_| self.is_served(&pool)) else {
                    continue;
                };
                if best.as_ref().is_none_or(|(most, _)| room > *most) {
                    best = Some((room, pool));
                }
            }
            match pools.next {
                Some(after) => page.after = Some(after),
                None => return best.map(|(_, pool)| pool).ok_or_else(exhausted),
            }
        }
    }

    /// The configuration may have lost the hypervisor that the pool belongs to.
    fn is_served(&self, pool: &IpPool) -> bool {
        self.ports.hypervisors.get(&pool.hypervisor).is_some()
    }
}

/// Free addresses; `None` when the pool is full. A DHCP pool is never full as far as we know, and is
/// chosen last: its addresses are not ours to promise.
fn room(pool: &IpPool, usage: IpPoolUse) -> Option<u64> {
    match pool.kind {
        IpPoolKind::Dhcp => Some(0),
        IpPoolKind::Static => match usage.address_count.saturating_sub(usage.used_count) {
            0 => None,
            free => Some(free),
        },
    }
}

fn exhausted() -> Error {
    Error::Precondition {
        reason: "EXHAUSTED",
        message: "no address is free; ask the operator for more".to_owned(),
    }
}
