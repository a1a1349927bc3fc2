//! Guarded changes that are written together, in one transaction, or not at all.

use super::etag::Generation;
use super::event::Event;
use super::ids::{IpPoolId, OperatingSystemId, OperationId, ServerId, SnapshotId, TariffId};
use super::outbox::OutboxMessage;
use super::server::{Server, ServerPatch, ServerState};
use super::snapshot::{Snapshot, SnapshotState};
use super::time::Timestamp;

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
    ServerInsert(Box<Server>),
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
    /// Guarded by the snapshot's existence alone: its server's operation orders the changes.
    SnapshotUpdate {
        id: SnapshotId,
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
    OutboxInsert(Box<OutboxMessage>),
}
