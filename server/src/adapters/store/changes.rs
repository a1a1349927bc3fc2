//! Applies the guarded changes that an operation writes with itself.

use super::connection::AnyConn;
use super::errors::Outcome;
use super::{
    addresses, events, ip_pools, node_commands, operating_systems, operation_lease, outbox, server_rows,
    snapshots, tariffs,
};
use crate::domain::change::Change;

/// In order; the first that does not hold ends the transaction.
pub(super) async fn apply_in_txn(c: &mut AnyConn, changes: &[Change]) -> Outcome<()> {
    for change in changes {
        apply_one(c, change).await?;
    }
    Ok(())
}

async fn apply_one(c: &mut AnyConn, change: &Change) -> Outcome<()> {
    match change {
        Change::TariffHold { id } => tariffs::hold_in_txn(c, *id).await,
        Change::OperatingSystemHold { id } => operating_systems::hold_in_txn(c, *id).await,
        Change::IpPoolHold { id } => ip_pools::hold_in_txn(c, *id).await,
        Change::ServerPlace { owner_id, limit } => server_rows::place_in_txn(c, *owner_id, *limit).await,
        Change::ServerInsert(server) => server_rows::insert_in_txn(c, server).await,
        Change::OperationAbandon { id, now } => operation_lease::abandon_in_txn(c, *id, *now).await,
        Change::ServerClaim {
            id,
            generation,
            operation_id,
            state,
            now,
        } => server_rows::claim_in_txn(c, *id, *generation, *operation_id, *state, *now).await,
        Change::ServerUpdate {
            id,
            operation_id,
            patch,
            now,
        } => server_rows::update_in_txn(c, *id, *operation_id, patch, *now).await,
        Change::ServerRelease {
            id,
            operation_id,
            patch,
            now,
        } => server_rows::release_in_txn(c, *id, *operation_id, patch, *now).await,
        Change::AddressesRelease { server_id, now } => addresses::release_in_txn(c, *server_id, *now).await,
        Change::SnapshotInsert(snapshot) => snapshots::insert_in_txn(c, snapshot).await,
        Change::SnapshotUpdate {
            id,
            guard,
            state,
            now,
        } => snapshots::update_in_txn(c, *id, *guard, *state, *now).await,
        Change::SnapshotRemove { id } => snapshots::remove_in_txn(c, *id).await,
        Change::SnapshotsRemove { server_id } => snapshots::remove_all_in_txn(c, *server_id).await,
        Change::EventInsert(event) => events::insert_in_txn(c, event).await,
        Change::NodeCommandInsert(command) => node_commands::insert_if_there_in_txn(c, command).await,
        Change::OutboxInsert(message) => outbox::insert_in_txn(c, message).await,
    }
}
