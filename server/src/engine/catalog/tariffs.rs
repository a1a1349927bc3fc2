//! Tariffs: resources for a price.

use super::deletion::refused;
use super::service::Catalog;
use super::visibility::{Shown, shown};
use crate::domain::etag::Generation;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::TariffId;
use crate::domain::money::{Currency, Money};
use crate::domain::page::{Page, PageRequest};
use crate::domain::resources::Resources;
use crate::domain::tariff::{CatalogState, Tariff};
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::etags::{Guard, wanted};
use crate::ports::store::StoreError;

#[derive(Clone, Debug, PartialEq)]
pub struct NewTariff {
    pub name: String,
    pub description: String,
    pub resources: Resources,
    pub price: Money,
    pub network_bytes_per_second: u64,
    pub snapshot_limit: u32,
    pub state: CatalogState,
}

/// `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TariffPatch {
    pub name: Option<String>,
    pub description: Option<String>,
    pub cpu_millicores: Option<u32>,
    pub memory_bytes: Option<u64>,
    pub disk_bytes: Option<u64>,
    pub price_minor: Option<i64>,
    pub currency: Option<Currency>,
    pub network_bytes_per_second: Option<u64>,
    pub snapshot_limit: Option<u32>,
    pub state: Option<CatalogState>,
}

impl Catalog {
    /// Oldest first. Only operators get retired ones.
    pub async fn list_tariffs(
        &self,
        caller: &Caller,
        state: Option<CatalogState>,
        page: PageRequest,
    ) -> Result<Page<Tariff>> {
        match shown(caller, state)? {
            Shown::State(state) => Ok(self.ports.store.tariff_list(state, page).await?),
            Shown::Nothing => Ok(Page {
                items: Vec::new(),
                next: None,
            }),
        }
    }

    /// Retired ones too: servers use them.
    pub async fn get_tariff(&self, id: TariffId) -> Result<Tariff> {
        self.ports
            .store
            .tariff_get(id)
            .await
            .map_err(Error::of(Noun::Tariff))
    }

    pub async fn create_tariff(&self, caller: &Caller, new: NewTariff) -> Result<Tariff> {
        let now = self.ports.clock.now();
        let tariff = Tariff {
            id: TariffId::generate(),
            name: new.name,
            description: new.description,
            resources: new.resources,
            price: new.price,
            network_bytes_per_second: new.network_bytes_per_second,
            snapshot_limit: new.snapshot_limit,
            state: new.state,
            create_time: now,
            update_time: now,
            generation: Generation::FIRST,
        };
        check(&tariff)?;
        let mutation = caller.mutation(format!("tariff:{}", tariff.id), tariff.id.as_uuid(), now);
        match self.ports.store.tariff_insert(&tariff, &mutation).await {
            Ok(()) => Ok(tariff),
            Err(StoreError::Replayed { resource }) => self.get_tariff(TariffId::from_uuid(resource)).await,
            Err(error) => Err(error.into()),
        }
    }

    /// Servers that use the tariff keep their sizes and their price.
    pub async fn update_tariff(
        &self,
        caller: &Caller,
        id: TariffId,
        patch: TariffPatch,
        etag: Option<&str>,
    ) -> Result<Tariff> {
        let mut guard = Guard::new(etag)?;
        let mutation = caller.mutation(format!("tariff:{id}"), id.as_uuid(), self.ports.clock.now());
        loop {
            let current = self.get_tariff(id).await?;
            let generation = guard.generation(current.generation);
            let tariff = patched(current, patch.clone());
            check(&tariff)?;
            match self
                .ports
                .store
                .tariff_update(&tariff, generation, &mutation)
                .await
            {
                Ok(()) | Err(StoreError::Replayed { .. }) => return self.get_tariff(id).await,
                Err(error) if guard.retries(&error) => {}
                Err(error) => return Err(Error::of(Noun::Tariff)(error)),
            }
        }
    }

    pub async fn delete_tariff(&self, caller: &Caller, id: TariffId, etag: Option<&str>) -> Result<()> {
        let mutation = caller.mutation(format!("tariff:{id}"), id.as_uuid(), self.ports.clock.now());
        match self.ports.store.tariff_delete(id, wanted(etag)?, &mutation).await {
            Ok(()) | Err(StoreError::Replayed { .. }) => Ok(()),
            Err(error) => Err(refused(Noun::Tariff)(error)),
        }
    }
}

fn patched(tariff: Tariff, patch: TariffPatch) -> Tariff {
    Tariff {
        name: patch.name.unwrap_or(tariff.name),
        description: patch.description.unwrap_or(tariff.description),
        resources: Resources {
            cpu_millicores: patch.cpu_millicores.unwrap_or(tariff.resources.cpu_millicores),
            memory_bytes: patch.memory_bytes.unwrap_or(tariff.resources.memory_bytes),
            disk_bytes: patch.disk_bytes.unwrap_or(tariff.resources.disk_bytes),
        },
        price: Money {
            minor: patch.price_minor.unwrap_or(tariff.price.minor),
            currency: patch.currency.unwrap_or(tariff.price.currency),
        },
        network_bytes_per_second: patch
            .network_bytes_per_second
            .unwrap_or(tariff.network_bytes_per_second),
        snapshot_limit: patch.snapshot_limit.unwrap_or(tariff.snapshot_limit),
        state: patch.state.unwrap_or(tariff.state),
        ..tariff
    }
}

/// What the edge has checked for the contract is checked once more for what it would cost.
fn check(tariff: &Tariff) -> Result<()> {
    let mut bare = FieldErrors::default();
    tariff.resources.check(&mut bare);
    if tariff.price.minor < 0 {
        bare.push("price_minor", "must not be negative");
    }
    let mut errors = FieldErrors::default();
    for error in bare.0 {
        errors.push(format!("tariff.{}", error.field), error.problem);
    }
    Ok(errors.check()?)
}
