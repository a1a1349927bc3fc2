//! Operating systems: what a server is installed with.

use super::deletion::refused;
use super::service::Catalog;
use super::visibility::{Shown, shown};
use crate::domain::etag::Generation;
use crate::domain::ids::OperatingSystemId;
use crate::domain::operating_system::OperatingSystem;
use crate::domain::page::{Page, PageRequest};
use crate::domain::tariff::CatalogState;
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::etags::{Guard, wanted};
use crate::ports::store::StoreError;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOperatingSystem {
    pub name: String,
    pub version: String,
    pub family: String,
    pub template: String,
    pub nesting: bool,
    pub min_memory_bytes: u64,
    pub min_disk_bytes: u64,
    pub state: CatalogState,
}

/// `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperatingSystemPatch {
    pub name: Option<String>,
    pub version: Option<String>,
    pub family: Option<String>,
    pub template: Option<String>,
    pub nesting: Option<bool>,
    pub min_memory_bytes: Option<u64>,
    pub min_disk_bytes: Option<u64>,
    pub state: Option<CatalogState>,
}

impl Catalog {
    /// Oldest first. Only operators get retired ones.
    pub async fn list_operating_systems(
        &self,
        caller: &Caller,
        state: Option<CatalogState>,
        page: PageRequest,
    ) -> Result<Page<OperatingSystem>> {
        match shown(caller, state)? {
            Shown::State(state) => Ok(self.ports.store.operating_system_list(state, page).await?),
            Shown::Nothing => Ok(Page {
                items: Vec::new(),
                next: None,
            }),
        }
    }

    /// Retired ones too: servers use them.
    pub async fn get_operating_system(&self, id: OperatingSystemId) -> Result<OperatingSystem> {
        self.ports
            .store
            .operating_system_get(id)
            .await
            .map_err(Error::of(Noun::OperatingSystem))
    }

    /// The template need not exist yet: operators upload it before or after.
    pub async fn create_operating_system(
        &self,
        caller: &Caller,
        new: NewOperatingSystem,
    ) -> Result<OperatingSystem> {
        let now = self.ports.clock.now();
        let system = OperatingSystem {
            id: OperatingSystemId::generate(),
            name: new.name,
            version: new.version,
            family: new.family,
            template: new.template,
            nesting: new.nesting,
            min_memory_bytes: new.min_memory_bytes,
            min_disk_bytes: new.min_disk_bytes,
            state: new.state,
            create_time: now,
            update_time: now,
            generation: Generation::FIRST,
        };
        let mutation = caller.mutation(
            format!("operating_system:{}", system.id),
            system.id.as_uuid(),
            now,
        );
        match self.ports.store.operating_system_insert(&system, &mutation).await {
            Ok(()) => Ok(system),
            Err(StoreError::Replayed { resource }) => {
                self.get_operating_system(OperatingSystemId::from_uuid(resource))
                    .await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Servers that exist are not touched.
    pub async fn update_operating_system(
        &self,
        caller: &Caller,
        id: OperatingSystemId,
        patch: OperatingSystemPatch,
        etag: Option<&str>,
    ) -> Result<OperatingSystem> {
        let mut guard = Guard::new(etag)?;
        let now = self.ports.clock.now();
        let mutation = caller.mutation(format!("operating_system:{id}"), id.as_uuid(), now);
        loop {
            let current = self.get_operating_system(id).await?;
            let generation = guard.generation(current.generation);
            let system = patched(current, patch.clone());
            match self
                .ports
                .store
                .operating_system_update(&system, generation, &mutation)
                .await
            {
                Ok(()) | Err(StoreError::Replayed { .. }) => return self.get_operating_system(id).await,
                Err(error) if guard.retries(&error) => {}
                Err(error) => return Err(Error::of(Noun::OperatingSystem)(error)),
            }
        }
    }

    pub async fn delete_operating_system(
        &self,
        caller: &Caller,
        id: OperatingSystemId,
        etag: Option<&str>,
    ) -> Result<()> {
        let now = self.ports.clock.now();
        let mutation = caller.mutation(format!("operating_system:{id}"), id.as_uuid(), now);
        match self
            .ports
            .store
            .operating_system_delete(id, wanted(etag)?, &mutation)
            .await
        {
            Ok(()) | Err(StoreError::Replayed { .. }) => Ok(()),
            Err(error) => Err(refused(Noun::OperatingSystem)(error)),
        }
    }
}

fn patched(system: OperatingSystem, patch: OperatingSystemPatch) -> OperatingSystem {
    OperatingSystem {
        name: patch.name.unwrap_or(system.name),
        version: patch.version.unwrap_or(system.version),
        family: patch.family.unwrap_or(system.family),
        template: patch.template.unwrap_or(system.template),
        nesting: patch.nesting.unwrap_or(system.nesting),
        min_memory_bytes: patch.min_memory_bytes.unwrap_or(system.min_memory_bytes),
        min_disk_bytes: patch.min_disk_bytes.unwrap_or(system.min_disk_bytes),
        state: patch.state.unwrap_or(system.state),
        ..system
    }
}
