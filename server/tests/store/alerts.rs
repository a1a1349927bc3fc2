//! Alerts: guarded writes, a log without holes, bounded rules and silences.

use std::time::Duration;

use futures_util::future::join_all;
use hostlerd::domain::alert::{
    Alert, AlertFilter, AlertRowChange, AlertState, AlertWrite, NewTransition, OpenAlerts, Progress,
    TransitionKind,
};
use hostlerd::domain::alert_condition::{Condition, ServerProblem};
use hostlerd::domain::alert_rule::{AlertRule, AlertRuleFilter, AlertSeverity};
use hostlerd::domain::alert_subject::{AlertSubject, NodeSelector, RuleSubjects};
use hostlerd::domain::container::ContainerId;
use hostlerd::domain::etag::Generation;
use hostlerd::domain::ids::{
    AlertId, AlertRuleId, AlertTransitionId, ChannelId, NodeId, ServerId, SilenceId, UserId,
};
use hostlerd::domain::name_pattern::NamePattern;
use hostlerd::domain::outbox::{OutboxBody, OutboxMessage};
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::silence::{Silence, SilenceFilter};
use hostlerd::ports::store::{AlertRuleStore, AlertStore, OutboxStore, SilenceStore, StoreError};

use crate::fixture::on_every_engine;
use crate::samples::{at, mutation};

const DOWN: Condition = Condition::ServerState {
    problem: ServerProblem::Down,
    duration: Duration::from_secs(60),
};

fn rule(owner_id: Option<UserId>) -> AlertRule {
    AlertRule {
        id: AlertRuleId::generate(),
        owner_id,
        name: "it is down".to_owned(),
        disabled: false,
        subjects: RuleSubjects::Server(ServerId::generate()),
        condition: DOWN,
        severity: AlertSeverity::Critical,
        channels: vec![ChannelId::generate()],
        repeat_interval: Some(Duration::from_mins(5)),
        clear_duration: Duration::from_secs(30),
        create_time: at(0),
        update_time: at(0),
        generation: Generation::FIRST,
    }
}

fn alert(owner_id: UserId, state: AlertState) -> Alert {
    Alert {
        id: AlertId::generate(),
        rule_id: AlertRuleId::generate(),
        rule_owner_id: None,
        rule_name: "it is down".to_owned(),
        condition: DOWN,
        severity: AlertSeverity::Warning,
        channels: Vec::new(),
        subject: AlertSubject::Server {
            server_id: ServerId::generate(),
            server_name: "web-1".to_owned(),
            owner_id,
        },
        operation_id: None,
        progress: Progress {
            state,
            no_data: false,
            value: None,
            begin_time: at(0),
            fire_time: (state != AlertState::Pending).then(|| at(1)),
            resolve_time: (state == AlertState::Resolved).then(|| at(2)),
            clear_since: None,
            seen_time: at(1),
        },
        acknowledgement: None,
        silenced: false,
        told_time: None,
        update_time: at(1),
        generation: Generation::FIRST,
    }
}

fn write(alert: &Alert, change: AlertRowChange, kind: Option<TransitionKind>) -> AlertWrite {
    AlertWrite {
        change,
        alert: alert.clone(),
        transition: kind.map(|kind| NewTransition {
            id: AlertTransitionId::generate(),
            kind,
            time: at(1),
        }),
        message: None,
    }
}

fn fired(alert: &Alert) -> AlertWrite {
    write(alert, AlertRowChange::Insert, Some(TransitionKind::Fired))
}

on_every_engine!(
    an_alert_its_line_and_its_message_are_written_together,
    |fixture| {
        let store = &fixture.store;
        let before = store.alert_revision().await.unwrap();
        let alert = alert(UserId::generate(), AlertState::Firing);
        let mut first = fired(&alert);
        let transition_id = first.transition.unwrap().id;
        first.message = Some(OutboxMessage::due(
            OutboxBody::AlertChanged { transition_id },
            at(1),
        ));
        let after = store
            .alert_apply(std::slice::from_ref(&first), None)
            .await
            .unwrap();
        assert_eq!(
            (after.alerts, after.transitions),
            (before.alerts + 1, before.transitions + 1)
        );
        assert_eq!(store.alert_revision().await.unwrap(), after);
        assert_eq!(store.alert_get(alert.id).await.unwrap(), alert);
        assert_eq!(
            store.alert_open().await.unwrap().alerts,
            std::slice::from_ref(&alert)
        );
        let line = store.alert_transition_get(transition_id).await.unwrap();
        assert_eq!(
            (line.kind, &line.alert, line.position),
            (TransitionKind::Fired, &alert, after.transitions)
        );
        let due = store.outbox_claim("a", at(1), at(9), 5).await.unwrap();
        assert_eq!(due, [first.message.clone().unwrap()]);

        // A second one of the rule on the server, and a change of what has changed, write nothing at all.
        let twin = Alert {
            id: AlertId::generate(),
            ..alert.clone()
        };
        let other = self::alert(UserId::generate(), AlertState::Firing);
        let refused = store.alert_apply(&[fired(&other), fired(&twin)], None).await;
        assert!(matches!(refused, Err(StoreError::Stale)), "{refused:?}");
        let stale = write(
            &alert,
            AlertRowChange::Update(Generation(7)),
            Some(TransitionKind::Resolved),
        );
        let refused = store.alert_apply(&[fired(&other), stale], None).await;
        assert!(matches!(refused, Err(StoreError::Stale)), "{refused:?}");
        assert_eq!(store.alert_revision().await.unwrap(), after);
        assert!(matches!(
            store.alert_get(other.id).await,
            Err(StoreError::NotFound)
        ));
    }
);

on_every_engine!(a_damaged_alert_is_left_out_and_keeps_its_place, |fixture| {
    // Only here: for iterators `all` means something else.
    use hostlerd::adapters::store::connection::Run;
    let store = &fixture.store;
    let whole = alert(UserId::generate(), AlertState::Firing);
    let damaged = alert(UserId::generate(), AlertState::Pending);
    let writes = [fired(&whole), write(&damaged, AlertRowChange::Insert, None)];
    store.alert_apply(&writes, None).await.unwrap();
    let mut conn = fixture.database(1, 1).connect().await.unwrap();
    let damage = "UPDATE alerts SET body = '{}' WHERE state = 'pending'";
    assert_eq!(diesel::sql_query(damage).exec(&mut conn).await.unwrap(), 1);
    let open = store.alert_open().await.unwrap();
    assert_eq!(open.alerts, [whole]);
    assert_eq!(open.unreadable, [(damaged.rule_id, damaged.subject.key())]);
});

on_every_engine!(a_resolved_alert_makes_room_for_the_next_one, |fixture| {
    let store = &fixture.store;
    let owner = UserId::generate();
    let open = alert(owner, AlertState::Firing);
    store.alert_apply(&[fired(&open)], None).await.unwrap();
    let resolved = Alert {
        id: open.id,
        rule_id: open.rule_id,
        subject: open.subject.clone(),
        ..alert(owner, AlertState::Resolved)
    };
    let change = AlertRowChange::Update(Generation::FIRST);
    let ended = write(&resolved, change, Some(TransitionKind::Resolved));
    store.alert_apply(&[ended], None).await.unwrap();
    assert_eq!(store.alert_open().await.unwrap(), OpenAlerts::default());
    let next = Alert {
        id: AlertId::generate(),
        ..open.clone()
    };
    store.alert_apply(&[fired(&next)], None).await.unwrap();
    let kinds: Vec<_> = store.alert_log_of(open.id, 9).await.unwrap();
    let kinds: Vec<_> = kinds.into_iter().map(|line| line.kind).collect();
    assert_eq!(kinds, [TransitionKind::Resolved, TransitionKind::Fired]);

    let page = |filter: AlertFilter| async move {
        let found = store.alert_list(&filter, PageRequest::first(9)).await.unwrap();
        found.items.into_iter().map(|alert| alert.id).collect::<Vec<_>>()
    };
    let all = AlertFilter::default();
    assert_eq!(page(all.clone()).await, [next.id, open.id]);
    let firing = AlertFilter {
        states: vec![AlertState::Firing],
        server_id: open.subject.server_id(),
        node_id: None,
        severity: Some(AlertSeverity::Warning),
        owner_id: Some(owner),
    };
    assert_eq!(page(firing).await, [next.id]);
    let strangers = AlertFilter {
        owner_id: Some(UserId::generate()),
        ..all
    };
    assert!(page(strangers).await.is_empty());
    assert_eq!(
        store.alert_firing_counts().await.unwrap(),
        [(AlertSeverity::Warning, 1)]
    );

    assert_eq!(store.alert_prune(at(2), 5).await.unwrap(), 0);
    assert_eq!(store.alert_prune(at(3), 5).await.unwrap(), 1);
    assert!(matches!(
        store.alert_get(open.id).await,
        Err(StoreError::NotFound)
    ));
});

on_every_engine!(what_never_fired_is_removed_without_a_line, |fixture| {
    let store = &fixture.store;
    let pending = alert(UserId::generate(), AlertState::Pending);
    let insert = write(&pending, AlertRowChange::Insert, None);
    let written = store.alert_apply(&[insert], None).await.unwrap();
    let remove = |generation| write(&pending, AlertRowChange::Remove(generation), None);
    let stale = store.alert_apply(&[remove(Generation(2))], None).await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    let removed = store
        .alert_apply(&[remove(Generation::FIRST)], None)
        .await
        .unwrap();
    assert_eq!(removed.transitions, written.transitions);
    assert!(matches!(
        store.alert_get(pending.id).await,
        Err(StoreError::NotFound)
    ));
});

on_every_engine!(a_reader_of_the_log_misses_nothing_while_many_write, |fixture| {
    let store = &fixture.store;
    let (mine, theirs) = (UserId::generate(), UserId::generate());
    let start = store.alert_log_bounds().await.unwrap().last;
    let writers = (0..8).map(|writer| async move {
        for turn in 0..10 {
            let owner = if (writer + turn) % 2 == 0 { mine } else { theirs };
            let writes: Vec<_> = (0..3).map(|_| fired(&alert(owner, AlertState::Firing))).collect();
            store.alert_apply(&writes, None).await.unwrap();
        }
    });
    let reader = async {
        let (mut position, mut seen) = (start, Vec::new());
        while position < start + 240 {
            let page = store.alert_log(position, Some(mine), 7).await.unwrap();
            seen.extend(page.lines.iter().map(|line| line.position));
            assert!(page.end >= position);
            position = page.end;
        }
        seen
    };
    let (_, seen) = futures_util::future::join(join_all(writers), reader).await;
    assert_eq!(seen.len(), 120);
    assert!(seen.is_sorted_by(|a, b| a < b), "{seen:?}");
    let all = store.alert_log(start, None, 1000).await.unwrap();
    let places: Vec<i64> = all.lines.iter().map(|line| line.position).collect();
    assert_eq!(places, (start + 1..=start + 240).collect::<Vec<_>>());
    assert_eq!((all.end, all.more), (start + 240, false));
});

on_every_engine!(a_damaged_line_is_not_the_end_of_the_log, |fixture| {
    // Only here: for iterators `all` means something else.
    use hostlerd::adapters::store::connection::Run;
    let store = &fixture.store;
    let writes: Vec<_> = (0..4)
        .map(|_| fired(&alert(UserId::generate(), AlertState::Firing)))
        .collect();
    store.alert_apply(&writes, None).await.unwrap();
    let mut conn = fixture.database(1, 1).connect().await.unwrap();
    let damage = "UPDATE alert_transitions SET body = '{}' WHERE position < 3";
    assert_eq!(diesel::sql_query(damage).exec(&mut conn).await.unwrap(), 2);
    let first = store.alert_log(0, None, 2).await.unwrap();
    assert!(first.lines.is_empty() && first.more, "{first:?}");
    let second = store.alert_log(first.end, None, 3).await.unwrap();
    assert_eq!((second.lines.len(), second.end, second.more), (2, 4, false));
});

on_every_engine!(the_log_is_pruned_from_its_beginning, |fixture| {
    let store = &fixture.store;
    let owner = UserId::generate();
    for _ in 0..4 {
        store
            .alert_apply(&[fired(&alert(owner, AlertState::Firing))], None)
            .await
            .unwrap();
    }
    let bounds = store.alert_log_bounds().await.unwrap();
    assert_eq!((bounds.before_first, bounds.last), (0, 4));
    assert_eq!(store.alert_log_prune(at(1), 9).await.unwrap(), 0);
    assert_eq!(store.alert_log_prune(at(2), 3).await.unwrap(), 3);
    let bounds = store.alert_log_bounds().await.unwrap();
    assert_eq!((bounds.before_first, bounds.last), (3, 4));
    assert_eq!(store.alert_log_prune(at(2), 9).await.unwrap(), 1);
    let bounds = store.alert_log_bounds().await.unwrap();
    assert_eq!((bounds.before_first, bounds.last), (4, 4));
});

on_every_engine!(an_installation_begins_with_rules_that_stay_deleted, |fixture| {
    let store = &fixture.store;
    let all = AlertRuleFilter::default();
    let rules = store
        .alert_rule_list(&all, PageRequest::first(9))
        .await
        .unwrap()
        .items;
    let names: Vec<_> = rules.iter().map(|rule| rule.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Processor over 90 %",
            "Memory over 90 %",
            "Disk over 90 %",
            "Node offline",
            "Node processor over 90 %",
            "Node memory over 90 %",
            "Node disk over 90 %",
        ]
    );
    assert!(rules.iter().all(|rule| rule.owner_id.is_none() && !rule.disabled));
    let mut errors = hostlerd::domain::fields::FieldErrors::default();
    for rule in &rules {
        rule.check(&mut errors);
    }
    assert_eq!(errors.0, []);
    store
        .alert_rule_delete(rules[0].id, None, &mutation())
        .await
        .unwrap();
    let again = hostlerd::adapters::store::SqlStore::open(&fixture.settings)
        .await
        .unwrap();
    let left = again.alert_rule_list(&all, PageRequest::first(9)).await.unwrap();
    assert_eq!(left.items.len(), 6);
});

on_every_engine!(rules_are_bounded_guarded_and_counted, |fixture| {
    let store = &fixture.store;
    let (owner, stranger) = (UserId::generate(), UserId::generate());
    let first = rule(Some(owner));
    let before = store.alert_revision().await.unwrap().settings;
    store.alert_rule_insert(&first, 2, &mutation()).await.unwrap();
    assert_eq!(store.alert_rule_get(first.id).await.unwrap(), first);
    assert_eq!(store.alert_revision().await.unwrap().settings, before + 1);
    store
        .alert_rule_insert(&rule(Some(owner)), 2, &mutation())
        .await
        .unwrap();
    let full = store.alert_rule_insert(&rule(Some(owner)), 2, &mutation()).await;
    assert!(matches!(full, Err(StoreError::Full { limit: 2, .. })), "{full:?}");
    store
        .alert_rule_insert(&rule(Some(stranger)), 2, &mutation())
        .await
        .unwrap();

    let changed = AlertRule {
        name: "renamed".to_owned(),
        disabled: true,
        subjects: RuleSubjects::AllServers,
        repeat_interval: None,
        channels: Vec::new(),
        generation: Generation(2),
        ..first.clone()
    };
    let guard = Generation::FIRST;
    store
        .alert_rule_update(&changed, guard, &mutation())
        .await
        .unwrap();
    assert_eq!(store.alert_rule_get(first.id).await.unwrap(), changed);
    let stale = store.alert_rule_update(&changed, guard, &mutation()).await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");

    let count = |filter: AlertRuleFilter| async move {
        let found = store
            .alert_rule_list(&filter, PageRequest::first(99))
            .await
            .unwrap();
        found.items.len()
    };
    let none = AlertRuleFilter::default();
    let visible = AlertRuleFilter {
        visible_to: Some(owner),
        ..none
    };
    let owned = AlertRuleFilter {
        owner_id: Some(owner),
        ..none
    };
    let enabled = AlertRuleFilter {
        enabled_only: true,
        ..owned
    };
    assert_eq!(
        [
            count(none).await,
            count(visible).await,
            count(owned).await,
            count(enabled).await
        ],
        [10, 5, 2, 1]
    );

    let stale = store.alert_rule_delete(first.id, Some(guard), &mutation()).await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    store
        .alert_rule_delete(first.id, Some(Generation(2)), &mutation())
        .await
        .unwrap();
    let gone = store.alert_rule_delete(first.id, None, &mutation()).await;
    assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");
});

on_every_engine!(silences_are_bounded_while_they_last, |fixture| {
    let store = &fixture.store;
    let silence = |owner_id: Option<UserId>, end: i64| Silence {
        id: SilenceId::generate(),
        owner_id,
        rule_id: None,
        server_id: Some(ServerId::generate()),
        node_id: None,
        severity: Some(AlertSeverity::Info),
        start_time: at(0),
        end_time: at(end),
        comment: "upkeep".to_owned(),
        created_by: UserId::generate(),
        create_time: at(0),
    };
    let owner = UserId::generate();
    let first = silence(Some(owner), 10);
    store.silence_insert(&first, 1, at(0), &mutation()).await.unwrap();
    assert_eq!(store.silence_get(first.id).await.unwrap(), first);
    let full = store
        .silence_insert(&silence(Some(owner), 20), 1, at(9), &mutation())
        .await;
    assert!(matches!(full, Err(StoreError::Full { .. })), "{full:?}");
    store
        .silence_insert(&silence(Some(owner), 20), 1, at(10), &mutation())
        .await
        .unwrap();
    store
        .silence_insert(&silence(None, 20), 1, at(10), &mutation())
        .await
        .unwrap();
    assert_eq!(store.silence_current(at(10)).await.unwrap().len(), 2);
    let mine = |not_over_at| SilenceFilter {
        owner_id: Some(owner),
        not_over_at,
    };
    let page = PageRequest::first(9);
    assert_eq!(
        store.silence_list(&mine(None), page).await.unwrap().items.len(),
        2
    );
    assert_eq!(
        store
            .silence_list(&mine(Some(at(10))), page)
            .await
            .unwrap()
            .items
            .len(),
        1
    );
    assert_eq!(store.silence_prune(at(11), 9).await.unwrap(), 1);
    let gone = store.silence_delete(first.id, &mutation()).await;
    assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");
});

on_every_engine!(
    rules_alerts_and_silences_of_nodes_are_nobodys_and_found_by_the_node,
    |fixture| {
        let store = &fixture.store;
        let (node_id, customer) = (NodeId::generate(), UserId::generate());
        let name = NamePattern::parse("shop-*").unwrap();
        for nodes in [
            NodeSelector::All,
            NodeSelector::One(node_id),
            NodeSelector::Labelled([("site".to_owned(), "Berlin".to_owned())].into()),
        ] {
            for subjects in [
                RuleSubjects::Nodes(nodes.clone()),
                RuleSubjects::Containers {
                    nodes: nodes.clone(),
                    name: name.clone(),
                },
            ] {
                let written = AlertRule {
                    subjects,
                    ..rule(None)
                };
                store.alert_rule_insert(&written, 99, &mutation()).await.unwrap();
                assert_eq!(store.alert_rule_get(written.id).await.unwrap(), written);
            }
        }
        let seen_by_customer = AlertRuleFilter {
            visible_to: Some(customer),
            ..AlertRuleFilter::default()
        };
        let seen = store
            .alert_rule_list(&seen_by_customer, PageRequest::first(99))
            .await
            .unwrap();
        let is_of_servers = |rule: &AlertRule| rule.subjects.nodes().is_none();
        assert_eq!(seen.items.len(), 3);
        assert!(seen.items.iter().all(is_of_servers));

        let container = |digits: &str| AlertSubject::Container {
            node_id,
            node_name: "rack-1".to_owned(),
            container_id: ContainerId::parse(&digits.repeat(16)).unwrap(),
            container_name: "shop-db".to_owned(),
        };
        let node = AlertSubject::Node {
            node_id,
            node_name: "rack-1".to_owned(),
        };
        let on = |subject: AlertSubject| Alert {
            subject,
            ..alert(customer, AlertState::Firing)
        };
        // One rule, one node, two of its containers: three alerts.
        let first = on(node);
        let of_same_rule = |subject| Alert {
            rule_id: first.rule_id,
            ..on(subject)
        };
        let alerts = [
            first.clone(),
            of_same_rule(container("0af9")),
            of_same_rule(container("1bc2")),
        ];
        let writes: Vec<_> = alerts.iter().map(fired).collect();
        store.alert_apply(&writes, None).await.unwrap();
        let twin = of_same_rule(container("1bc2"));
        let refused = store.alert_apply(&[fired(&twin)], None).await;
        assert!(matches!(refused, Err(StoreError::Stale)), "{refused:?}");
        for alert in &alerts {
            assert_eq!(store.alert_get(alert.id).await.unwrap(), *alert);
        }
        let found = |filter: AlertFilter| async move {
            let page = store.alert_list(&filter, PageRequest::first(9)).await.unwrap();
            page.items.len()
        };
        let of_node = AlertFilter {
            node_id: Some(node_id),
            ..AlertFilter::default()
        };
        assert_eq!(found(of_node.clone()).await, 3);
        let of_customer = AlertFilter {
            owner_id: Some(customer),
            ..of_node
        };
        assert_eq!(found(of_customer).await, 0);
        let log = store.alert_log(0, Some(customer), 9).await.unwrap();
        assert!(log.lines.is_empty(), "{log:?}");

        let silence = Silence {
            id: SilenceId::generate(),
            owner_id: None,
            rule_id: None,
            server_id: None,
            node_id: Some(node_id),
            severity: None,
            start_time: at(0),
            end_time: at(9),
            comment: String::new(),
            created_by: customer,
            create_time: at(0),
        };
        store
            .silence_insert(&silence, 9, at(1), &mutation())
            .await
            .unwrap();
        let current = store.silence_current(at(1)).await.unwrap();
        assert_eq!(current, std::slice::from_ref(&silence));
        assert!(alerts.iter().all(|alert| silence.matches(alert)));
        assert!(!silence.matches(&alert(customer, AlertState::Firing)));
    }
);
