//! Streams: the state now, then each change, to the end.

use std::sync::Arc;

use futures_util::{Stream, StreamExt};
use hostlerd::adapters::store::SqlStore;
use hostlerd::domain::operation::OperationState;
use hostlerd::domain::server::ServerState;
use hostlerd::domain::user::Role;
use hostlerd::engine::error::{Error, Result};
use hostlerd::engine::servers::{DeleteServer, ServersEvent};
use hostlerd::ports::bus::Notice;
use hostlerd::ports::store::Store;
use tokio_util::sync::CancellationToken;

use crate::fixture::{Fixture, on_every_engine};
use crate::lab::{Lab, PATIENCE, caller};
use crate::scenario::Scenario;

async fn lab(fixture: &Fixture) -> Lab {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
    Lab::new(store).await
}

async fn next<T>(stream: &mut (impl Stream<Item = Result<T>> + Unpin)) -> Option<T> {
    let told = tokio::time::timeout(PATIENCE, stream.next())
        .await
        .expect("the stream is silent");
    told.map(|told| told.unwrap())
}

on_every_engine!(an_operation_is_followed_from_now_to_its_end, |fixture| {
    let mut lab = lab(fixture).await;
    let id = Scenario::Create
        .ask(&lab, &Scenario::Create.prepare(&lab).await)
        .await;
    let watch = lab
        .operations
        .watch(&lab.customer, id, CancellationToken::new())
        .await;
    let mut watch = Box::pin(watch.unwrap());
    let (first, _) = next(&mut watch).await.unwrap();
    assert_eq!(first.state, OperationState::Pending);
    lab.start_worker();
    let (mut states, mut texts) = (Vec::new(), Vec::new());
    while let Some((operation, steps)) = next(&mut watch).await {
        assert!(operation.params.is_null());
        assert!(
            steps
                .iter()
                .all(|step| step.external_ref.is_none() && step.detail.is_empty())
        );
        states.push(operation.state);
        texts.push(operation.progress.text);
    }
    assert_eq!(states.last(), Some(&OperationState::Succeeded));
    assert!(states.is_sorted(), "{states:?}");
    assert_eq!(texts.last().map(String::as_str), Some("Done"));

    let stranger = caller(Role::Customer);
    let refused = lab
        .operations
        .watch(&stranger, id, CancellationToken::new())
        .await;
    assert!(matches!(refused.err(), Some(Error::NotFound(_))));
});

on_every_engine!(streams_end_with_the_token, |fixture| {
    let lab = lab(fixture).await;
    let id = Scenario::Create
        .ask(&lab, &Scenario::Create.prepare(&lab).await)
        .await;
    let token = CancellationToken::new();
    let watch = lab.operations.watch(&lab.customer, id, token.clone()).await;
    let mut watch = Box::pin(watch.unwrap());
    assert!(next(&mut watch).await.is_some());
    let mut servers = Box::pin(
        lab.servers
            .watch(&lab.customer, Vec::new(), token.clone())
            .unwrap(),
    );
    assert!(next(&mut servers).await.is_some());
    token.cancel();
    assert!(next(&mut watch).await.is_none());
    assert!(next(&mut servers).await.is_none());
});

on_every_engine!(servers_are_followed_from_a_snapshot_on, |fixture| {
    let mut lab = lab(fixture).await;
    lab.start_worker();
    let old = lab.running_server("old").await;
    let token = CancellationToken::new();
    let mut watch = Box::pin(lab.servers.watch(&lab.customer, Vec::new(), token).unwrap());
    let Some(ServersEvent::Snapshot { servers, last: true }) = next(&mut watch).await else {
        panic!("no snapshot")
    };
    assert_eq!(servers.len(), 1);

    let accepted = lab.servers.create(&lab.customer, lab.order("new")).await.unwrap();
    loop {
        let Some(ServersEvent::Changed(server)) = next(&mut watch).await else {
            panic!("no change")
        };
        assert_eq!(server.id, accepted.server.id);
        if server.state == ServerState::Running {
            break;
        }
    }
    let input = DeleteServer {
        id: old.id,
        etag: None,
        forget: false,
    };
    lab.servers.delete(&lab.customer, input).await.unwrap();
    loop {
        match next(&mut watch).await.unwrap() {
            ServersEvent::Removed(id) => {
                assert_eq!(id, old.id);
                break;
            }
            ServersEvent::Changed(server) => assert!(server.state != ServerState::Deleted),
            ServersEvent::Snapshot { .. } => panic!("nothing was missed"),
        }
    }
    lab.ports.bus.publish(Notice::Missed);
    loop {
        if let ServersEvent::Snapshot { servers, last } = next(&mut watch).await.unwrap() {
            assert!(last);
            assert_eq!(servers.len(), 1);
            break;
        }
    }
});

on_every_engine!(a_watch_of_some_servers_tells_of_no_others, |fixture| {
    let mut lab = lab(fixture).await;
    lab.start_worker();
    let (one, two) = (lab.running_server("one").await, lab.running_server("two").await);
    let token = CancellationToken::new();
    let mut watch = Box::pin(lab.servers.watch(&lab.customer, vec![two.id], token).unwrap());
    let Some(ServersEvent::Snapshot { servers, .. }) = next(&mut watch).await else {
        panic!("no snapshot")
    };
    assert_eq!(
        servers.iter().map(|server| server.id).collect::<Vec<_>>(),
        [two.id]
    );
    for id in [one.id, two.id] {
        lab.servers
            .delete(
                &lab.customer,
                DeleteServer {
                    id,
                    etag: None,
                    forget: false,
                },
            )
            .await
            .unwrap();
    }
    loop {
        match next(&mut watch).await.unwrap() {
            ServersEvent::Removed(id) => {
                assert_eq!(id, two.id);
                break;
            }
            ServersEvent::Changed(server) => assert_eq!(server.id, two.id),
            ServersEvent::Snapshot { .. } => panic!("nothing was missed"),
        }
    }
});
