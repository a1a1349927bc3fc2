//! Guarded changes that are written together, in one transaction, or not at all.

use super::etag::Generation;
use super::event::Event;
use super::ids::{IpPoolId, OperatingSystemId, OperationId, ServerId, SnapshotId, TariffId, UserId};
use super::node_command::NodeCommand;
use super::outbox::OutboxMessage;
use super::server::{Server, ServerPatch, ServerState};
use super::snapshot::{Snapshot, SnapshotState};
use super::time::Timestamp;

/// What a snapshot must be for a change to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapshotGuard {
    /// As a caller has seen it.
    Generation(Generation),
    /// In this state, which is the work's own: nobody else changes a snapshot while it is worked on.
    State(SnapshotState),
}

/// One guarded change. A guard that does not hold makes the whole transaction `Stale`.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Changes nothing, and keeps the tariff from being deleted until the transaction ends: whoever
    /// writes it into a server's row holds it first. Guarded by its existence.
    TariffHold {
        id: TariffId,
    },
    /// Likewise for an operating system.
    OperatingSystemHold {
        id: OperatingSystemId,
    },
    /// Likewise for a pool of addresses.
    IpPoolHold {
        id: IpPoolId,
    },
    /// Makes sure that the owner has fewer servers than `limit`, until the transaction ends; otherwise
    /// everything is `Full`. It comes before the insert.
    ServerPlace {
        owner_id: UserId,
        limit: u64,
    },
    ServerInsert(Box<Server>),
    /// Ends a stuck operation as failed: nobody will undo the rest of it.
    OperationAbandon {
        id: OperationId,
        now: Timestamp,
    },
    /// Takes an idle server of this generation for an operation.
    ServerClaim {
        id: ServerId,
        generation: Generation,
        operation_id: OperationId,
        state: ServerState,
        now: Timestamp,
    },
    /// Changes a server that the operation holds.
    ServerUpdate {
        id: ServerId,
        operation_id: OperationId,
        patch: Box<ServerPatch>,
        now: Timestamp,
    },
    /// Changes a server that the operation holds and lets go of it.
    ServerRelease {
        id: ServerId,
        operation_id: OperationId,
        patch: Box<ServerPatch>,
        now: Timestamp,
    },
    /// Gives every address of a server back to its pool. A server without any is fine.
    AddressesRelease {
        server_id: ServerId,
        now: Timestamp,
    },
    SnapshotInsert(Box<Snapshot>),
    /// Changes a snapshot that is as its guard says.
    SnapshotUpdate {
        id: SnapshotId,
        guard: SnapshotGuard,
        state: SnapshotState,
        now: Timestamp,
    },
    /// Removes the row; one that is gone is fine.
    SnapshotRemove {
        id: SnapshotId,
    },
    /// Removes every snapshot row of a deleted server.
    SnapshotsRemove {
        server_id: ServerId,
    },
    EventInsert(Box<Event>),
    /// A node is to do something. For a node that is gone there is nothing to do, which is fine.
    NodeCommandInsert(Box<NodeCommand>),
    OutboxInsert(Box<OutboxMessage>),
}
