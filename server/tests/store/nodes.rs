//! Nodes: who joins, by which key they come, and whose session counts.

use hostlerd::adapters::store::SqlStore;
use hostlerd::domain::enrolment::{Enrolment, EnrolmentToken, EnrolmentTokenState, KeyHolder};
use hostlerd::domain::ids::{EnrolmentTokenId, NodeId};
use hostlerd::domain::node::NodeEventKind::{self, Enrolled, KeyRotated, Offline, Online};
use hostlerd::domain::node::{Arrival, HypervisorNode, Labels, Node, NodeFacts, NodeState};
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::session::SecretHash;
use hostlerd::ports::store::{
    EnrolmentStore, LeaderStore, NodeSessionStore, NodeStore, StoreError, session_lease,
};

use crate::fixture::on_every_engine;
use crate::samples::{at, mutation};

const TOKEN: SecretHash = SecretHash([1; 32]);
const KEY: SecretHash = SecretHash([2; 32]);
const NEXT: SecretHash = SecretHash([3; 32]);

fn token(hash: SecretHash, node_id: Option<NodeId>) -> EnrolmentToken {
    EnrolmentToken {
        id: EnrolmentTokenId::generate(),
        hash,
        display_name: String::new(),
        labels: Labels::from([("site".to_owned(), "öst".to_owned())]),
        node_id,
        create_time: at(1),
        expire_time: at(100),
        use_time: None,
        revoke_time: None,
        enrolled_node_id: None,
    }
}

fn enrolment(token: SecretHash, key: SecretHash) -> Enrolment {
    Enrolment {
        token,
        key,
        hostname: "n1".to_owned(),
        node_id: NodeId::generate(),
    }
}

/// A node that joined by [`TOKEN`], with [`KEY`].
async fn joined(store: &SqlStore) -> Node {
    let token = token(TOKEN, None);
    store
        .enrolment_token_insert(&token, 10, &mutation())
        .await
        .unwrap();
    let enrolment = enrolment(TOKEN, KEY);
    store.node_enrol(&enrolment, at(2), &mutation()).await.unwrap()
}

fn arrival(instance: &str) -> Arrival {
    Arrival {
        boot_id: "boot".to_owned(),
        facts: NodeFacts {
            hostname: "n1".to_owned(),
            ..NodeFacts::default()
        },
        instance: instance.to_owned(),
    }
}

/// The node with the session that begins; `None` when it has no place any more.
async fn attach(store: &SqlStore, node: NodeId, instance: &str, second: i64) -> Option<Node> {
    let arrivals = [(node, arrival(instance))];
    let mut nodes = store.node_attach(&arrivals, at(second)).await.unwrap();
    nodes.pop().expect("an answer for each")
}

async fn kinds(store: &SqlStore, node: NodeId) -> Vec<NodeEventKind> {
    let events = store.node_event_list(node, PageRequest::first(50)).await.unwrap();
    events.items.iter().rev().map(|event| event.kind).collect()
}

on_every_engine!(
    a_token_is_good_for_one_key_and_its_answer_can_be_asked_for_again,
    |fixture| {
        let store = &fixture.store;
        let node = joined(store).await;
        assert_eq!((node.display_name.as_str(), node.state), ("n1", NodeState::New));
        assert_eq!(node.labels["site"], "öst");
        let again = store
            .node_enrol(&enrolment(TOKEN, KEY), at(3), &mutation())
            .await
            .unwrap();
        assert_eq!(again, node, "the answer was lost");
        let other = store
            .node_enrol(&enrolment(TOKEN, NEXT), at(3), &mutation())
            .await;
        assert!(matches!(other, Err(StoreError::NotFound)), "{other:?}");
        let late = token(NEXT, None);
        store
            .enrolment_token_insert(&late, 10, &mutation())
            .await
            .unwrap();
        let late = store
            .node_enrol(&enrolment(NEXT, NEXT), at(100), &mutation())
            .await;
        assert!(matches!(late, Err(StoreError::NotFound)), "{late:?}");
        let taken = store.node_enrol(&enrolment(NEXT, KEY), at(99), &mutation()).await;
        assert!(
            matches!(taken, Err(StoreError::AlreadyExists { .. })),
            "{taken:?}"
        );
        assert_eq!(kinds(store, node.id).await, [Enrolled]);
    }
);

on_every_engine!(
    tokens_are_bounded_revoked_and_removed_once_they_are_old,
    |fixture| {
        let store = &fixture.store;
        let (first, second) = (token(TOKEN, None), token(NEXT, None));
        store
            .enrolment_token_insert(&first, 1, &mutation())
            .await
            .unwrap();
        let full = store.enrolment_token_insert(&second, 1, &mutation()).await;
        assert!(matches!(full, Err(StoreError::Full { .. })), "{full:?}");
        store
            .enrolment_token_revoke(first.id, at(5), &mutation())
            .await
            .unwrap();
        let revoked = store.enrolment_token_get(first.id).await.unwrap();
        assert_eq!(revoked.state(at(6)), EnrolmentTokenState::Revoked);
        store
            .enrolment_token_revoke(first.id, at(9), &mutation())
            .await
            .unwrap();
        let same = store.enrolment_token_get(first.id).await.unwrap();
        assert_eq!(same.revoke_time, Some(at(5)), "it stays as it is");
        let refused = store.node_enrol(&enrolment(TOKEN, KEY), at(6), &mutation()).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
        store
            .enrolment_token_insert(&second, 1, &mutation())
            .await
            .unwrap();
        let unknown = store
            .enrolment_token_revoke(EnrolmentTokenId::generate(), at(5), &mutation())
            .await;
        assert!(matches!(unknown, Err(StoreError::NotFound)), "{unknown:?}");
        assert_eq!(store.enrolment_token_prune(at(100), 10).await.unwrap(), 0);
        assert_eq!(store.enrolment_token_prune(at(101), 1).await.unwrap(), 1);
        assert_eq!(store.enrolment_token_prune(at(101), 10).await.unwrap(), 1);
    }
);

on_every_engine!(
    a_key_that_was_offered_takes_the_place_of_the_present_one_when_it_is_used,
    |fixture| {
        let store = &fixture.store;
        let node = joined(store).await;
        store.node_key_offer(node.id, NEXT, &mutation()).await.unwrap();
        let mut known = store.node_keys(&[KEY, NEXT, TOKEN]).await.unwrap();
        known.sort_by_key(|(hash, _)| hash.0);
        let holder = |next| KeyHolder {
            node_id: node.id,
            next,
        };
        assert_eq!(known, [(KEY, holder(false)), (NEXT, holder(true))]);
        for _ in 0..2 {
            store.node_key_settle(node.id, NEXT, at(5)).await.unwrap();
        }
        let known = store.node_keys(&[KEY, NEXT]).await.unwrap();
        assert_eq!(known, [(NEXT, holder(false))]);
        assert_eq!(kinds(store, node.id).await, [Enrolled, KeyRotated], "once");
        let nobody = store.node_key_offer(NodeId::generate(), KEY, &mutation()).await;
        assert!(matches!(nobody, Err(StoreError::NotFound)), "{nobody:?}");
    }
);

on_every_engine!(what_an_older_session_says_does_not_count, |fixture| {
    let store = &fixture.store;
    let node = joined(store).await;
    let first = attach(store, node.id, "one", 10).await.unwrap();
    let second = attach(store, node.id, "two", 11).await.unwrap();
    assert!(second.epoch > first.epoch);
    assert!(
        !store
            .node_offline(node.id, first.epoch, at(11), at(12))
            .await
            .unwrap()
    );
    assert_eq!(store.node_get(node.id).await.unwrap().state, NodeState::Online);
    store.node_seen("one", at(20)).await.unwrap();
    assert_eq!(
        store.node_get(node.id).await.unwrap().seen_time,
        Some(at(11)),
        "of another process"
    );
    store.node_seen("two", at(20)).await.unwrap();
    assert!(
        store
            .node_offline(node.id, second.epoch, at(19), at(21))
            .await
            .unwrap()
    );
    let gone = store.node_get(node.id).await.unwrap();
    assert_eq!((gone.state, gone.seen_time), (NodeState::Offline, Some(at(19))));
    assert_eq!(kinds(store, node.id).await, [Enrolled, Online, Offline]);
});

on_every_engine!(
    those_that_come_together_are_written_one_after_the_other,
    |fixture| {
        let store = &fixture.store;
        let node = joined(store).await;
        let together = [
            (node.id, arrival("one")),
            (NodeId::generate(), arrival("one")),
            (node.id, arrival("two")),
        ];
        let attached = store.node_attach(&together, at(10)).await.unwrap();
        let epochs: Vec<_> = attached
            .iter()
            .map(|one| one.as_ref().map(|node| node.epoch))
            .collect();
        assert_eq!(epochs, [Some(node.epoch + 1), None, Some(node.epoch + 2)]);
    }
);

on_every_engine!(nodes_of_a_process_without_a_lease_are_found, |fixture| {
    let store = &fixture.store;
    let node = joined(store).await;
    let attached = attach(store, node.id, "one", 10).await.unwrap();
    let lease = session_lease("one");
    store.leader_acquire(&lease, "one", at(10), at(40)).await.unwrap();
    assert_eq!(store.node_orphans(at(39), 10).await.unwrap(), []);
    let orphans = store.node_orphans(at(41), 10).await.unwrap();
    let found: Vec<_> = orphans.iter().map(|one| (one.node_id, one.epoch)).collect();
    assert_eq!(found, [(node.id, attached.epoch)]);
    store
        .node_offline(node.id, attached.epoch, at(10), at(41))
        .await
        .unwrap();
    assert_eq!(store.node_orphans(at(41), 10).await.unwrap(), []);
});

on_every_engine!(
    a_node_that_is_revoked_or_enrolled_again_has_no_old_key,
    |fixture| {
        let store = &fixture.store;
        let node = joined(store).await;
        attach(store, node.id, "one", 10).await.unwrap();
        let stale = Some(node.generation.next());
        let stale = store.node_revoke(node.id, stale, at(11), &mutation()).await;
        assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
        store
            .node_revoke(node.id, Some(node.generation), at(11), &mutation())
            .await
            .unwrap();
        assert_eq!(store.node_keys(&[KEY]).await.unwrap(), []);
        assert_eq!(attach(store, node.id, "one", 12).await, None);
        let again = token(NEXT, Some(node.id));
        store
            .enrolment_token_insert(&again, 10, &mutation())
            .await
            .unwrap();
        let back = store
            .node_enrol(&enrolment(NEXT, NEXT), at(13), &mutation())
            .await
            .unwrap();
        assert_eq!((back.id, back.state), (node.id, NodeState::New));
        attach(store, node.id, "one", 14).await.unwrap();
        store.node_delete(node.id, None, &mutation()).await.unwrap();
        let gone = store.node_get(node.id).await;
        assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");
        assert_eq!(kinds(store, node.id).await, []);
        assert_eq!(store.node_keys(&[NEXT]).await.unwrap(), []);
    }
);

on_every_engine!(
    nodes_are_listed_oldest_first_by_state_and_changed_under_guard,
    |fixture| {
        let store = &fixture.store;
        let mut nodes = Vec::new();
        for number in 10..15 {
            let token = token(SecretHash([number; 32]), None);
            store
                .enrolment_token_insert(&token, 10, &mutation())
                .await
                .unwrap();
            let enrolment = enrolment(token.hash, SecretHash([number + 100; 32]));
            nodes.push(store.node_enrol(&enrolment, at(2), &mutation()).await.unwrap().id);
        }
        attach(store, nodes[3], "one", 3).await.unwrap();
        let first = store.node_list(None, PageRequest::first(3)).await.unwrap();
        let rest = PageRequest {
            after: first.next,
            ..PageRequest::first(3)
        };
        let rest = store.node_list(None, rest).await.unwrap();
        let listed: Vec<NodeId> = first
            .items
            .iter()
            .chain(&rest.items)
            .map(|node| node.id)
            .collect();
        assert_eq!(listed, nodes);
        assert_eq!(rest.next, None);
        let online = store
            .node_list(Some(NodeState::Online), PageRequest::first(3))
            .await
            .unwrap();
        let online: Vec<NodeId> = online.items.iter().map(|node| node.id).collect();
        assert_eq!(online, [nodes[3]]);
        let many = store
            .node_get_many(&[nodes[0], NodeId::generate(), nodes[4]])
            .await
            .unwrap();
        assert_eq!(many.len(), 2);
        let seen = store.node_get(nodes[0]).await.unwrap();
        let machine = HypervisorNode {
            hypervisor: "main".to_owned(),
            node: "pve1".to_owned(),
        };
        assert_eq!(store.node_of_hypervisor(&machine).await.unwrap(), None);
        let named = Node {
            display_name: "Büro".to_owned(),
            hypervisor_node: Some(machine.clone()),
            ..seen.clone()
        };
        store
            .node_update(&named, seen.generation, &mutation())
            .await
            .unwrap();
        assert_eq!(store.node_get(nodes[0]).await.unwrap().display_name, "Büro");
        let found = store.node_of_hypervisor(&machine).await.unwrap();
        assert_eq!(found.map(|node| node.id), Some(nodes[0]));
        let second = store.node_get(nodes[1]).await.unwrap();
        let same = Node {
            hypervisor_node: Some(machine),
            ..second.clone()
        };
        let taken = store.node_update(&same, second.generation, &mutation()).await;
        assert!(
            matches!(taken, Err(StoreError::AlreadyExists { .. })),
            "{taken:?}"
        );
        let stale = store.node_update(&named, seen.generation, &mutation()).await;
        assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    }
);
