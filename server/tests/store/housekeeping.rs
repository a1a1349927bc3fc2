//! Outbox, throttles, leases, request ids.

use std::time::Duration;

use futures_util::future::join_all;
use hostlerd::domain::audit::{AuditEvent, AuditFilter, AuditOutcome};
use hostlerd::domain::backlog::Backlog;
use hostlerd::domain::delivery::{Delivery, Lane, Recipient};
use hostlerd::domain::ids::{AuditEventId, ServerId, UserId};
use hostlerd::domain::occasion::Occasion;
use hostlerd::domain::operation::OperationKind;
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::sweep::SweepReport;
use hostlerd::ports::store::{
    AuditStore, DeliveryStore, DueTimeStore, LeaderStore, OperationStore, OutboxStore, RequestStore,
    StoreError, SweepStore, TariffStore, ThrottleStore,
};
use uuid::Uuid;

use crate::fixture::on_every_engine;
use crate::samples::{at, message, mutation, operation, requested, server, tariff};

on_every_engine!(a_message_is_delivered_under_a_lease, |fixture| {
    let store = &fixture.store;
    let mail = message(UserId::generate());
    store.outbox_insert(&mail, &mutation()).await.unwrap();
    let waits = Backlog {
        waiting: 1,
        oldest: Some(mail.create_time),
    };
    assert_eq!(store.outbox_backlog().await.unwrap(), waits);
    assert_eq!(
        store.outbox_claim("a", at(0), at(10), 5).await.unwrap(),
        std::slice::from_ref(&mail)
    );
    assert!(
        store
            .outbox_claim("b", at(9), at(20), 5)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.outbox_backlog().await.unwrap(), waits, "somebody is at it");
    let stranger = store.outbox_done(mail.id, "b", None, at(9)).await;
    assert!(matches!(stranger, Err(StoreError::Stale)), "{stranger:?}");
    store.outbox_retry(mail.id, "a", at(30), "refused").await.unwrap();
    assert!(
        store
            .outbox_claim("b", at(29), at(40), 5)
            .await
            .unwrap()
            .is_empty()
    );
    let again = store.outbox_claim("b", at(30), at(40), 5).await.unwrap();
    assert_eq!((again[0].attempt, again[0].run_after), (1, at(30)));
    // The lease ran out: anybody may.
    assert_eq!(store.outbox_claim("c", at(40), at(50), 5).await.unwrap().len(), 1);
    store
        .outbox_done(mail.id, "c", Some("no such mailbox"), at(41))
        .await
        .unwrap();
    assert_eq!(store.outbox_backlog().await.unwrap(), Backlog::default());
    assert!(
        store
            .outbox_claim("a", at(1000), at(1001), 5)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.outbox_prune(at(41), 5).await.unwrap(), 0);
    assert_eq!(store.outbox_prune(at(42), 5).await.unwrap(), 1);
});

on_every_engine!(a_message_that_nobody_sends_is_removed_when_it_is_old, |fixture| {
    let store = &fixture.store;
    let (waiting, sent) = (message(UserId::generate()), message(UserId::generate()));
    for mail in [&waiting, &sent] {
        store.outbox_insert(mail, &mutation()).await.unwrap();
    }
    store.outbox_claim("a", at(0), at(10), 5).await.unwrap();
    store.outbox_done(sent.id, "a", None, at(1)).await.unwrap();
    assert_eq!(store.outbox_prune_unsent(at(10), 5).await.unwrap(), 0);
    assert_eq!(store.outbox_prune_unsent(at(11), 5).await.unwrap(), 1);
    assert!(
        store
            .outbox_claim("b", at(99), at(100), 5)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.outbox_prune(at(2), 5).await.unwrap(), 1);
});

on_every_engine!(a_throttle_lets_through_exactly_its_limit, |fixture| {
    let store = &fixture.store;
    let hit = |key: &'static str, seconds| store.throttle_hit(key, 5, Duration::from_secs(60), at(seconds));
    let hits = join_all((0..12).map(|_| hit("sign-in:a@b.co", 0))).await;
    let let_through = hits
        .into_iter()
        .filter(|hit| hit.as_ref().unwrap().is_none())
        .count();
    assert_eq!(let_through, 5);
    assert_eq!(
        hit("sign-in:a@b.co", 20).await.unwrap(),
        Some(Duration::from_secs(40))
    );
    assert_eq!(hit("sign-in:other@b.co", 20).await.unwrap(), None);
    assert_eq!(hit("sign-in:a@b.co", 60).await.unwrap(), None);
    for _ in 0..5 {
        hit("sign-in:a@b.co", 61).await.unwrap();
    }
    assert!(hit("sign-in:a@b.co", 61).await.unwrap().is_some());
    store.throttle_clear("sign-in:a@b.co").await.unwrap();
    assert_eq!(hit("sign-in:a@b.co", 61).await.unwrap(), None);
    assert_eq!(store.throttle_prune(at(81), 10).await.unwrap(), 1);
});

on_every_engine!(a_throttle_under_a_clock_that_was_ahead_is_over, |fixture| {
    let store = &fixture.store;
    let hit = |seconds| store.throttle_hit("sign-in:a@b.co", 1, Duration::from_secs(60), at(seconds));
    assert_eq!(hit(86_400).await.unwrap(), None);
    assert!(hit(86_400).await.unwrap().is_some());
    assert_eq!(hit(0).await.unwrap(), None, "begins anew");
    assert_eq!(hit(0).await.unwrap(), Some(Duration::from_secs(60)));
    assert!(
        store
            .throttle_hit("of two servers", 1, Duration::from_secs(60), at(5))
            .await
            .unwrap()
            .is_none()
    );
    let behind = store
        .throttle_hit("of two servers", 1, Duration::from_secs(60), at(0))
        .await;
    assert_eq!(
        behind.unwrap(),
        Some(Duration::from_secs(65)),
        "clocks may differ a little"
    );
});

on_every_engine!(a_lease_under_a_clock_that_was_ahead_is_nobodys, |fixture| {
    let store = &fixture.store;
    let acquire = |holder: &'static str, now| store.leader_acquire("prune", holder, at(now), at(now + 30));
    assert!(acquire("ahead", 86_400).await.unwrap());
    assert!(acquire("right", 0).await.unwrap());
    assert!(acquire("right", 300).await.unwrap());
    assert!(!acquire("behind", 0).await.unwrap(), "clocks may differ a little");
});

on_every_engine!(a_lease_that_is_longer_than_ones_own_is_not_taken, |fixture| {
    let store = &fixture.store;
    let until = |seconds: i64| at(10 + seconds);
    assert!(
        store
            .leader_acquire("sweep", "slow", at(0), until(1800))
            .await
            .unwrap()
    );
    assert!(
        !store
            .leader_acquire("sweep", "quick", at(10), until(90))
            .await
            .unwrap()
    );
});

on_every_engine!(
    work_that_a_clock_which_was_ahead_put_off_is_due_again,
    |fixture| {
        let store = &fixture.store;
        let (far, soon) = (at(86_400), at(3600));
        let work = operation(&server(UserId::generate(), "web"), OperationKind::ServerStart);
        store.operation_create(&work, &[], &mutation()).await.unwrap();
        let (mail, other) = (message(UserId::generate()), message(UserId::generate()));
        for message in [&mail, &other] {
            store.outbox_insert(message, &mutation()).await.unwrap();
        }
        let recipient = Recipient::Account(UserId::generate());
        let delivery = Delivery::due(mail.id, recipient, Lane::Mail, Occasion::PasswordChanged, at(0));
        store.outbox_claim("ahead", at(0), far, 1).await.unwrap();
        store
            .delivery_insert(&delivery, "ahead", far, &mutation())
            .await
            .unwrap();
        store.operation_claim("ahead", at(0), far, 1).await.unwrap();
        store.outbox_claim("right", at(0), soon, 1).await.unwrap();
        assert_eq!(store.due_times_cut(at(10), at(7200)).await.unwrap(), 3);
        assert_eq!(store.due_times_cut(at(10), at(7200)).await.unwrap(), 0);
        let again = store.outbox_claim("right", at(10), soon, 5).await.unwrap();
        assert_eq!(again.len(), 1, "the lease of the other one holds");
        let again = store
            .delivery_claim(Lane::Mail, "right", at(10), soon, 5, &[])
            .await;
        assert_eq!(again.unwrap().len(), 1);
        assert_eq!(
            store
                .operation_claim("right", at(10), soon, 5)
                .await
                .unwrap()
                .len(),
            1
        );
    }
);

on_every_engine!(a_lease_has_one_holder, |fixture| {
    let store = &fixture.store;
    let names: Vec<String> = (0..8).map(|index| format!("holder-{index}")).collect();
    let tries = names
        .iter()
        .map(|name| store.leader_acquire("prune", name, at(0), at(10)));
    let taken = join_all(tries).await.into_iter().map(Result::unwrap);
    assert_eq!(taken.filter(|taken| *taken).count(), 1);
    assert!(
        store
            .leader_acquire("prune", "late", at(10), at(20))
            .await
            .unwrap()
    );
    assert!(
        store
            .leader_acquire("prune", "late", at(15), at(30))
            .await
            .unwrap()
    );
    assert!(
        !store
            .leader_acquire("prune", "other", at(29), at(40))
            .await
            .unwrap()
    );
    store.leader_release("prune", "other").await.unwrap();
    assert!(
        !store
            .leader_acquire("prune", "other", at(29), at(40))
            .await
            .unwrap()
    );
    store.leader_release("prune", "late").await.unwrap();
    assert!(
        store
            .leader_acquire("prune", "other", at(29), at(40))
            .await
            .unwrap()
    );
});

on_every_engine!(a_repeated_request_is_told_what_it_led_to, |fixture| {
    let store = &fixture.store;
    let (user, request) = (UserId::generate(), Uuid::now_v7());
    let (first, second) = (tariff(), tariff());
    store
        .tariff_insert(&first, &requested(user, request, first.id.as_uuid()))
        .await
        .unwrap();
    let replayed = store
        .tariff_insert(&second, &requested(user, request, second.id.as_uuid()))
        .await;
    let right = matches!(replayed, Err(StoreError::Replayed { resource }) if resource == first.id.as_uuid());
    assert!(right, "{replayed:?}");
    assert_eq!(
        store
            .audit_list(&AuditFilter::default(), PageRequest::first(9))
            .await
            .unwrap()
            .items
            .len(),
        1
    );
    assert_eq!(
        store.request_find(user, request, &[1; 32]).await.unwrap(),
        Some(first.id.as_uuid())
    );
    // The same id with another request is a mistake of the caller: nothing is done.
    let mut reused = requested(user, request, second.id.as_uuid());
    if let Some(key) = &mut reused.request {
        key.fingerprint = [2; 32];
    }
    let answer = store.tariff_insert(&second, &reused).await;
    assert!(matches!(answer, Err(StoreError::Reused)), "{answer:?}");
    let answer = store.request_find(user, request, &[2; 32]).await;
    assert!(matches!(answer, Err(StoreError::Reused)), "{answer:?}");
    // Somebody else's request of the same id is another request.
    let other = requested(UserId::generate(), request, second.id.as_uuid());
    store.tariff_insert(&second, &other).await.unwrap();
    assert_eq!(store.request_prune(at(0), 9).await.unwrap(), 0);
    assert_eq!(store.request_prune(at(1), 9).await.unwrap(), 2);
});

type Passes = fn(&AuditEvent) -> bool;

on_every_engine!(
    audit_events_are_found_by_every_filter_and_pruned_by_age,
    |fixture| {
        let store = &fixture.store;
        let (alice, bob) = (UserId::generate(), UserId::generate());
        let event = |user: UserId, action: &str, target: &str, outcome, seconds| AuditEvent {
            id: AuditEventId::generate(),
            user_id: Some(user),
            action: action.to_owned(),
            target: target.to_owned(),
            outcome,
            create_time: at(seconds),
            ..mutation().audit
        };
        // As two instances write them: the ids are not in the order of the times, and times are equal.
        let events = [
            event(alice, "A.Create", "a:1", AuditOutcome::Done, 3),
            event(bob, "A.Create", "a:2", AuditOutcome::Refused, 1),
            event(alice, "A.Delete", "a:1", AuditOutcome::Failed, 2),
            event(alice, "A.Delete", "a:2", AuditOutcome::Done, 2),
        ];
        for event in &events {
            store.audit_insert(event).await.unwrap();
        }
        let newest_first = [0, 3, 2, 1].map(|index: usize| events[index].clone());
        let list = async |filter: AuditFilter, size| {
            let mut page = PageRequest::first(size);
            let mut found = Vec::new();
            loop {
                let got = store.audit_list(&filter, page).await.unwrap();
                found.extend(got.items);
                match got.next {
                    Some(next) => page.after = Some(next),
                    None => return found,
                }
            }
        };
        for size in [1, 2, 9] {
            assert_eq!(list(AuditFilter::default(), size).await, newest_first, "{size}");
        }
        let of_alice = AuditFilter {
            user_id: Some(alice),
            ..AuditFilter::default()
        };
        let of_target = AuditFilter {
            target: Some("a:2".to_owned()),
            ..AuditFilter::default()
        };
        let of_action = AuditFilter {
            action: Some("A.Delete".to_owned()),
            ..AuditFilter::default()
        };
        let of_outcome = AuditFilter {
            outcome: Some(AuditOutcome::Done),
            ..AuditFilter::default()
        };
        let of_time = AuditFilter {
            start_time: Some(at(2)),
            end_time: Some(at(3)),
            ..AuditFilter::default()
        };
        let cases: [(AuditFilter, Passes); 4] = [
            (of_target, |event| event.target == "a:2"),
            (of_action, |event| event.action == "A.Delete"),
            (of_outcome, |event| event.outcome == AuditOutcome::Done),
            (of_time, |event| event.create_time == at(2)),
        ];
        for (filter, passes) in cases {
            let right: Vec<_> = newest_first
                .iter()
                .filter(|event| passes(event))
                .cloned()
                .collect();
            assert_eq!(list(filter.clone(), 1).await, right, "{filter:?}");
        }
        assert_eq!(list(of_alice, 2).await.len(), 3);

        let middle = PageRequest {
            size: 9,
            after: Some(events[2].id.as_uuid()),
        };
        assert_eq!(store.audit_prune(at(2), 9).await.unwrap(), 1);
        assert_eq!(
            store.audit_prune(at(3), 1).await.unwrap(),
            1,
            "the oldest goes first"
        );
        let rest = list(AuditFilter::default(), 9).await;
        assert_eq!(rest, newest_first[..2]);
        // A page that goes on from an event that is gone has nothing to show: what follows is gone too.
        let page = store.audit_list(&AuditFilter::default(), middle).await.unwrap();
        assert!(page.items.is_empty());
    }
);

on_every_engine!(the_last_report_of_each_hypervisor_is_kept, |fixture| {
    let store = &fixture.store;
    assert_eq!(store.sweep_list().await.unwrap(), []);
    let report = |hypervisor: &str, guest_count| SweepReport {
        hypervisor: hypervisor.to_owned(),
        swept: Some(at(1)),
        guest_count,
        missing: vec![(ServerId::generate(), 2)],
        ..SweepReport::default()
    };
    let (first, second, other) = (report("main", 1), report("main", 2), report("east", 3));
    for report in [&first, &second, &other] {
        store.sweep_put(report, at(2)).await.unwrap();
    }
    assert_eq!(store.sweep_list().await.unwrap(), [other, second]);
});
