//! Nodes as operators see and change them.

use std::collections::HashMap;

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::failure::{bad_fields, expect_refusal, outcome, refused, verdict};
use hostler_tests::scripted_agent::{ScriptedAgent, key};
use hostler_tests::test_server::TestServer;
use hostlerd::domain::user::Role;

const OPERATOR: &str = "operator@example.org";

async fn operated() -> (TestServer, Api) {
    let server = TestServer::start().await;
    let operator = server.caller(OPERATOR, Role::Operator).await;
    (server, operator)
}

async fn token(api: &Api, request: v1::CreateEnrolmentTokenRequest) -> v1::CreateEnrolmentTokenResponse {
    let made = api.nodes().create_enrolment_token(request).await;
    made.expect("a token").into_inner()
}

async fn tokens(api: &Api) -> Vec<v1::EnrolmentToken> {
    let request = v1::ListEnrolmentTokensRequest::default();
    let listed = api.nodes().list_enrolment_tokens(request).await;
    listed.expect("a list").into_inner().enrolment_tokens
}

async fn node(api: &Api, id: &str) -> v1::Node {
    let request = v1::GetNodeRequest {
        node_id: id.to_owned(),
    };
    let found = api.nodes().get_node(request).await;
    found.expect("an answer").into_inner().node.expect("a node")
}

async fn events(api: &Api, id: &str) -> Vec<v1::NodeEventKind> {
    let request = v1::ListNodeEventsRequest {
        node_id: id.to_owned(),
        ..Default::default()
    };
    let listed = api.nodes().list_node_events(request).await;
    let events = listed.expect("a list").into_inner().events;
    events.iter().map(v1::NodeEvent::kind).collect()
}

fn labels(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_joins_by_a_token_once() {
    let (_server, operator) = operated().await;
    let made = token(
        &operator,
        v1::CreateEnrolmentTokenRequest {
            display_name: "rack 1".to_owned(),
            labels: labels(&[("site", "Berlin")]),
            ..Default::default()
        },
    )
    .await;
    assert!(made.secret.starts_with("hse_"));
    let agent = ScriptedAgent::enrol(&operator, &made.secret, &key('a'))
        .await
        .unwrap();
    let joined = node(&operator, &agent.node_id).await;
    assert_eq!(joined.display_name, "rack 1");
    assert_eq!(joined.labels, labels(&[("site", "Berlin")]));
    assert_eq!(joined.state(), v1::NodeState::New);
    let used = tokens(&operator).await.remove(0);
    assert_eq!(used.state(), v1::EnrolmentTokenState::Used);
    assert_eq!(used.enrolled_node_id, agent.node_id);
    // The answer was lost: the same key gets it again. Another key does not.
    let again = ScriptedAgent::enrol(&operator, &made.secret, &key('a'))
        .await
        .unwrap();
    assert_eq!(again.node_id, agent.node_id);
    let other = ScriptedAgent::enrol(&operator, &made.secret, &key('b')).await;
    assert_eq!(verdict(&refused(other)), "UNAUTHENTICATED ENROLMENT_REFUSED");
    assert_eq!(
        events(&operator, &agent.node_id).await,
        [v1::NodeEventKind::Enrolled]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_wrong_revoked_or_of_a_taken_key_lets_nobody_in() {
    let (_server, operator) = operated().await;
    let first = ScriptedAgent::join(&operator, &key('a')).await;
    let made = token(&operator, v1::CreateEnrolmentTokenRequest::default()).await;
    // The key of a machine that is here already.
    let taken = ScriptedAgent::enrol(&operator, &made.secret, &key('a')).await;
    assert_eq!(verdict(&refused(taken)), "UNAUTHENTICATED ENROLMENT_REFUSED");
    let request = v1::RevokeEnrolmentTokenRequest {
        enrolment_token_id: made.enrolment_token.unwrap().id,
        ..Default::default()
    };
    operator.nodes().revoke_enrolment_token(request).await.unwrap();
    for wrong in [made.secret.as_str(), "hse_nothing", "x"] {
        let refusal = refused(ScriptedAgent::enrol(&operator, wrong, &key('b')).await);
        assert_eq!(verdict(&refusal), "UNAUTHENTICATED ENROLMENT_REFUSED", "{wrong}");
    }
    let listed = operator.nodes().list_nodes(v1::ListNodesRequest::default()).await;
    let ids: Vec<String> = listed
        .unwrap()
        .into_inner()
        .nodes
        .into_iter()
        .map(|node| node.id)
        .collect();
    assert_eq!(ids, [first.node_id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_of_an_address_are_counted() {
    let (_server, operator) = operated().await;
    let mut last = String::new();
    for _ in 0..=30 {
        last = outcome(&ScriptedAgent::enrol(&operator, "hse_wrong", &key('a')).await);
    }
    assert_eq!(last, "RESOURCE_EXHAUSTED RATE_LIMITED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_is_renamed_labelled_and_deleted() {
    let (_server, operator) = operated().await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let before = node(&operator, &agent.node_id).await;
    assert_eq!(before.display_name, "n1.example");
    let update = |name: &str, etag: &str| v1::UpdateNodeRequest {
        node: Some(v1::Node {
            id: agent.node_id.clone(),
            display_name: name.to_owned(),
            labels: labels(&[("role", "web")]),
            ..Default::default()
        }),
        etag: etag.to_owned(),
        ..Default::default()
    };
    let changed = operator.nodes().update_node(update("edge 1", &before.etag)).await;
    let changed = changed.unwrap().into_inner().node.unwrap();
    assert_eq!(
        (changed.display_name.as_str(), changed.labels.len()),
        ("edge 1", 1)
    );
    let stale = operator.nodes().update_node(update("edge 2", &before.etag)).await;
    expect_refusal(stale, "ABORTED ETAG_MISMATCH");
    let delete = v1::DeleteNodeRequest {
        node_id: agent.node_id.clone(),
        ..Default::default()
    };
    operator.nodes().delete_node(delete).await.unwrap();
    let gone = operator
        .nodes()
        .get_node(v1::GetNodeRequest {
            node_id: agent.node_id.clone(),
        })
        .await;
    expect_refusal(gone, "NOT_FOUND NODE_NOT_FOUND");
    expect_refusal(agent.attach().await, "UNAUTHENTICATED NODE_KEY_REFUSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_whose_key_was_taken_away_is_enrolled_again_as_the_same_node() {
    let (_server, operator) = operated().await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let mut session = agent.attach().await.unwrap();
    let revoke = v1::RevokeNodeRequest {
        node_id: agent.node_id.clone(),
        ..Default::default()
    };
    let revoked = operator
        .nodes()
        .revoke_node(revoke)
        .await
        .unwrap()
        .into_inner()
        .node
        .unwrap();
    assert_eq!(revoked.state(), v1::NodeState::Revoked);
    assert_eq!(verdict(&session.end().await), "UNAUTHENTICATED NODE_KEY_REFUSED");
    expect_refusal(agent.attach().await, "UNAUTHENTICATED NODE_KEY_REFUSED");
    let made = token(
        &operator,
        v1::CreateEnrolmentTokenRequest {
            node_id: agent.node_id.clone(),
            ..Default::default()
        },
    )
    .await;
    let again = ScriptedAgent::enrol(&operator, &made.secret, &key('b'))
        .await
        .unwrap();
    assert_eq!(again.node_id, agent.node_id);
    again.attach().await.unwrap();
    expect_refusal(agent.attach().await, "UNAUTHENTICATED NODE_KEY_REFUSED");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_wrong_with_a_token_that_is_asked_for_is_said_at_once() {
    let (_server, operator) = operated().await;
    let request = v1::CreateEnrolmentTokenRequest {
        request_id: "x".to_owned(),
        display_name: "a".repeat(101),
        labels: labels(&[("Site", "Berlin"), ("b", "x\ny")]),
        ttl: Some(prost_types::Duration {
            seconds: 30,
            nanos: 0,
        }),
        node_id: "nobody".to_owned(),
    };
    let refusal = refused(operator.nodes().create_enrolment_token(request).await);
    assert_eq!(
        bad_fields(&refusal),
        [
            "display_name",
            "labels",
            "labels[b]",
            "node_id",
            "node_id",
            "request_id",
            "ttl"
        ]
    );
}
