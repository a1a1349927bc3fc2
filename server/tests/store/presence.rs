//! Leases of dead holders: outwaited where others may live, ended at once where nobody can.

use hostlerd::adapters::store::SqlStore;
use hostlerd::domain::ids::UserId;
use hostlerd::domain::operation::OperationKind;
use hostlerd::ports::store::{LeaderStore, OperationStore};

use crate::fixture::{Fixture, on_every_engine};
use crate::samples::{at, mutation, operation, server};

/// Takes everything that a process takes, and dies.
async fn leave_leases(store: &SqlStore) {
    let work = operation(&server(UserId::generate(), "web"), OperationKind::ServerStart);
    store.operation_create(&work, &[], &mutation()).await.unwrap();
    let claimed = store.operation_claim("dead", at(1), at(1000), 1).await.unwrap();
    assert_eq!(claimed.len(), 1);
    assert!(
        store
            .leader_acquire("sweep", "dead", at(1), at(1000))
            .await
            .unwrap()
    );
}

/// What another finds to do: operations, and whether it may lead.
async fn takes(store: &SqlStore) -> (usize, bool) {
    let claimed = store.operation_claim("new", at(2), at(1000), 10).await.unwrap();
    let leads = store
        .leader_acquire("sweep", "new", at(2), at(1000))
        .await
        .unwrap();
    (claimed.len(), leads)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_dead_were_at_is_free_at_once_where_nobody_else_has_the_file_open() {
    let (settings, _directory) = Fixture::empty_sqlite();
    let dead = SqlStore::open(&settings).await.unwrap();
    leave_leases(&dead).await;
    drop(dead);
    let new = SqlStore::open(&settings).await.unwrap();
    assert_eq!(takes(&new).await, (1, true));
}

on_every_engine!(nothing_is_taken_from_those_who_may_live, |fixture| {
    leave_leases(&fixture.store).await;
    let second = SqlStore::open(&fixture.settings).await.unwrap();
    assert_eq!(takes(&second).await, (0, false));
    drop(second);
    // The first is still there, though it was not the last to come.
    let third = SqlStore::open(&fixture.settings).await.unwrap();
    assert_eq!(takes(&third).await, (0, false));
});
