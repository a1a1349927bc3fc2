//! Which notices follow from a write. They are published after the commit.

use crate::domain::change::Change;
use crate::domain::ids::NodeId;
use crate::domain::operation::Operation;
use crate::ports::bus::{Bus, Notice};

/// Tells who watches the operation, and its server or snapshot if the changes touch them.
pub(super) fn publish_changes(bus: &dyn Bus, operation: &Operation, changes: &[Change]) {
    let (owner_id, server_id) = (operation.owner_id, operation.server_id);
    bus.publish(Notice::OperationChanged {
        id: operation.id,
        server_id,
        owner_id,
    });
    if changes.iter().any(touches_server) {
        bus.publish(Notice::ServerChanged {
            id: server_id,
            owner_id,
        });
    }
    if let Some(id) = operation.snapshot_id
        && changes.iter().any(touches_snapshot)
    {
        bus.publish(Notice::SnapshotChanged {
            id,
            server_id,
            owner_id,
        });
    }
    for node_id in changes.iter().filter_map(node_of) {
        bus.publish(Notice::NodeCommandsReady { node_id });
    }
}

/// The node that has something to do.
fn node_of(change: &Change) -> Option<NodeId> {
    match change {
        Change::NodeCommandInsert(command) => Some(command.node_id),
        Change::ServerInsert(_)
        | Change::ServerClaim { .. }
        | Change::ServerUpdate { .. }
        | Change::ServerRelease { .. }
        | Change::AddressesRelease { .. }
        | Change::SnapshotInsert(_)
        | Change::SnapshotUpdate { .. }
        | Change::SnapshotRemove { .. }
        | Change::SnapshotsRemove { .. }
        | Change::ServerPlace { .. }
        | Change::TariffHold { .. }
        | Change::OperatingSystemHold { .. }
        | Change::IpPoolHold { .. }
        | Change::OperationAbandon { .. }
        | Change::EventInsert(_)
        | Change::OutboxInsert(_) => None,
    }
}

fn touches_server(change: &Change) -> bool {
    match change {
        Change::ServerInsert(_)
        | Change::ServerClaim { .. }
        | Change::ServerUpdate { .. }
        | Change::ServerRelease { .. }
        | Change::AddressesRelease { .. } => true,
        Change::SnapshotInsert(_)
        | Change::SnapshotUpdate { .. }
        | Change::SnapshotRemove { .. }
        | Change::SnapshotsRemove { .. }
        | Change::ServerPlace { .. }
        | Change::TariffHold { .. }
        | Change::OperatingSystemHold { .. }
        | Change::IpPoolHold { .. }
        | Change::OperationAbandon { .. }
        | Change::EventInsert(_)
        | Change::NodeCommandInsert(_)
        | Change::OutboxInsert(_) => false,
    }
}

fn touches_snapshot(change: &Change) -> bool {
    match change {
        Change::SnapshotInsert(_)
        | Change::SnapshotUpdate { .. }
        | Change::SnapshotRemove { .. }
        | Change::SnapshotsRemove { .. } => true,
        Change::ServerInsert(_)
        | Change::ServerClaim { .. }
        | Change::ServerUpdate { .. }
        | Change::ServerRelease { .. }
        | Change::AddressesRelease { .. }
        | Change::ServerPlace { .. }
        | Change::TariffHold { .. }
        | Change::OperatingSystemHold { .. }
        | Change::IpPoolHold { .. }
        | Change::OperationAbandon { .. }
        | Change::EventInsert(_)
        | Change::NodeCommandInsert(_)
        | Change::OutboxInsert(_) => false,
    }
}
