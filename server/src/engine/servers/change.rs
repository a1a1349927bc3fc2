//! Resizing, renaming, and setting a new root password.

use super::input::{Accepted, AcceptedWithPassword, RenameServer, ResetRootPassword, ResizeServer, ResizeTo};
use super::service::{Servers, require};
use crate::domain::change::Change;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::TariffId;
use crate::domain::operating_system::OperatingSystem;
use crate::domain::operation::{Operation, OperationKind};
use crate::domain::resources::Resources;
use crate::domain::server::{Server, ServerPatch, ServerState};
use crate::domain::tariff::{CatalogState, Tariff};
use crate::engine::access::changeable;
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::operations::accept::{Work, accept, replayed};
use crate::engine::operations::params::{RenameParams, ResetPasswordParams, ResizeParams, to_value};
use crate::engine::root_password::RootPassword;

const AT_REST: [ServerState; 2] = [ServerState::Running, ServerState::Stopped];

impl Servers {
    pub async fn resize(&self, caller: &Caller, input: ResizeServer) -> Result<Accepted> {
        let kind = OperationKind::ServerResize;
        if let Some(operation) = replayed(&self.ports, caller).await? {
            return self.accepted(operation).await;
        }
        let before = self.get(caller, input.id).await?;
        let tariff = match input.to {
            ResizeTo::Tariff(id) => self.active_tariff(id).await?,
            ResizeTo::Sizes { .. } => self.ports.store.tariff_get(before.tariff_id).await?,
        };
        let system = self
            .ports
            .store
            .operating_system_get(before.operating_system_id)
            .await?;
        let plan = |server: &Server, _| {
            require(
                server,
                &AT_REST,
                "only a running or stopped server can be resized",
            )?;
            if server.tariff_id != before.tariff_id {
                return Err(Error::Stale);
            }
            let params = resized(server, input.to, &tariff, &system)?;
            Ok(Work::new(ServerState::Resizing, to_value(&params)))
        };
        let operation = accept(&self.ports, caller, input.id, input.etag.as_deref(), kind, plan).await?;
        self.accepted(operation).await
    }

    /// The name is taken at once, in the transaction that accepts the work.
    pub async fn rename(&self, caller: &Caller, input: RenameServer) -> Result<Accepted> {
        let kind = OperationKind::ServerRename;
        let now = self.ports.clock.now();
        let plan = |server: &Server, operation_id| {
            require(
                server,
                &AT_REST,
                "only a running or stopped server can be renamed",
            )?;
            let params = RenameParams {
                from: server.name.clone(),
                to: input.name.clone(),
            };
            let take_name = Change::ServerUpdate {
                id: server.id,
                operation_id,
                patch: Box::new(ServerPatch {
                    name: Some(input.name.clone()),
                    ..ServerPatch::default()
                }),
                now,
            };
            let mut work = Work::new(ServerState::Updating, to_value(&params));
            work.changes.push(take_name);
            Ok(work)
        };
        let operation = accept(&self.ports, caller, input.id, input.etag.as_deref(), kind, plan).await?;
        self.accepted(operation).await
    }

    pub async fn reset_root_password(
        &self,
        caller: &Caller,
        input: ResetRootPassword,
    ) -> Result<AcceptedWithPassword> {
        let kind = OperationKind::ServerResetPassword;
        if let Some(operation) = replayed(&self.ports, caller).await? {
            return self.accepted_with_password(operation, None).await;
        }
        // A hash costs a processor's time: only those who may have the password cause it.
        let server = self.get(caller, input.id).await?;
        changeable(caller, server.owner_id, Noun::Server)?;
        let password = RootPassword::generate();
        let params = to_value(&ResetPasswordParams {
            root_password_hash: password.hash(&self.turns).await?,
        });
        let plan = |server: &Server, _| {
            require(server, &[ServerState::Running], "the server has to run")?;
            Ok(Work::new(ServerState::Updating, params.clone()))
        };
        let operation = accept(&self.ports, caller, input.id, input.etag.as_deref(), kind, plan).await?;
        // Of two calls that raced with one request id, only the one whose hash was kept knows the password.
        let ours = operation.params == params;
        self.accepted_with_password(operation, ours.then_some(password))
            .await
    }

    pub(super) async fn accepted_with_password(
        &self,
        operation: Operation,
        root_password: Option<RootPassword>,
    ) -> Result<AcceptedWithPassword> {
        let Accepted { operation, server } = self.accepted(operation).await?;
        Ok(AcceptedWithPassword {
            operation,
            server,
            root_password,
        })
    }

    /// For customers a retired tariff does not exist.
    pub(super) async fn active_tariff(&self, id: TariffId) -> Result<Tariff> {
        let tariff = self.ports.store.tariff_get(id).await;
        let tariff = tariff.map_err(Error::of(Noun::Tariff))?;
        match tariff.state {
            CatalogState::Active => Ok(tariff),
            CatalogState::Retired => Err(Error::NotFound(Noun::Tariff)),
        }
    }
}

fn resized(server: &Server, to: ResizeTo, tariff: &Tariff, system: &OperatingSystem) -> Result<ResizeParams> {
    let from = server.resources;
    let (wanted, memory_field, disk_field) = match to {
        ResizeTo::Tariff(_) => (tariff.resources, "tariff_id", "tariff_id"),
        ResizeTo::Sizes {
            cpu_millicores,
            memory_bytes,
            disk_bytes,
        } => {
            let sizes = Resources {
                cpu_millicores: cpu_millicores.unwrap_or(from.cpu_millicores),
                memory_bytes: memory_bytes.unwrap_or(from.memory_bytes),
                disk_bytes: disk_bytes.unwrap_or(from.disk_bytes),
            };
            (sizes, "memory_bytes", "disk_bytes")
        }
    };
    let mut errors = FieldErrors::default();
    wanted.check(&mut errors);
    if wanted.disk_bytes < from.disk_bytes {
        errors.push(disk_field, "must not make the disk smaller: disks only grow");
    }
    if wanted.memory_bytes < system.min_memory_bytes {
        let least = system.min_memory_bytes;
        errors.push(
            memory_field,
            format!("must leave the operating system at least {least} bytes"),
        );
    }
    errors.check()?;
    Ok(ResizeParams {
        from,
        to: wanted,
        tariff_id: tariff.id,
        price: tariff.price_for(&wanted),
    })
}
