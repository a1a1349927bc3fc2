//! Ordering a server.

use super::input::{AcceptedWithPassword, CreateServer};
use super::service::Servers;
use crate::domain::change::Change;
use crate::domain::etag::Generation;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::{OperatingSystemId, OperationId, ServerId, UserId};
use crate::domain::operating_system::OperatingSystem;
use crate::domain::operation::OperationKind;
use crate::domain::server::{Server, ServerState};
use crate::domain::ssh_key::MAX_SSH_KEYS;
use crate::domain::tariff::{CatalogState, Tariff};
use crate::engine::access::changeable;
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::operations::accept::{create, pending, replayed};
use crate::engine::operations::params::{CreateParams, to_value};
use crate::engine::root_password::RootPassword;
use crate::ports::store::StoreError;

impl Servers {
    pub async fn create(&self, caller: &Caller, input: CreateServer) -> Result<AcceptedWithPassword> {
        let owner_id = caller.signed_in()?.user_id;
        changeable(caller, owner_id, Noun::Server)?;
        if let Some(operation) = replayed(&self.ports, caller).await? {
            return self.accepted_with_password(operation, None).await;
        }
        let tariff = self.active_tariff(input.tariff_id).await?;
        let system = self.active_operating_system(input.operating_system_id).await?;
        check(&input, &tariff, &system)?;
        self.check_limit(owner_id).await?;
        let pool = self.choose_pool(caller, input.ip_pool_id).await?;

        let password = RootPassword::generate();
        let params = to_value(&CreateParams {
            hypervisor: pool.hypervisor,
            operating_system_id: system.id,
            template: system.template,
            nesting: system.nesting,
            root_password_hash: password.hash(&self.turns).await?,
            ssh_public_keys: input.ssh_public_keys,
            keep_stopped: input.keep_stopped,
        });
        let now = self.ports.clock.now();
        let (pool_id, operation_id) = (pool.id, OperationId::generate());
        let server = Server {
            id: ServerId::generate(),
            owner_id,
            name: input.name,
            state: ServerState::Creating,
            state_reason: String::new(),
            wanted_running: !input.keep_stopped,
            tariff_id: tariff.id,
            operating_system_id: system.id,
            resources: tariff.resources,
            price: tariff.price,
            placement: None,
            ip_pool_id: pool_id,
            addresses: Vec::new(),
            operation_id: Some(operation_id),
            create_time: now,
            update_time: now,
            delete_time: None,
            generation: Generation::FIRST,
        };
        let operation = pending(
            &self.ports,
            caller,
            operation_id,
            OperationKind::ServerCreate,
            &server,
            None,
            params,
        )?;
        let changes = [
            Change::TariffHold { id: tariff.id },
            Change::OperatingSystemHold { id: system.id },
            Change::IpPoolHold { id: pool_id },
            Change::ServerPlace {
                owner_id,
                limit: self.settings.per_user,
            },
            Change::ServerInsert(Box::new(server)),
        ];
        let operation = match create(&self.ports, caller, operation, &changes).await {
            // Somebody took from the catalog what was found there: the answer is what it is now.
            Err(Error::Stale) => {
                self.active_tariff(tariff.id).await?;
                self.active_operating_system(system.id).await?;
                if let Some(asked) = input.ip_pool_id {
                    self.choose_pool(caller, Some(asked)).await?;
                }
                return Err(Error::Stale);
            }
            created => created?,
        };
        // Of two calls that raced with one request id, only the first knows the password that is set.
        let ours = operation.id == operation_id;
        self.accepted_with_password(operation, ours.then_some(password))
            .await
    }

    async fn active_operating_system(&self, id: OperatingSystemId) -> Result<OperatingSystem> {
        let system = self.ports.store.operating_system_get(id).await;
        let system = system.map_err(Error::of(Noun::OperatingSystem))?;
        match system.state {
            CatalogState::Active => Ok(system),
            CatalogState::Retired => Err(Error::NotFound(Noun::OperatingSystem)),
        }
    }

    /// Before anything is done for an order. Those that pass at the same moment are told apart where they
    /// are written.
    async fn check_limit(&self, owner: UserId) -> Result<()> {
        let limit = self.settings.per_user;
        if self.ports.store.server_count(owner).await? < limit {
            return Ok(());
        }
        let what = "servers";
        Err(StoreError::Full { what, limit }.into())
    }
}

fn check(input: &CreateServer, tariff: &Tariff, system: &OperatingSystem) -> Result<()> {
    let mut errors = FieldErrors::default();
    if input.ssh_public_keys.len() > MAX_SSH_KEYS {
        errors.push("ssh_public_keys", format!("must be at most {MAX_SSH_KEYS} keys"));
    }
    let resources = &tariff.resources;
    if resources.memory_bytes < system.min_memory_bytes || resources.disk_bytes < system.min_disk_bytes {
        errors.push(
            "tariff_id",
            format!(
                "must have at least {} bytes of memory and {} bytes of disk for this operating system",
                system.min_memory_bytes, system.min_disk_bytes
            ),
        );
    }
    Ok(errors.check()?)
}
