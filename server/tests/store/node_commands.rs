//! What nodes are told to do: kept, ended once, taken back, and over in time.

use std::time::Duration;

use hostlerd::adapters::store::SqlStore;
use hostlerd::domain::container::ContainerId;
use hostlerd::domain::enrolment::{Enrolment, EnrolmentToken};
use hostlerd::domain::ids::{EnrolmentTokenId, NodeCommandId, NodeId, UserId};
use hostlerd::domain::node::Labels;
use hostlerd::domain::node_command::{
    ContainerVerb, NodeAction, NodeCommand, NodeCommandEnd, NodeCommandState,
};
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::session::SecretHash;
use hostlerd::ports::store::{EnrolmentStore, NodeCommandStore, NodeStore, StoreError};

use crate::fixture::on_every_engine;
use crate::samples::{at, hash, mutation};

async fn joined(store: &SqlStore, byte: u8) -> NodeId {
    let token = EnrolmentToken {
        id: EnrolmentTokenId::generate(),
        hash: hash(byte),
        display_name: String::new(),
        labels: Labels::new(),
        node_id: None,
        create_time: at(1),
        expire_time: at(100),
        use_time: None,
        revoke_time: None,
        enrolled_node_id: None,
    };
    store
        .enrolment_token_insert(&token, 10, &mutation())
        .await
        .unwrap();
    let enrolment = Enrolment {
        token: token.hash,
        key: SecretHash([byte + 100; 32]),
        hostname: "n1".to_owned(),
        node_id: NodeId::generate(),
    };
    store.node_enrol(&enrolment, at(2), &mutation()).await.unwrap().id
}

fn command(node_id: NodeId, deadline: i64) -> NodeCommand {
    NodeCommand {
        id: NodeCommandId::generate(),
        node_id,
        user_id: UserId::generate(),
        action: NodeAction::Container {
            container: ContainerId::parse(&"a".repeat(64)).unwrap(),
            verb: ContainerVerb::Stop,
            grace: Some(Duration::from_secs(5)),
            force: false,
        },
        state: NodeCommandState::Queued,
        problem: String::new(),
        create_time: at(10),
        start_time: None,
        end_time: None,
        deadline_time: at(deadline),
        cancel: false,
    }
}

fn end(state: NodeCommandState) -> NodeCommandEnd {
    NodeCommandEnd {
        state,
        problem: "schön".to_owned(),
    }
}

async fn keep(store: &SqlStore, command: &NodeCommand) {
    store.node_command_insert(command, 10, &mutation()).await.unwrap();
}

async fn open(store: &SqlStore, node: NodeId) -> Vec<NodeCommandId> {
    let open = store.node_command_open(node, 100).await.unwrap();
    open.into_iter().map(|command| command.id).collect()
}

on_every_engine!(a_command_is_read_as_it_was_kept_and_ends_once, |fixture| {
    let store = &fixture.store;
    let node = joined(store, 1).await;
    let (first, second) = (command(node, 60), command(node, 60));
    keep(store, &first).await;
    keep(store, &second).await;
    assert_eq!(store.node_command_get(first.id).await.unwrap(), first);
    assert_eq!(open(store, node).await, [first.id, second.id]);
    assert!(store.node_command_begin(first.id, node, at(11)).await.unwrap());
    assert!(
        !store.node_command_begin(first.id, node, at(12)).await.unwrap(),
        "once"
    );
    let other = NodeId::generate();
    let done = end(NodeCommandState::Succeeded);
    assert!(
        !store
            .node_command_end(first.id, other, &done, at(13))
            .await
            .unwrap()
    );
    assert!(
        store
            .node_command_end(first.id, node, &done, at(13))
            .await
            .unwrap()
    );
    let failed = end(NodeCommandState::Failed);
    assert!(
        !store
            .node_command_end(first.id, node, &failed, at(14))
            .await
            .unwrap()
    );
    let ended = store.node_command_get(first.id).await.unwrap();
    assert_eq!(
        (
            ended.state,
            ended.problem.as_str(),
            ended.start_time,
            ended.end_time
        ),
        (NodeCommandState::Succeeded, "schön", Some(at(11)), Some(at(13)))
    );
    assert_eq!(open(store, node).await, [second.id]);
    let page = store
        .node_command_list(node, PageRequest::first(1))
        .await
        .unwrap();
    assert_eq!(
        page.items.iter().map(|one| one.id).collect::<Vec<_>>(),
        [second.id]
    );
    assert_eq!(page.next, Some(second.id.as_uuid()));
});

on_every_engine!(
    a_node_has_so_many_commands_and_no_more_and_none_without_it,
    |fixture| {
        let store = &fixture.store;
        let node = joined(store, 1).await;
        for _ in 0..2 {
            let one = command(node, 60);
            store.node_command_insert(&one, 2, &mutation()).await.unwrap();
        }
        let third = store
            .node_command_insert(&command(node, 60), 2, &mutation())
            .await;
        assert!(
            matches!(third, Err(StoreError::Full { limit: 2, .. })),
            "{third:?}"
        );
        let nobody = store
            .node_command_insert(&command(NodeId::generate(), 60), 2, &mutation())
            .await;
        assert!(matches!(nobody, Err(StoreError::NotFound)), "{nobody:?}");
        let another = joined(store, 2).await;
        keep(store, &command(another, 60)).await;
        store.node_delete(node, None, &mutation()).await.unwrap();
        assert_eq!(
            (open(store, node).await.len(), open(store, another).await.len()),
            (0, 1)
        );
    }
);

on_every_engine!(
    one_that_waits_is_over_when_it_is_taken_back_and_one_that_runs_is_marked,
    |fixture| {
        let store = &fixture.store;
        let node = joined(store, 1).await;
        let (waits, runs) = (command(node, 60), command(node, 60));
        keep(store, &waits).await;
        keep(store, &runs).await;
        store.node_command_begin(runs.id, node, at(11)).await.unwrap();
        let waits = store
            .node_command_cancel(waits.id, false, at(12), &mutation())
            .await
            .unwrap();
        assert_eq!(
            (waits.state, waits.end_time),
            (NodeCommandState::Cancelled, Some(at(12)))
        );
        let runs = store
            .node_command_cancel(runs.id, true, at(12), &mutation())
            .await
            .unwrap();
        assert_eq!((runs.state, runs.cancel), (NodeCommandState::Running, true));
        let told = command(node, 60);
        keep(store, &told).await;
        let told = store
            .node_command_cancel(told.id, true, at(12), &mutation())
            .await
            .unwrap();
        assert_eq!(
            (told.state, told.cancel),
            (NodeCommandState::Queued, true),
            "its agent may have begun"
        );
        let done = end(NodeCommandState::Succeeded);
        assert!(
            store
                .node_command_end(waits.id, node, &done, at(13))
                .await
                .unwrap()
        );
        let waits = store.node_command_get(waits.id).await.unwrap();
        assert_eq!(
            waits.state,
            NodeCommandState::Succeeded,
            "the node's word counts more"
        );
        let unknown = store
            .node_command_cancel(NodeCommandId::generate(), true, at(12), &mutation())
            .await;
        assert!(matches!(unknown, Err(StoreError::NotFound)), "{unknown:?}");
    }
);

on_every_engine!(
    those_whose_time_is_over_end_by_themselves_and_are_removed_in_the_end,
    |fixture| {
        let store = &fixture.store;
        let node = joined(store, 1).await;
        let (late, runs, long) = (command(node, 20), command(node, 20), command(node, 900));
        for one in [&late, &runs, &long] {
            keep(store, one).await;
        }
        store.node_command_begin(runs.id, node, at(11)).await.unwrap();
        assert_eq!(store.node_command_expire(at(19), at(0), 10).await.unwrap(), []);
        assert_eq!(
            store.node_command_expire(at(20), at(0), 10).await.unwrap(),
            [(late.id, node)]
        );
        let expired = store.node_command_expire(at(80), at(20), 10).await.unwrap();
        assert_eq!(expired, [(runs.id, node)]);
        assert!(!store.node_command_get(runs.id).await.unwrap().problem.is_empty());
        assert_eq!(store.node_command_prune(at(11), 10).await.unwrap(), 2);
        assert_eq!(open(store, node).await, [long.id], "what has not ended stays");
    }
);
