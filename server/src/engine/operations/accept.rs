//! Hands work over: the change that begins it, the operation and the audit event in one transaction.
//!
//! A request id that was seen before gives the operation it led to, whatever has become of the
//! server since. A guard that does not hold means that somebody was faster: the server is read and
//! judged again.

use serde_json::Value;
use uuid::Uuid;

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
use crate::engine::repeats::repeated;
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

/// The operation that this caller's request led to before; an error when its id was sent with another request.
pub async fn replayed(ports: &Ports, caller: &Caller) -> Result<Option<Operation>> {
    match repeated(ports, caller).await? {
        Some(id) => first_answer(ports, id).await.map(Some),
        None => Ok(None),
    }
}

async fn first_answer(ports: &Ports, id: Uuid) -> Result<Operation> {
    let operation = ports.store.operation_get(OperationId::from_uuid(id)).await;
    operation.map_err(Error::of(Noun::Operation))
}

/// What a refusal means to a call that may repeat one still under way: what it ran into may be the
/// first call's own doing, and then the first call's operation is the answer.
pub async fn unless_replayed(ports: &Ports, caller: &Caller, answer: Result<Operation>) -> Result<Operation> {
    match answer {
        Ok(operation) => Ok(operation),
        Err(refusal) => replayed(ports, caller).await?.ok_or(refusal),
    }
}

/// Takes an idle server for an operation. `plan` judges the server as it was read.
pub async fn accept(
    ports: &Ports,
    caller: &Caller,
    server_id: ServerId,
    etag: Option<&str>,
    kind: OperationKind,
    plan: impl Fn(&Server, OperationId) -> Result<Work> + Send + Sync,
) -> Result<Operation> {
    if let Some(operation) = replayed(ports, caller).await? {
        return Ok(operation);
    }
    let claimed = claim(ports, caller, server_id, etag, kind, plan).await;
    unless_replayed(ports, caller, claimed).await
}

async fn claim(
    ports: &Ports,
    caller: &Caller,
    server_id: ServerId,
    etag: Option<&str>,
    kind: OperationKind,
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
        let operation = pending(ports, caller, id, kind, &server, work.snapshot_id, work.params)?;
        match create(ports, caller, operation, &changes).await {
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
        request_id: caller.request_id.map(|request| request.id),
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
    operation: Operation,
    changes: &[Change],
) -> Result<Operation> {
    let target = format!("server:{}", operation.server_id);
    let mutation = caller.mutation(target, operation.id.as_uuid(), operation.create_time);
    match ports.store.operation_create(&operation, changes, &mutation).await {
        Ok(()) => {}
        Err(StoreError::Replayed { resource }) => {
            return first_answer(ports, resource).await;
        }
        Err(error) => return Err(error.into()),
    }
    publish_changes(&*ports.bus, &operation, changes);
    ports.bus.publish(Notice::OperationReady);
    Ok(operation)
}
