//! Sessions of agents: they begin, go on, and end.

use std::time::Duration;

use hostler_proto::v1;
use hostler_proto::v1::NodeEventKind::{AgentChanged, Enrolled, Offline, Online, Rebooted};
use hostler_proto::v1::attach_request::Message;
use hostler_tests::api::Api;
use hostler_tests::failure::{expect_refusal, refused, verdict};
use hostler_tests::scripted_agent::{ScriptedAgent, facts, key, key_hash};
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::domain::user::Role;

const OPERATOR: &str = "operator@example.org";

/// A server whose agents are offline after three seconds.
async fn operated() -> (TestServer, Api) {
    let server = TestServer::builder()
        .config(|config| config.agents.heartbeat_seconds = 1)
        .start()
        .await;
    let operator = server.caller(OPERATOR, Role::Operator).await;
    (server, operator)
}

async fn node(api: &Api, id: &str) -> v1::Node {
    let request = v1::GetNodeRequest {
        node_id: id.to_owned(),
    };
    let found = api.nodes().get_node(request).await;
    found.expect("an answer").into_inner().node.expect("a node")
}

async fn node_in(api: &Api, id: &str, state: v1::NodeState) -> v1::Node {
    wait_for("the state of a node", || async {
        let node = node(api, id).await;
        if node.state() == state {
            Ok(node)
        } else {
            Err(format!("{node:?}"))
        }
    })
    .await
}

async fn events(api: &Api, id: &str) -> Vec<v1::NodeEventKind> {
    let request = v1::ListNodeEventsRequest {
        node_id: id.to_owned(),
        ..Default::default()
    };
    let listed = api.nodes().list_node_events(request).await;
    let events = listed.expect("a list").into_inner().events;
    events.iter().rev().map(v1::NodeEvent::kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_is_online_while_its_agent_is_heard_and_offline_after_three_heartbeats() {
    let (_server, operator) = operated().await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let mut session = agent.attach().await.unwrap();
    assert_eq!(session.welcome.heartbeat_interval.unwrap().seconds, 1);
    let online = node(&operator, &agent.node_id).await;
    assert_eq!(online.state(), v1::NodeState::Online);
    assert_eq!(online.facts.unwrap(), facts());
    // Silence, on a connection that is there.
    assert_eq!(verdict(&session.end().await), "UNAVAILABLE SESSION_SILENT");
    node_in(&operator, &agent.node_id, v1::NodeState::Offline).await;
    let _back = agent.attach().await.unwrap();
    assert_eq!(
        events(&operator, &agent.node_id).await,
        [Enrolled, Online, Offline, Online]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_goes_and_comes_back_in_time_was_never_offline() {
    let (_server, operator) = operated().await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    for _ in 0..3 {
        let session = agent.attach().await.unwrap();
        session.beat().await;
    }
    assert_eq!(events(&operator, &agent.node_id).await, [Enrolled, Online]);
    node_in(&operator, &agent.node_id, v1::NodeState::Offline).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_session_takes_the_place_of_the_one_before() {
    let (_server, operator) = operated().await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let mut old = agent.attach().await.unwrap();
    let new = agent.attach().await.unwrap();
    assert_eq!(verdict(&old.end().await), "ABORTED SESSION_REPLACED");
    new.beat().await;
    assert_eq!(
        node(&operator, &agent.node_id).await.state(),
        v1::NodeState::Online
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_was_started_anew_and_an_agent_of_another_version_are_noted() {
    let (_server, operator) = operated().await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    agent.attach().await.unwrap();
    let hello = v1::Hello {
        boot_id: "boot-2".to_owned(),
        facts: Some(v1::NodeFacts {
            agent_version: "0.2.0".to_owned(),
            ..facts()
        }),
        ..agent.hello()
    };
    agent.attach_with(hello).await.unwrap();
    assert_eq!(
        events(&operator, &agent.node_id).await,
        [Enrolled, Online, Rebooted, AgentChanged]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_changed_without_a_moment_in_which_none_is_good() {
    let (_server, operator) = operated().await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let offer = v1::RotateKeyRequest {
        key_hash: key_hash(&key('b')),
    };
    for _ in 0..2 {
        agent.api().agents().rotate_key(offer.clone()).await.unwrap();
    }
    agent.attach().await.unwrap();
    let changed = agent.with_key(&key('b'));
    changed.attach().await.unwrap();
    expect_refusal(agent.attach().await, "UNAUTHENTICATED NODE_KEY_REFUSED");
    changed.attach().await.unwrap();
    assert!(
        events(&operator, &agent.node_id)
            .await
            .contains(&v1::NodeEventKind::KeyRotated)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_opens_nothing_but_the_session_of_its_own_node() {
    let (_server, operator) = operated().await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let other = ScriptedAgent::join(&operator, &key('b')).await;
    let hello = v1::Hello {
        node_id: other.node_id.clone(),
        ..agent.hello()
    };
    expect_refusal(agent.attach_with(hello).await, "UNAUTHENTICATED NODE_KEY_REFUSED");
    let listed = agent
        .api()
        .nodes()
        .list_nodes(v1::ListNodesRequest::default())
        .await;
    expect_refusal(listed, "UNAUTHENTICATED UNAUTHENTICATED");
    // And nobody else's credentials open a session.
    let session = operator
        .agents()
        .rotate_key(v1::RotateKeyRequest::default())
        .await;
    expect_refusal(session, "UNAUTHENTICATED NODE_KEY_REFUSED");
    let nobody = operator
        .as_nobody()
        .agents()
        .rotate_key(v1::RotateKeyRequest::default())
        .await;
    expect_refusal(nobody, "UNAUTHENTICATED UNAUTHENTICATED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_begins_with_hello_and_has_it_once() {
    let (_server, operator) = operated().await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let mut session = agent.attach().await.unwrap();
    session.say(Message::Hello(agent.hello())).await;
    assert_eq!(verdict(&session.end().await), "INVALID_ARGUMENT INVALID_FIELDS");
    let first = v1::AttachRequest {
        message: Some(Message::Heartbeat(v1::Heartbeat::default())),
    };
    let refusal = refused(agent.api().agents().attach(tokio_stream::once(first)).await);
    assert_eq!(verdict(&refusal), "INVALID_ARGUMENT INVALID_FIELDS");
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_of_a_process_that_was_killed_are_found_by_the_next() {
    let (mut server, operator) = operated().await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let away = ScriptedAgent::join(&operator, &key('b')).await;
    let _sessions = (agent.attach().await.unwrap(), away.attach().await.unwrap());
    server.crash();
    server.restart().await;
    let operator = server.sign_in(OPERATOR).await;
    assert_eq!(
        node(&operator, &away.node_id).await.state(),
        v1::NodeState::Online
    );
    let back = ScriptedAgent::at(&operator, &agent, &key('a'));
    let session = back.attach().await.unwrap();
    let beating = tokio::spawn(async move {
        let mut beats = tokio::time::interval(Duration::from_millis(300));
        loop {
            beats.tick().await;
            session.beat().await;
        }
    });
    node_in(&operator, &away.node_id, v1::NodeState::Offline).await;
    assert_eq!(
        node(&operator, &agent.node_id).await.state(),
        v1::NodeState::Online
    );
    beating.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_tells_its_agents_to_come_back() {
    let (mut server, operator) = operated().await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let mut session = agent.attach().await.unwrap();
    let (end, ()) = tokio::join!(session.end(), async { server.stop().await });
    assert_eq!(verdict(&end), "UNAVAILABLE STOPPING");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_machine_says_of_itself_is_bounded_and_has_no_control_characters() {
    let (_server, operator) = operated().await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let hello = v1::Hello {
        facts: Some(v1::NodeFacts {
            kernel: "6.1\u{1b}[31m\r\n".to_owned(),
            operating_system: "x".repeat(5000),
            cpu_count: -1,
            capabilities: vec![1, 1, 999],
            ..facts()
        }),
        ..agent.hello()
    };
    agent.attach_with(hello).await.unwrap();
    let kept = node(&operator, &agent.node_id).await.facts.unwrap();
    assert_eq!(kept.kernel, "6.1[31m");
    assert_eq!(kept.operating_system.len(), 200);
    assert_eq!((kept.cpu_count, kept.capabilities), (0, vec![1]));
}
