//! Snapshots: taken, set back to and deleted as operations on their server.

use serde::Serialize;

use crate::domain::change::{Change, SnapshotGuard};
use crate::domain::etag::Generation;
use crate::domain::ids::{ServerId, SnapshotId};
use crate::domain::names::SnapshotName;
use crate::domain::operation::{Operation, OperationKind};
use crate::domain::page::{Page, PageRequest};
use crate::domain::server::{Server, ServerState};
use crate::domain::snapshot::{Snapshot, SnapshotState};
use crate::engine::access::{changeable, visible};
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::operations::accept::{Work, accept, replayed, unless_replayed};
use crate::engine::operations::params::{PlainParams, RestoreParams, SnapshotDeleteParams, to_value};
use crate::ports::store::StoreError;

const AT_REST: [ServerState; 2] = [ServerState::Running, ServerState::Stopped];
const RESTORABLE: [SnapshotState; 1] = [SnapshotState::Ready];
const RESTORABLE_TEXT: &str = "only a ready snapshot can be restored";
const DELETABLE: [SnapshotState; 2] = [SnapshotState::Ready, SnapshotState::Failed];
const DELETABLE_TEXT: &str = "only a ready or failed snapshot can be deleted";

#[derive(Clone, Debug)]
pub struct CreateSnapshot {
    pub server_id: ServerId,
    pub name: SnapshotName,
    pub description: String,
}

#[derive(Clone, Debug)]
pub struct RestoreSnapshot {
    pub id: SnapshotId,
    /// Starts the server afterwards.
    pub start: bool,
    pub etag: Option<String>,
}

#[derive(Clone, Debug)]
pub struct DeleteSnapshot {
    pub id: SnapshotId,
    pub etag: Option<String>,
}

/// Work that was accepted, now or by an earlier call with the same request id.
#[derive(Clone, Debug)]
pub struct AcceptedSnapshot {
    pub operation: Operation,
    /// `None` when an earlier call was accepted and the snapshot is gone by now.
    pub snapshot: Option<Snapshot>,
}

#[derive(Clone, Debug)]
pub struct Snapshots {
    ports: Ports,
}

impl Snapshots {
    pub fn new(ports: Ports) -> Self {
        Self { ports }
    }

    pub async fn get(&self, caller: &Caller, id: SnapshotId) -> Result<Snapshot> {
        let snapshot = self.ports.store.snapshot_get(id).await;
        let snapshot = snapshot.map_err(Error::of(Noun::Snapshot))?;
        visible(caller, snapshot.owner_id, Noun::Snapshot)?;
        Ok(snapshot)
    }

    pub async fn list(&self, caller: &Caller, server: ServerId, page: PageRequest) -> Result<Page<Snapshot>> {
        let found = self.ports.store.server_get(server).await;
        let found = found.map_err(Error::of(Noun::Server))?;
        visible(caller, found.owner_id, Noun::Server)?;
        Ok(self.ports.store.snapshot_list(server, page).await?)
    }

    pub async fn create(&self, caller: &Caller, input: CreateSnapshot) -> Result<AcceptedSnapshot> {
        let kind = OperationKind::SnapshotCreate;
        if let Some(operation) = replayed(&self.ports, caller).await? {
            return self.accepted(operation, None).await;
        }
        self.check_limit(caller, input.server_id).await?;
        let id = SnapshotId::generate();
        let snapshot = |server: &Server| Snapshot {
            id,
            server_id: server.id,
            owner_id: server.owner_id,
            name: input.name.clone(),
            description: input.description.clone(),
            state: SnapshotState::Creating,
            resources: server.resources,
            create_time: self.ports.clock.now(),
            update_time: self.ports.clock.now(),
            generation: Generation::FIRST,
        };
        let plan = |server: &Server, _| {
            let params = PlainParams {
                prior_state: server.state,
            };
            let mut work = snapshotting(server, id, &params)?;
            work.changes
                .push(Change::SnapshotInsert(Box::new(snapshot(server))));
            Ok(work)
        };
        let operation = accept(&self.ports, caller, input.server_id, None, kind, plan).await?;
        self.accepted(operation, None).await
    }

    pub async fn restore(&self, caller: &Caller, input: RestoreSnapshot) -> Result<AcceptedSnapshot> {
        if let Some(operation) = replayed(&self.ports, caller).await? {
            return self.accepted(operation, None).await;
        }
        let begun = self.begin_restore(caller, &input).await;
        let operation = unless_replayed(&self.ports, caller, begun).await?;
        self.accepted(operation, None).await
    }

    async fn begin_restore(&self, caller: &Caller, input: &RestoreSnapshot) -> Result<Operation> {
        let snapshot = self.changeable(caller, input.id, input.etag.as_deref()).await?;
        require(&snapshot, &RESTORABLE, RESTORABLE_TEXT)?;
        let now = self.ports.clock.now();
        let plan = |server: &Server, _| {
            at_rest(server)?;
            let params = RestoreParams { start: input.start };
            let mut work = Work::new(ServerState::Restoring, to_value(&params));
            work.snapshot_id = Some(snapshot.id);
            work.changes.push(Change::SnapshotUpdate {
                id: snapshot.id,
                guard: SnapshotGuard::Generation(snapshot.generation),
                state: SnapshotState::Restoring,
                now,
            });
            Ok(work)
        };
        let kind = OperationKind::SnapshotRestore;
        match accept(&self.ports, caller, snapshot.server_id, None, kind, plan).await {
            // Somebody was faster: what the snapshot is now says more.
            Err(Error::Stale) => {
                let now = self.changeable(caller, input.id, input.etag.as_deref()).await?;
                require(&now, &RESTORABLE, RESTORABLE_TEXT)?;
                Err(Error::Stale)
            }
            accepted => accepted,
        }
    }

    pub async fn delete(&self, caller: &Caller, input: DeleteSnapshot) -> Result<AcceptedSnapshot> {
        if let Some(operation) = replayed(&self.ports, caller).await? {
            return self.accepted(operation, None).await;
        }
        // Read before the work begins: at its end there is no row.
        let known = self.get(caller, input.id).await;
        let begun = self.begin_delete(caller, &input).await;
        let operation = unless_replayed(&self.ports, caller, begun).await?;
        self.accepted(operation, known.ok()).await
    }

    async fn begin_delete(&self, caller: &Caller, input: &DeleteSnapshot) -> Result<Operation> {
        let snapshot = self.changeable(caller, input.id, input.etag.as_deref()).await?;
        require(&snapshot, &DELETABLE, DELETABLE_TEXT)?;
        let now = self.ports.clock.now();
        let plan = |server: &Server, _| {
            let params = SnapshotDeleteParams {
                prior_state: snapshot.state,
            };
            let mut work = snapshotting(server, snapshot.id, &params)?;
            work.changes.push(Change::SnapshotUpdate {
                id: snapshot.id,
                guard: SnapshotGuard::Generation(snapshot.generation),
                state: SnapshotState::Deleting,
                now,
            });
            Ok(work)
        };
        let kind = OperationKind::SnapshotDelete;
        match accept(&self.ports, caller, snapshot.server_id, None, kind, plan).await {
            // Somebody was faster: what the snapshot is now says more.
            Err(Error::Stale) => {
                let now = self.changeable(caller, input.id, input.etag.as_deref()).await?;
                require(&now, &DELETABLE, DELETABLE_TEXT)?;
                Err(Error::Stale)
            }
            accepted => accepted,
        }
    }

    async fn changeable(&self, caller: &Caller, id: SnapshotId, etag: Option<&str>) -> Result<Snapshot> {
        let snapshot = self.get(caller, id).await?;
        changeable(caller, snapshot.owner_id, Noun::Snapshot)?;
        if etag.is_some_and(|etag| !snapshot.generation.matches(etag)) {
            return Err(Error::Stale);
        }
        Ok(snapshot)
    }

    async fn check_limit(&self, caller: &Caller, id: ServerId) -> Result<()> {
        let server = self.ports.store.server_get(id).await;
        let server = server.map_err(Error::of(Noun::Server))?;
        changeable(caller, server.owner_id, Noun::Server)?;
        let tariff = self.ports.store.tariff_get(server.tariff_id).await?;
        let limit = tariff.snapshot_limit;
        if self.ports.store.snapshot_count(id).await? < u64::from(limit) {
            return Ok(());
        }
        Err(Error::Quota {
            message: match limit {
                0 => {
                    "the server's tariff has no snapshots; resize the server to a tariff that has".to_owned()
                }
                1 => "the server's tariff allows one snapshot; delete it first".to_owned(),
                _ => format!("the server's tariff allows {limit} snapshots; delete one first"),
            },
        })
    }

    /// `known` stands in for a row that may be gone already.
    async fn accepted(&self, mut operation: Operation, known: Option<Snapshot>) -> Result<AcceptedSnapshot> {
        operation.params = serde_json::Value::Null;
        if let Some(error) = &mut operation.error {
            error.detail.clear();
        }
        let id = operation.snapshot_id.ok_or(Error::NotFound(Noun::Snapshot))?;
        let snapshot = match self.ports.store.snapshot_get(id).await {
            Ok(snapshot) => Some(snapshot),
            Err(StoreError::NotFound) => known,
            Err(error) => return Err(error.into()),
        };
        Ok(AcceptedSnapshot { operation, snapshot })
    }
}

fn at_rest(server: &Server) -> Result<()> {
    if AT_REST.contains(&server.state) {
        Ok(())
    } else {
        Err(Error::WrongState {
            state: server.state,
            needs: "snapshots need a running or stopped server",
        })
    }
}

fn require(snapshot: &Snapshot, states: &[SnapshotState], needs: &str) -> Result<()> {
    if states.contains(&snapshot.state) {
        return Ok(());
    }
    Err(Error::Precondition {
        reason: "WRONG_STATE",
        message: format!("the snapshot is {}; {needs}", snapshot.state),
    })
}

/// The work of taking or deleting a snapshot.
fn snapshotting(server: &Server, id: SnapshotId, params: &impl Serialize) -> Result<Work> {
    at_rest(server)?;
    let mut work = Work::new(ServerState::Snapshotting, to_value(params));
    work.snapshot_id = Some(id);
    Ok(work)
}
