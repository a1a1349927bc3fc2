//! Snapshots of a guest that somebody else took, on the hypervisor itself: of one name with ours, and not ours.

use std::sync::Arc;

use hostlerd::adapters::store::SqlStore;
use hostlerd::domain::guest::GuestRef;
use hostlerd::domain::ids::{ServerId, SnapshotId};
use hostlerd::domain::operation::OperationState;
use hostlerd::ports::hypervisor::Hypervisor;
use hostlerd::ports::store::Store;

use crate::fixture::{Fixture, on_every_engine};
use crate::lab::Lab;
use crate::scenario::{Scenario, Stage, ask_snapshot, snapshot};

const BY_HAND: &str = "taken by hand";

async fn lab(fixture: &Fixture) -> Lab {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
    let mut lab = Lab::new(store).await;
    lab.start_worker();
    lab
}

async fn guest(lab: &Lab, server_id: ServerId) -> (Arc<dyn Hypervisor>, GuestRef) {
    let (_, hypervisor) = lab.ports.hypervisors.iter().next().unwrap();
    let placement = lab.server(server_id).await.placement.unwrap();
    let guest = GuestRef {
        node: placement.node,
        vmid: placement.vmid,
        server_id,
    };
    (Arc::clone(hypervisor), guest)
}

/// What the guest's snapshots say of themselves.
async fn descriptions(hypervisor: &dyn Hypervisor, guest: &GuestRef) -> Vec<String> {
    let found = hypervisor.snapshots(guest).await.unwrap();
    found.into_iter().map(|snapshot| snapshot.description).collect()
}

fn stage(server: ServerId, snapshot: SnapshotId) -> Stage {
    Stage {
        server: Some(server),
        snapshot: Some(snapshot),
    }
}

on_every_engine!(
    deleting_a_snapshot_that_failed_leaves_another_of_its_name_on_the_guest,
    |fixture| {
        let lab = lab(fixture).await;
        let server = lab.running_server("web").await.id;
        let (hypervisor, guest) = guest(&lab, server).await;
        hypervisor
            .snapshot_create(&guest, "before", BY_HAND)
            .await
            .unwrap();
        let (creation, failed) = ask_snapshot(&lab, server, "before").await;
        assert_eq!(lab.end_of(creation).await.0.state, OperationState::Failed);
        let deletion = Scenario::SnapshotDelete.ask(&lab, &stage(server, failed)).await;
        lab.succeed(deletion).await;
        assert!(lab.ports.store.snapshot_get(failed).await.is_err());
        assert_eq!(descriptions(&*hypervisor, &guest).await, [BY_HAND]);
    }
);

on_every_engine!(a_snapshot_that_was_replaced_by_hand_is_not_restored, |fixture| {
    let lab = lab(fixture).await;
    let server = lab.running_server("web").await.id;
    let ours = snapshot(&lab, server, "before").await;
    let (hypervisor, guest) = guest(&lab, server).await;
    hypervisor.snapshot_delete(&guest, "before").await.unwrap();
    hypervisor
        .snapshot_create(&guest, "before", BY_HAND)
        .await
        .unwrap();
    let restoration = Scenario::SnapshotRestore.ask(&lab, &stage(server, ours)).await;
    let (operation, _) = lab.end_of(restoration).await;
    assert_eq!(operation.state, OperationState::Failed);
    assert_eq!(operation.error.unwrap().reason, "GUEST_NOT_FOUND");
});
