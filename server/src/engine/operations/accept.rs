//! Hands work over: the change that begins it, the operation and the audit event in one transaction.
//!
//! A request id that was seen before gives the operation it led to, whatever has become of the
//! server since. A guard that does not hold means that somebody was faster: the server is read and
//! judged again.

use serde_json::Value;

use super::kinds;
use super::notices::publish_changes;
use crate::domain::change::Change;
use crate::domain::ids::{OperationId, ServerId, SnapshotId};
use crate::domain::operation::{Operation, OperationKind, OperationState, Progress};
use crate::domain::server::{Server, ServerState};
use crate::engine::access::changeable;
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::{Error, Noun, Result};
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

/// Rounds of reading and claiming before "somebody else changes it all the time" is the answer.
const CLAIM_ROUNDS: u32 = 4;

/// What a use case wants done to a server, once it has seen in which state it is.
pub struct Work {
    /// What the server is while it is being done.
    pub state: ServerState,
    pub params: Value,
    pub snapshot_id: Option<SnapshotId>,
    /// Written after the claim, in its transaction.
    pub changes: Vec<Change>,
}

impl Work {
    pub fn new(state: ServerState, params: Value) -> Self {
        Self {
            state,
            params,
            snapshot_id: None,
            changes: Vec::new(),
        }
    }
}

/// What a call is about: a repetition of it is about the same.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    kind: OperationKind,
    /// `None` where the call does not name it.
    server: Option<ServerId>,
    snapshot: Option<SnapshotId>,
}

impl Asked {
    pub const fn new_server() -> Self {
        Self {
            kind: OperationKind::ServerCreate,
            server: None,
            snapshot: None,
        }
    }

    pub const fn of_server(kind: OperationKind, server: ServerId) -> Self {
        Self {
            kind,
            server: Some(server),
            snapshot: None,
        }
    }

    pub const fn of_snapshot(kind: OperationKind, snapshot: SnapshotId) -> Self {
        Self {
            kind,
            server: None,
            snapshot: Some(snapshot),
        }
    }

    pub const fn kind(self) -> OperationKind {
        self.kind
    }

    /// The operation as the answer to this call, if it was made by the same one.
    fn answer(self, first: Operation) -> Result<Operation> {
        let same = first.kind == self.kind
            && self.server.is_none_or(|server| server == first.server_id)
            && (self.snapshot.is_none() || self.snapshot == first.snapshot_id);
        if same {
            Ok(first)
        } else {
            Err(Error::request_id_reused())
        }
    }
}

/// The operation that this caller's request id led to before.
pub async fn replayed(ports: &Ports, caller: &Caller, asked: Asked) -> Result<Option<Operation>> {
    let Some(request_id) = caller.request_id else {
        return Ok(None);
    };
    let user = caller.signed_in()?.user_id;
    match ports.store.operation_by_request(user, request_id).await {
        Ok(operation) => asked.answer(operation).map(Some),
        Err(StoreError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What a refusal means to a call that may repeat one still under way: what it ran into may be the
/// first call's own doing, and then the first call's operation is the answer.
pub async fn unless_replayed(
    ports: &Ports,
    caller: &Caller,
    asked: Asked,
    answer: Result<Operation>,
) -> Result<Operation> {
    match answer {
        Ok(operation) => Ok(operation),
        Err(refusal) => replayed(ports, caller, asked).await?.ok_or(refusal),
    }
}

/// Takes an idle server for an operation. `plan` judges the server as it was read.
pub async fn accept(
    ports: &Ports,
    caller: &Caller,
    server_id: ServerId,
    etag: Option<&str>,
    asked: Asked,
    plan: impl Fn(&Server, OperationId) -> Result<Work> + Send + Sync,
) -> Result<Operation> {
    if let Some(operation) = replayed(ports, caller, asked).await? {
        return Ok(operation);
    }
    let claimed = claim(ports, caller, server_id, etag, asked, plan).await;
    unless_replayed(ports, caller, asked, claimed).await
}

async fn claim(
    ports: &Ports,
    caller: &Caller,
    server_id: ServerId,
    etag: Option<&str>,
    asked: Asked,
    plan: impl Fn(&Server, OperationId) -> Result<Work> + Send + Sync,
) -> Result<Operation> {
    for _ in 0..CLAIM_ROUNDS {
        let server = ports
            .store
            .server_get(server_id)
            .await
            .map_err(Error::of(Noun::Server))?;
        changeable(caller, server.owner_id, Noun::Server)?;
        if server.state == ServerState::Deleted {
            return Err(Error::NotFound(Noun::Server));
        }
        if let Some(operation) = server.operation_id {
            return Err(Error::Busy { operation });
        }
        if etag.is_some_and(|etag| !server.generation.matches(etag)) {
            return Err(Error::Stale);
        }
        let id = OperationId::generate();
        let work = plan(&server, id)?;
        let mut changes = vec![Change::ServerClaim {
            id: server.id,
            generation: server.generation,
            operation_id: id,
            state: work.state,
            now: ports.clock.now(),
        }];
        changes.extend(work.changes);
        let operation = pending(
            ports,
            caller,
            id,
            asked.kind,
            &server,
            work.snapshot_id,
            work.params,
        )?;
        match create(ports, caller, asked, operation, &changes).await {
            Err(Error::Stale) => {}
            done => return done,
        }
    }
    Err(Error::Stale)
}

/// A new operation that no worker has seen.
pub fn pending(
    ports: &Ports,
    caller: &Caller,
    id: OperationId,
    kind: OperationKind,
    server: &Server,
    snapshot_id: Option<SnapshotId>,
    params: Value,
) -> Result<Operation> {
    let now = ports.clock.now();
    let steps = kinds::steps(kind);
    Ok(Operation {
        id,
        kind,
        state: OperationState::Pending,
        server_id: server.id,
        snapshot_id,
        owner_id: server.owner_id,
        user_id: caller.signed_in()?.user_id,
        request_id: caller.request_id,
        params,
        next_step: 0,
        step_count: u32::try_from(steps.len()).unwrap_or(u32::MAX),
        attempt: 0,
        run_after: now,
        lease_owner: None,
        lease_until: now,
        epoch: 0,
        cancel_requested: false,
        progress: Progress {
            percent: None,
            text: "Waiting to begin".to_owned(),
        },
        error: None,
        create_time: now,
        start_time: None,
        end_time: None,
    })
}

/// Writes it and tells the workers. Two equal calls of one request id that race get the same operation.
pub async fn create(
    ports: &Ports,
    caller: &Caller,
    asked: Asked,
    operation: Operation,
    changes: &[Change],
) -> Result<Operation> {
    let target = format!("server:{}", operation.server_id);
    let mutation = caller.mutation(target, operation.id.as_uuid(), operation.create_time);
    match ports.store.operation_create(&operation, changes, &mutation).await {
        Ok(()) => {}
        Err(StoreError::Replayed { resource }) => {
            let first = OperationId::from_uuid(resource);
            let operation = ports.store.operation_get(first).await;
            return asked.answer(operation.map_err(Error::of(Noun::Operation))?);
        }
        Err(error) => return Err(error.into()),
    }
    publish_changes(&*ports.bus, &operation, changes);
    ports.bus.publish(Notice::OperationReady);
    Ok(operation)
}
