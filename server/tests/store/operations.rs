//! Operations: accepted once, claimed by one, written under a lease.

use std::collections::HashSet;

use diesel_async::SimpleAsyncConnection;
use futures_util::future::join_all;
use hostlerd::domain::change::Change;
use hostlerd::domain::ids::{EventId, OperationId, UserId};
use hostlerd::domain::operation::{
    Lease, Operation, OperationAdvance, OperationError, OperationFilter, OperationKind, OperationState,
    Progress, StepDirection, StepRecord, StepStatus,
};
use hostlerd::domain::page::PageRequest;
use hostlerd::ports::store::{OperationStore, RequestStore, ServerStore, StoreError};
use uuid::Uuid;

use crate::fixture::{Fixture, on_every_engine};
use crate::samples::{at, mutation, operation, requested, server};

async fn accept(fixture: &Fixture) -> Operation {
    let work = operation(&server(UserId::generate(), "web"), OperationKind::ServerStart);
    fixture
        .store
        .operation_create(&work, &[], &mutation())
        .await
        .unwrap();
    work
}

async fn claim_one(fixture: &Fixture, now: i64, until: i64) -> Option<Lease> {
    let mut claimed = fixture
        .store
        .operation_claim("me", at(now), at(until), 1)
        .await
        .unwrap();
    claimed.pop().map(|operation| Lease {
        operation_id: operation.id,
        epoch: operation.epoch,
    })
}

fn record(lease: &Lease, index: u32) -> StepRecord {
    StepRecord {
        id: EventId::generate(),
        operation_id: lease.operation_id,
        epoch: lease.epoch,
        index,
        name: "start".to_owned(),
        direction: StepDirection::Do,
        status: StepStatus::Started,
        attempt: 1,
        output: serde_json::json!({ "vmid": 100 }),
        external_ref: Some("UPID:node1:0001".to_owned()),
        detail: "x".repeat(100_000),
        create_time: at(1),
    }
}

fn advance(state: OperationState, run_after: i64, release: bool) -> OperationAdvance {
    OperationAdvance {
        state,
        next_step: 1,
        attempt: 2,
        run_after: at(run_after),
        progress: Progress {
            percent: Some(50),
            text: "half".to_owned(),
        },
        error: Some(OperationError {
            reason: "HYPERVISOR_REJECTED".to_owned(),
            message: "no".to_owned(),
            detail: "500 no".to_owned(),
        }),
        params: None,
        end_time: None,
        release,
    }
}

on_every_engine!(a_request_is_carried_out_once, |fixture| {
    let store = &fixture.store;
    let server = server(UserId::generate(), "web");
    let request = Uuid::now_v7();
    let try_it = async || {
        let work = operation(&server, OperationKind::ServerCreate);
        let changes = [Change::ServerInsert(Box::new(server.clone()))];
        let mutation = requested(server.owner_id, request, work.id.as_uuid());
        (work.id, store.operation_create(&work, &changes, &mutation).await)
    };
    let tries = join_all((0..8).map(|_| try_it())).await;
    let made: Vec<_> = tries.iter().filter(|(_, outcome)| outcome.is_ok()).collect();
    assert_eq!(made.len(), 1, "{tries:?}");
    let first = made[0].0;
    for (_, outcome) in tries.iter().filter(|(id, _)| *id != first) {
        let replayed =
            matches!(outcome, Err(StoreError::Replayed { resource }) if *resource == first.as_uuid());
        assert!(replayed, "{outcome:?}");
    }
    let found = store.request_find(server.owner_id, request, &[1; 32]).await;
    assert_eq!(found.unwrap(), Some(first.as_uuid()));
    assert_eq!(store.server_count(server.owner_id).await.unwrap(), 1);
    // Requests without an id never collide.
    for _ in 0..2 {
        accept(fixture).await;
    }
});

on_every_engine!(an_operation_is_given_to_one_worker, |fixture| {
    let store = &fixture.store;
    for _ in 0..120 {
        accept(fixture).await;
    }
    let worker = async |name: String| {
        let mut mine = Vec::new();
        loop {
            let claimed = store.operation_claim(&name, at(1), at(60), 7).await.unwrap();
            if claimed.is_empty() && store.operation_next_due().await.unwrap() == Some(at(60)) {
                return mine;
            }
            for operation in claimed {
                assert_eq!(operation.lease_owner.as_deref(), Some(&*name));
                assert_eq!(operation.epoch, 1);
                mine.push(operation.id);
            }
        }
    };
    let shares = join_all((0..4).map(|index| worker(format!("worker-{index}")))).await;
    let all: Vec<OperationId> = shares.into_iter().flatten().collect();
    assert_eq!(all.len(), 120);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 120);
});

on_every_engine!(a_lease_that_was_lost_writes_nothing, |fixture| {
    let store = &fixture.store;
    let work = accept(fixture).await;
    let first = claim_one(fixture, 1, 10).await.unwrap();
    assert!(claim_one(fixture, 9, 20).await.is_none());
    assert!(!store.operation_renew(&first, at(15)).await.unwrap());
    assert!(claim_one(fixture, 14, 20).await.is_none());
    // Late, but nobody else came: still ours.
    store.operation_record(&first, &record(&first, 0)).await.unwrap();
    let second = claim_one(fixture, 15, 30).await.unwrap();
    assert_eq!(second.epoch, first.epoch + 1);

    let lost = [
        store.operation_renew(&first, at(99)).await.err(),
        store.operation_record(&first, &record(&first, 1)).await.err(),
        store.operation_progress(&first, &Progress::default()).await.err(),
        store
            .operation_advance(
                &first,
                &advance(OperationState::Failed, 1, true),
                &[record(&first, 2)],
                &[],
            )
            .await
            .err(),
    ];
    for error in lost {
        assert!(matches!(error, Some(StoreError::Stale)), "{error:?}");
    }
    assert_eq!(store.operation_steps(work.id).await.unwrap().len(), 1);
    let stored = store.operation_get(work.id).await.unwrap();
    assert_eq!(
        (stored.state, stored.start_time),
        (OperationState::Running, Some(at(1)))
    );
    assert_eq!(stored.params, work.params);
    let nobody = Lease {
        operation_id: OperationId::generate(),
        epoch: 1,
    };
    let missing = store.operation_renew(&nobody, at(99)).await;
    assert!(matches!(missing, Err(StoreError::NotFound)), "{missing:?}");
});

on_every_engine!(an_advance_moves_on_and_gives_the_lease_back, |fixture| {
    let store = &fixture.store;
    let work = accept(fixture).await;
    assert_eq!(store.operation_next_due().await.unwrap(), Some(at(0)));
    let lease = claim_one(fixture, 1, 10).await.unwrap();
    store
        .operation_progress(
            &lease,
            &Progress {
                percent: Some(7),
                text: "on it".to_owned(),
            },
        )
        .await
        .unwrap();
    let lines = [record(&lease, 0), record(&lease, 1)];
    store
        .operation_advance(&lease, &advance(OperationState::Unwinding, 40, true), &lines, &[])
        .await
        .unwrap();
    assert_eq!(store.operation_steps(work.id).await.unwrap(), lines);
    assert_eq!(store.operation_next_due().await.unwrap(), Some(at(40)));
    let stored = store.operation_get(work.id).await.unwrap();
    let wanted = advance(OperationState::Unwinding, 40, true);
    assert_eq!(
        (stored.state, stored.next_step, stored.attempt),
        (wanted.state, 1, 2)
    );
    assert_eq!((stored.progress, stored.error), (wanted.progress, wanted.error));
    assert_eq!(stored.lease_owner, None);
    // Given back is given back.
    let after = store.operation_renew(&lease, at(99)).await;
    assert!(matches!(after, Err(StoreError::Stale)), "{after:?}");
    assert!(claim_one(fixture, 39, 50).await.is_none());

    let lease = claim_one(fixture, 40, 50).await.unwrap();
    let mut end = advance(OperationState::Failed, 40, false);
    end.params = Some(serde_json::json!({}));
    end.end_time = Some(at(41));
    store.operation_advance(&lease, &end, &[], &[]).await.unwrap();
    assert_eq!(store.operation_next_due().await.unwrap(), None);
    assert!(claim_one(fixture, 1000, 2000).await.is_none());
    assert_eq!(
        store.operation_get(work.id).await.unwrap().params,
        serde_json::json!({})
    );
    let ended = store.operation_cancel(work.id, at(50), &mutation()).await;
    assert!(matches!(ended, Err(StoreError::Stale)), "{ended:?}");
});

on_every_engine!(a_cancel_brings_a_waiting_operation_forward, |fixture| {
    let store = &fixture.store;
    let work = accept(fixture).await;
    let lease = claim_one(fixture, 1, 10).await.unwrap();
    store
        .operation_advance(&lease, &advance(OperationState::Running, 500, true), &[], &[])
        .await
        .unwrap();
    store.operation_cancel(work.id, at(3), &mutation()).await.unwrap();
    assert_eq!(store.operation_next_due().await.unwrap(), Some(at(3)));
    let lease = claim_one(fixture, 3, 10).await.unwrap();
    assert!(store.operation_renew(&lease, at(20)).await.unwrap());
    // While somebody is at it the lease stays theirs.
    store.operation_cancel(work.id, at(4), &mutation()).await.unwrap();
    assert!(claim_one(fixture, 5, 30).await.is_none());
});

on_every_engine!(only_what_goes_forward_is_cancelled, |fixture| {
    let store = &fixture.store;
    for state in [OperationState::Unwinding, OperationState::Stuck] {
        let work = accept(fixture).await;
        let lease = claim_one(fixture, 1, 10).await.unwrap();
        let advance = advance(state, 500, true);
        store.operation_advance(&lease, &advance, &[], &[]).await.unwrap();
        let refused = store.operation_cancel(work.id, at(3), &mutation()).await;
        assert!(matches!(refused, Err(StoreError::Stale)), "{state}: {refused:?}");
        assert!(!store.operation_get(work.id).await.unwrap().cancel_requested);
    }
});

on_every_engine!(an_operation_whose_row_does_not_parse_is_stuck, |fixture| {
    let store = &fixture.store;
    accept(fixture).await;
    let mut conn = fixture.database(1, 1).connect().await.unwrap();
    conn.batch_execute("UPDATE operations SET kind = 'server.dance/9'")
        .await
        .unwrap();
    assert!(claim_one(fixture, 1, 10).await.is_none());
    assert_eq!(store.operation_next_due().await.unwrap(), None);
    assert_eq!(
        store.operation_counts().await.unwrap(),
        [(OperationState::Stuck, 1)]
    );
    // Once a version is there that reads the row, a retry begins to undo it.
    conn.batch_execute("UPDATE operations SET kind = 'server.start/1'")
        .await
        .unwrap();
    let all = OperationFilter::default();
    let found = store.operation_list(&all, PageRequest::first(1)).await.unwrap();
    let stuck = found.items[0].clone();
    assert_eq!((stuck.state, stuck.next_step), (OperationState::Stuck, 1));
    assert_eq!(stuck.error.unwrap().reason, "UNREADABLE_ROW");
    store
        .operation_retry(stuck.id, at(20), &mutation())
        .await
        .unwrap();
    assert!(claim_one(fixture, 20, 30).await.is_some());
});

on_every_engine!(finished_operations_are_removed_with_their_steps, |fixture| {
    let store = &fixture.store;
    let (ended, open) = (accept(fixture).await, accept(fixture).await);
    for _ in 0..2 {
        let lease = claim_one(fixture, 1, 100).await.unwrap();
        let lines = [record(&lease, 0)];
        store.operation_record(&lease, &lines[0]).await.unwrap();
        if lease.operation_id == ended.id {
            let mut end = advance(OperationState::Failed, 2, true);
            end.end_time = Some(at(50));
            store.operation_advance(&lease, &end, &[], &[]).await.unwrap();
        }
    }
    assert_eq!(store.operation_prune(at(50), 9).await.unwrap(), 0);
    assert_eq!(store.operation_prune(at(51), 9).await.unwrap(), 1);
    let gone = store.operation_get(ended.id).await;
    assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");
    assert_eq!(store.operation_steps(ended.id).await.unwrap(), []);
    assert_eq!(store.operation_steps(open.id).await.unwrap().len(), 1);
});

on_every_engine!(only_a_stuck_operation_is_retried, |fixture| {
    let store = &fixture.store;
    let work = accept(fixture).await;
    let early = store.operation_retry(work.id, at(1), &mutation()).await;
    assert!(matches!(early, Err(StoreError::Stale)), "{early:?}");
    let lease = claim_one(fixture, 1, 10).await.unwrap();
    store
        .operation_advance(&lease, &advance(OperationState::Stuck, 2, true), &[], &[])
        .await
        .unwrap();
    assert_eq!(store.operation_next_due().await.unwrap(), None);
    assert_eq!(
        store.operation_counts().await.unwrap(),
        [(OperationState::Stuck, 1)]
    );
    store.operation_retry(work.id, at(9), &mutation()).await.unwrap();
    let stored = store.operation_get(work.id).await.unwrap();
    assert_eq!((stored.state, stored.attempt), (OperationState::Unwinding, 0));
    assert!(claim_one(fixture, 9, 20).await.is_some());
});

on_every_engine!(operations_are_listed_newest_first_and_filtered, |fixture| {
    let store = &fixture.store;
    let mut all = Vec::new();
    for _ in 0..3 {
        all.push(accept(fixture).await);
    }
    let list = async |filter: &OperationFilter| {
        let page = store.operation_list(filter, PageRequest::first(9)).await.unwrap();
        page.items
            .into_iter()
            .map(|operation| operation.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        list(&OperationFilter::default()).await,
        [all[2].id, all[1].id, all[0].id]
    );
    let owner = OperationFilter {
        owner_id: Some(all[1].owner_id),
        ..OperationFilter::default()
    };
    assert_eq!(list(&owner).await, [all[1].id]);
    let server = OperationFilter {
        server_id: Some(all[0].server_id),
        ..OperationFilter::default()
    };
    assert_eq!(list(&server).await, [all[0].id]);
    let none = OperationFilter {
        states: vec![OperationState::Stuck],
        ..OperationFilter::default()
    };
    assert!(list(&none).await.is_empty());
});
