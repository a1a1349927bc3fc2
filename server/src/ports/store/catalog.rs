//! What is sold and what it runs on: tariffs, operating systems, IP pools, vmids.

use async_trait::async_trait;

use super::error::StoreResult;
use super::mutation::Mutation;
use crate::domain::etag::Generation;
use crate::domain::ids::{IpPoolId, OperatingSystemId, ServerId, TariffId};
use crate::domain::ip_pool::{IpAssignment, IpPool, IpPoolUse};
use crate::domain::operating_system::OperatingSystem;
use crate::domain::page::{Page, PageRequest};
use crate::domain::tariff::{CatalogState, Tariff};
use crate::domain::time::Timestamp;

#[async_trait]
pub trait TariffStore: Send + Sync {
    /// `AlreadyExists{tariff_name}`.
    async fn tariff_insert(&self, tariff: &Tariff, mutation: &Mutation) -> StoreResult<()>;

    async fn tariff_get(&self, id: TariffId) -> StoreResult<Tariff>;

    /// Oldest first; `None` is every state.
    async fn tariff_list(&self, state: Option<CatalogState>, page: PageRequest) -> StoreResult<Page<Tariff>>;

    /// Writes every field but id, times and generation, guarded by `guard`; the row's generation is then `guard.next()`.
    async fn tariff_update(&self, tariff: &Tariff, guard: Generation, mutation: &Mutation)
    -> StoreResult<()>;

    /// `InUse{servers}` while a server that is not deleted has it.
    async fn tariff_delete(
        &self,
        id: TariffId,
        guard: Option<Generation>,
        mutation: &Mutation,
    ) -> StoreResult<()>;
}

#[async_trait]
pub trait OperatingSystemStore: Send + Sync {
    /// `AlreadyExists{operating_system_name}`: name and version together.
    async fn operating_system_insert(&self, system: &OperatingSystem, mutation: &Mutation)
    -> StoreResult<()>;

    async fn operating_system_get(&self, id: OperatingSystemId) -> StoreResult<OperatingSystem>;

    async fn operating_system_list(
        &self,
        state: Option<CatalogState>,
        page: PageRequest,
    ) -> StoreResult<Page<OperatingSystem>>;

    async fn operating_system_update(
        &self,
        system: &OperatingSystem,
        guard: Generation,
        mutation: &Mutation,
    ) -> StoreResult<()>;

    async fn operating_system_delete(
        &self,
        id: OperatingSystemId,
        guard: Option<Generation>,
        mutation: &Mutation,
    ) -> StoreResult<()>;
}

#[async_trait]
pub trait IpPoolStore: Send + Sync {
    /// Also lays out one row for each address of a static pool but its gateway's. `AlreadyExists{ip_pool_name}`.
    async fn ip_pool_insert(&self, pool: &IpPool, mutation: &Mutation) -> StoreResult<()>;

    async fn ip_pool_get(&self, id: IpPoolId) -> StoreResult<(IpPool, IpPoolUse)>;

    async fn ip_pool_list(&self, page: PageRequest) -> StoreResult<Page<(IpPool, IpPoolUse)>>;

    /// The pools of these hypervisors that can give an address now: DHCP pools, and static ones with a
    /// free address. Oldest first.
    async fn ip_pool_open(&self, hypervisors: &[&str]) -> StoreResult<Vec<IpPool>>;

    /// Changes name, gateway, nameservers and bounds; addresses that fall out of the bounds, and one that becomes
    /// the gateway, must be free (`InUse{addresses}`).
    async fn ip_pool_update(&self, pool: &IpPool, guard: Generation, mutation: &Mutation) -> StoreResult<()>;

    /// `InUse{addresses}` while a server holds an address of it, `InUse{servers}` while one that is not
    /// deleted belongs to it without one.
    async fn ip_pool_delete(
        &self,
        id: IpPoolId,
        guard: Option<Generation>,
        mutation: &Mutation,
    ) -> StoreResult<()>;

    /// Takes the free address that was given back longest ago, lowest first. A server that holds one of
    /// this pool already gets that one. `Exhausted{addresses}`.
    async fn ip_address_claim(
        &self,
        pool: IpPoolId,
        server: ServerId,
        now: Timestamp,
    ) -> StoreResult<IpAssignment>;

    /// The next vmid of a hypervisor: never one that was given before. `Exhausted{vmids}` past `last`.
    async fn vmid_allocate(&self, hypervisor: &str, first: u32, last: u32) -> StoreResult<u32>;
}
