//! Servers and snapshots, by the changes that operations make to them.

use hostlerd::domain::change::{Change, SnapshotGuard};
use hostlerd::domain::etag::Generation;
use hostlerd::domain::event::Event;
use hostlerd::domain::ids::{EventId, OperationId, ServerId, SnapshotId, UserId};
use hostlerd::domain::names::ServerName;
use hostlerd::domain::operation::{Lease, OperationAdvance, OperationKind, OperationState, Progress};
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::server::{Placement, Server, ServerFilter, ServerPatch, ServerState};
use hostlerd::domain::snapshot::SnapshotState;
use hostlerd::ports::store::{IpPoolStore, OperationStore, ServerStore, StoreError, StoreResult};

use crate::fixture::{Fixture, on_every_engine};
use crate::samples::{at, ip_pool, mutation, operation, server, snapshot};

/// Writes changes beside an operation of their own.
async fn change(fixture: &Fixture, server: &Server, changes: &[Change]) -> StoreResult<()> {
    let work = operation(server, OperationKind::ServerCreate);
    fixture.store.operation_create(&work, changes, &mutation()).await
}

async fn insert(fixture: &Fixture, server: &Server) {
    change(fixture, server, &[Change::ServerInsert(Box::new(server.clone()))])
        .await
        .unwrap();
}

fn claim(server: &Server, operation_id: OperationId) -> Change {
    Change::ServerClaim {
        id: server.id,
        generation: server.generation,
        operation_id,
        state: ServerState::Stopping,
        now: at(1),
    }
}

fn release(server: &Server, operation_id: OperationId, patch: ServerPatch) -> Change {
    Change::ServerRelease {
        id: server.id,
        operation_id,
        patch: Box::new(patch),
        now: at(2),
    }
}

on_every_engine!(a_server_comes_back_with_its_addresses, |fixture| {
    let store = &fixture.store;
    let owner = UserId::generate();
    let mut server = server(owner, "web-1");
    server.placement = Some(Placement {
        hypervisor: "sim".to_owned(),
        node: "node1".to_owned(),
        vmid: 100,
    });
    server.state_reason = "because — 理由".to_owned();
    insert(fixture, &server).await;
    for _ in 0..2 {
        let pool = ip_pool(7, 9);
        store.ip_pool_insert(&pool, &mutation()).await.unwrap();
        let address = store.ip_address_claim(pool.id, server.id, at(0)).await.unwrap();
        server.addresses.push(address);
    }
    assert_eq!(store.server_get(server.id).await.unwrap(), server);
    assert_eq!(store.server_by_name(owner, &server.name).await.unwrap(), server);
    let many = store
        .server_get_many(&[server.id, ServerId::generate()])
        .await
        .unwrap();
    assert_eq!(many, [server.clone()]);
    let page = store
        .server_list(&ServerFilter::default(), PageRequest::first(5))
        .await
        .unwrap();
    assert_eq!(page.items, [server]);
});

on_every_engine!(a_server_is_held_by_one_operation_at_a_time, |fixture| {
    let store = &fixture.store;
    let server = server(UserId::generate(), "web");
    insert(fixture, &server).await;
    let (first, second) = (OperationId::generate(), OperationId::generate());
    change(fixture, &server, &[claim(&server, first)]).await.unwrap();
    let busy = change(fixture, &server, &[claim(&server, second)]).await;
    assert!(matches!(busy, Err(StoreError::Stale)), "{busy:?}");
    let observed = ServerPatch {
        state: Some(ServerState::Lost),
        ..ServerPatch::default()
    };
    let held = store
        .server_observe(server.id, Generation(2), &observed, None, at(3))
        .await;
    assert!(matches!(held, Err(StoreError::Stale)), "{held:?}");
    let foreign = change(
        fixture,
        &server,
        &[release(&server, second, ServerPatch::default())],
    )
    .await;
    assert!(matches!(foreign, Err(StoreError::Stale)), "{foreign:?}");

    let stopped = ServerPatch {
        state: Some(ServerState::Stopped),
        wanted_running: Some(false),
        ..ServerPatch::default()
    };
    change(fixture, &server, &[release(&server, first, stopped)])
        .await
        .unwrap();
    let after = store.server_get(server.id).await.unwrap();
    assert_eq!((after.state, after.operation_id), (ServerState::Stopped, None));
    assert!(server.wanted_running && !after.wanted_running);
    assert_eq!((after.generation, after.update_time), (Generation(3), at(2)));
    store
        .server_observe(server.id, Generation(3), &observed, None, at(4))
        .await
        .unwrap();
    let again = store
        .server_observe(server.id, Generation(3), &observed, None, at(4))
        .await;
    assert!(matches!(again, Err(StoreError::Stale)), "{again:?}");
    let missing = store
        .server_observe(ServerId::generate(), Generation(1), &observed, None, at(4))
        .await;
    assert!(matches!(missing, Err(StoreError::NotFound)), "{missing:?}");
});

on_every_engine!(a_change_that_fails_takes_everything_with_it, |fixture| {
    let store = &fixture.store;
    let server = server(UserId::generate(), "web");
    let work = operation(&server, OperationKind::ServerCreate);
    let missing = SnapshotId::generate();
    let changes = [
        Change::ServerInsert(Box::new(server.clone())),
        Change::SnapshotRemove { id: missing },
        Change::SnapshotUpdate {
            id: missing,
            guard: SnapshotGuard::Generation(Generation::FIRST),
            state: SnapshotState::Ready,
            now: at(1),
        },
    ];
    let stale = store.operation_create(&work, &changes, &mutation()).await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    for gone in [
        store.server_get(server.id).await.err(),
        store.operation_get(work.id).await.err(),
    ] {
        assert!(matches!(gone, Some(StoreError::NotFound)), "{gone:?}");
    }
});

on_every_engine!(a_name_is_free_again_once_its_server_is_deleted, |fixture| {
    let store = &fixture.store;
    let owner = UserId::generate();
    let first = server(owner, "web");
    insert(fixture, &first).await;
    let second = server(owner, "web");
    let taken = change(
        fixture,
        &second,
        &[Change::ServerInsert(Box::new(second.clone()))],
    )
    .await;
    assert!(
        matches!(taken, Err(StoreError::AlreadyExists { what: "server_name" })),
        "{taken:?}"
    );
    insert(fixture, &server(UserId::generate(), "web")).await;

    let work = OperationId::generate();
    let deleted = ServerPatch {
        state: Some(ServerState::Deleted),
        delete_time: Some(at(2)),
        ..ServerPatch::default()
    };
    change(
        fixture,
        &first,
        &[claim(&first, work), release(&first, work, deleted)],
    )
    .await
    .unwrap();
    insert(fixture, &second).await;
    assert_eq!(store.server_count(owner).await.unwrap(), 1);
    assert_eq!(
        store.server_by_name(owner, &second.name).await.unwrap().id,
        second.id
    );
    assert_eq!(store.server_get(first.id).await.unwrap().delete_time, Some(at(2)));

    let third = server(owner, "api");
    insert(fixture, &third).await;
    let work = OperationId::generate();
    let renamed = ServerPatch {
        name: Some(ServerName::parse("web").unwrap()),
        ..ServerPatch::default()
    };
    let taken = change(
        fixture,
        &third,
        &[claim(&third, work), release(&third, work, renamed)],
    )
    .await;
    assert!(
        matches!(taken, Err(StoreError::AlreadyExists { what: "server_name" })),
        "{taken:?}"
    );
});

on_every_engine!(servers_are_listed_newest_first_and_filtered, |fixture| {
    let store = &fixture.store;
    let (mine, theirs) = (UserId::generate(), UserId::generate());
    let mut ids = Vec::new();
    for index in 0..5 {
        let mut server = server(mine, &format!("web-{index}"));
        server.state = if index == 0 {
            ServerState::Deleted
        } else {
            ServerState::Running
        };
        insert(fixture, &server).await;
        ids.push(server.id);
    }
    insert(fixture, &server(theirs, "web-1")).await;
    let list = async |filter: ServerFilter| {
        let mut found = Vec::new();
        let mut page = PageRequest::first(2);
        loop {
            let answer = store.server_list(&filter, page).await.unwrap();
            found.extend(answer.items.into_iter().map(|server| server.id));
            match answer.next {
                Some(next) => page.after = Some(next),
                None => return found,
            }
        }
    };
    let of_mine = || ServerFilter {
        owner_id: Some(mine),
        ..ServerFilter::default()
    };
    assert_eq!(list(of_mine()).await, [ids[4], ids[3], ids[2], ids[1]]);
    let deleted = ServerFilter {
        states: vec![ServerState::Deleted],
        ..of_mine()
    };
    assert_eq!(list(deleted).await, [ids[0]]);
    let named = ServerFilter {
        name_contains: Some("b-3".to_owned()),
        ..of_mine()
    };
    assert_eq!(list(named).await, [ids[3]]);
    for wildcard in ["%", "_", "\\", "WEB"] {
        let none = ServerFilter {
            name_contains: Some(wildcard.to_owned()),
            ..of_mine()
        };
        assert!(list(none).await.is_empty(), "{wildcard}");
    }
    let some = ServerFilter {
        ids: vec![ids[1], ids[0]],
        ..of_mine()
    };
    assert_eq!(list(some).await, [ids[1]]);
    let resting = ServerFilter {
        wanted_running: Some(false),
        ..of_mine()
    };
    assert!(list(resting).await.is_empty());
});

on_every_engine!(snapshots_have_names_of_their_own_on_each_server, |fixture| {
    let store = &fixture.store;
    let server = server(UserId::generate(), "web");
    let first = snapshot(&server, "before");
    let add = |snapshot: &_| [Change::SnapshotInsert(Box::new(Clone::clone(snapshot)))];
    change(fixture, &server, &add(&first)).await.unwrap();
    let taken = change(fixture, &server, &add(&snapshot(&server, "before"))).await;
    assert!(
        matches!(
            taken,
            Err(StoreError::AlreadyExists {
                what: "snapshot_name"
            })
        ),
        "{taken:?}"
    );
    let second = snapshot(&server, "BEFORE");
    change(fixture, &server, &add(&second)).await.unwrap();
    let listed = store
        .snapshot_list(server.id, PageRequest::first(5))
        .await
        .unwrap();
    assert_eq!(listed.items, [second.clone(), first.clone()]);
    let set = |guard, state| Change::SnapshotUpdate {
        id: first.id,
        guard,
        state,
        now: at(3),
    };
    let ready = set(
        SnapshotGuard::State(SnapshotState::Creating),
        SnapshotState::Ready,
    );
    for seen in [
        SnapshotGuard::State(SnapshotState::Deleting),
        SnapshotGuard::Generation(Generation(2)),
    ] {
        let refused = change(fixture, &server, &[set(seen, SnapshotState::Failed)]).await;
        assert!(matches!(refused, Err(StoreError::Stale)), "{seen:?}: {refused:?}");
    }
    change(
        fixture,
        &server,
        &[ready, Change::SnapshotRemove { id: second.id }],
    )
    .await
    .unwrap();
    let stored = store.snapshot_get(first.id).await.unwrap();
    assert_eq!(
        (stored.state, stored.generation),
        (SnapshotState::Ready, Generation(2))
    );
    assert_eq!(store.snapshot_count(server.id).await.unwrap(), 1);
    change(
        fixture,
        &server,
        &[Change::SnapshotsRemove { server_id: server.id }],
    )
    .await
    .unwrap();
    assert_eq!(store.snapshot_count(server.id).await.unwrap(), 0);
});

on_every_engine!(an_advance_writes_its_changes_and_events_with_it, |fixture| {
    let store = &fixture.store;
    let server = server(UserId::generate(), "web");
    let work = operation(&server, OperationKind::ServerCreate);
    let mut held = server.clone();
    held.operation_id = Some(work.id);
    let insert = [Change::ServerInsert(Box::new(held))];
    store.operation_create(&work, &insert, &mutation()).await.unwrap();
    let claimed = store.operation_claim("w", at(1), at(60), 1).await.unwrap();
    let lease = Lease {
        operation_id: work.id,
        epoch: claimed[0].epoch,
    };
    let done = OperationAdvance {
        state: OperationState::Succeeded,
        next_step: 3,
        attempt: 0,
        run_after: at(5),
        progress: Progress::default(),
        error: None,
        params: None,
        end_time: Some(at(5)),
        release: true,
    };
    let event = Event {
        id: EventId::generate(),
        server_id: Some(server.id),
        owner_id: server.owner_id,
        operation_id: Some(work.id),
        kind: "server.created".to_owned(),
        text: "The server was created.".to_owned(),
        create_time: at(5),
    };
    let running = ServerPatch {
        state: Some(ServerState::Running),
        ..ServerPatch::default()
    };
    let changes = [
        release(&server, work.id, running),
        Change::EventInsert(Box::new(event.clone())),
    ];
    store
        .operation_advance(&lease, &done, &[], &changes)
        .await
        .unwrap();
    assert_eq!(
        store.server_get(server.id).await.unwrap().state,
        ServerState::Running
    );
    let events = store.event_list(server.id, PageRequest::first(5)).await.unwrap();
    assert_eq!(events.items, [event]);
    let lost = store.operation_advance(&lease, &done, &[], &changes).await;
    assert!(matches!(lost, Err(StoreError::Stale)), "{lost:?}");
    assert_eq!(
        store
            .event_list(server.id, PageRequest::first(5))
            .await
            .unwrap()
            .items
            .len(),
        1
    );
});

on_every_engine!(
    deleted_servers_are_in_no_ordinary_list_and_are_removed_in_time,
    |fixture| {
        let store = &fixture.store;
        let owner = UserId::generate();
        let mut ids = Vec::new();
        for (name, state) in [
            ("first", ServerState::Running),
            ("second", ServerState::Deleted),
            ("third", ServerState::Stopped),
            ("fourth", ServerState::Deleted),
        ] {
            let mut server = server(owner, name);
            server.state = state;
            server.delete_time = (state == ServerState::Deleted).then(|| at(5));
            insert(fixture, &server).await;
            ids.push(server.id);
        }
        let live = ServerFilter {
            owner_id: Some(owner),
            ..ServerFilter::default()
        };
        let first = store.server_list(&live, PageRequest::first(1)).await.unwrap();
        assert_eq!(first.items[0].id, ids[2]);
        let rest = PageRequest {
            size: 9,
            after: first.next,
        };
        let rest = store.server_list(&live, rest).await.unwrap();
        assert_eq!(
            rest.items.iter().map(|server| server.id).collect::<Vec<_>>(),
            [ids[0]]
        );
        assert_eq!(rest.next, None);

        assert_eq!(store.server_prune(at(5), 9).await.unwrap(), 0);
        assert_eq!(store.server_prune(at(6), 1).await.unwrap(), 1);
        assert_eq!(store.server_prune(at(6), 9).await.unwrap(), 1);
        assert!(matches!(
            store.server_get(ids[1]).await,
            Err(StoreError::NotFound)
        ));
        assert_eq!(
            store.server_get(ids[0]).await.unwrap().state,
            ServerState::Running
        );
    }
);

on_every_engine!(
    events_are_removed_in_time_and_servers_are_found_by_hypervisor,
    |fixture| {
        let store = &fixture.store;
        let owner = UserId::generate();
        let mut here = server(owner, "here");
        here.placement = Some(Placement {
            hypervisor: "main".to_owned(),
            node: "one".to_owned(),
            vmid: 100,
        });
        insert(fixture, &here).await;
        insert(fixture, &server(owner, "unplaced")).await;
        let filter = ServerFilter {
            hypervisor: Some("main".to_owned()),
            ..ServerFilter::default()
        };
        let found = store.server_list(&filter, PageRequest::first(9)).await.unwrap();
        assert_eq!(found.items, std::slice::from_ref(&here));

        let event = |seconds| {
            Change::EventInsert(Box::new(Event {
                id: EventId::generate(),
                server_id: Some(here.id),
                owner_id: owner,
                operation_id: None,
                kind: "server.drifted".to_owned(),
                text: String::new(),
                create_time: at(seconds),
            }))
        };
        change(fixture, &here, &[event(1), event(2), event(3)])
            .await
            .unwrap();
        assert_eq!(store.event_prune(at(3), 1).await.unwrap(), 1);
        assert_eq!(store.event_prune(at(3), 9).await.unwrap(), 1);
        let left = store.event_list(here.id, PageRequest::first(9)).await.unwrap();
        assert_eq!(left.items.len(), 1);
    }
);
