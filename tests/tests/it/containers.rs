//! Containers of nodes: told by agents, shown as they change, and never more of them than there is room for.

use hostler_proto::v1;
use hostler_proto::v1::attach_request::Message;
use hostler_proto::v1::watch_containers_response::Event;
use hostler_tests::api::Api;
use hostler_tests::failure::{bad_fields, verdict};
use hostler_tests::scripted_agent::{ScriptedAgent, ScriptedSession, key};
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::domain::user::Role;
use tonic::Streaming;

const OPERATOR: &str = "operator@example.org";
const UNKNOWN: &str = "01890000-0000-7000-8000-000000000000";

fn id(digit: char) -> String {
    digit.to_string().repeat(64)
}

fn container(digit: char, name: &str) -> v1::Container {
    let mut container = v1::Container {
        id: id(digit),
        name: name.to_owned(),
        image: "nginx:1.27".to_owned(),
        ..Default::default()
    };
    container.set_state(v1::ContainerState::Running);
    container
}

fn all(containers: Vec<v1::Container>) -> Message {
    Message::Containers(v1::ContainersReport {
        engine: Some(v1::ContainerEngine {
            name: "docker".to_owned(),
            version: "27.3.1".to_owned(),
        }),
        reset: true,
        containers,
        ..Default::default()
    })
}

async fn attached() -> (TestServer, Api, ScriptedAgent, ScriptedSession) {
    let server = TestServer::start().await;
    let operator = server.caller(OPERATOR, Role::Operator).await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let session = agent.attach().await.expect("a session");
    (server, operator, agent, session)
}

async fn list(api: &Api, id: &str) -> v1::ListContainersResponse {
    page(api, id, 0, "").await
}

async fn page(api: &Api, id: &str, size: i32, token: &str) -> v1::ListContainersResponse {
    let request = v1::ListContainersRequest {
        node_id: id.to_owned(),
        page_size: size,
        page_token: token.to_owned(),
    };
    let answer = api.containers().list_containers(request).await;
    answer.expect("a list").into_inner()
}

async fn watch(api: &Api, id: &str) -> Streaming<v1::WatchContainersResponse> {
    let request = v1::WatchContainersRequest {
        node_ids: vec![id.to_owned()],
    };
    let stream = api.containers().watch_containers(request).await;
    stream.expect("a stream").into_inner()
}

async fn event(stream: &mut Streaming<v1::WatchContainersResponse>) -> Event {
    loop {
        let next = stream.message().await.expect("a message").expect("more");
        let event = next.event.expect("an event");
        if !matches!(event, Event::Heartbeat(_)) {
            return event;
        }
    }
}

async fn changed(stream: &mut Streaming<v1::WatchContainersResponse>) -> v1::NodeContainers {
    let event = event(stream).await;
    let Event::Changed(changed) = event else {
        panic!("no change: {event:?}");
    };
    changed
}

#[tokio::test]
async fn a_watcher_is_told_all_then_each_change_and_the_end_of_the_node() {
    let (_server, operator, agent, session) = attached().await;
    let mut stream = watch(&operator, &agent.node_id).await;
    let first = changed(&mut stream).await;
    assert!(first.complete && first.containers.is_empty() && first.engine.is_none());

    session
        .say(all(vec![container('a', "web"), container('b', "db")]))
        .await;
    let told = changed(&mut stream).await;
    assert_eq!(told.engine.unwrap().version, "27.3.1");
    assert_eq!(
        (told.containers.len(), told.complete, told.stale),
        (2, false, false)
    );

    let stats = vec![v1::ContainerStats {
        container_id: id('a'),
        cpu_cores: Some(0.5),
        memory_bytes: Some(-1),
        ..Default::default()
    }];
    let figures = v1::ContainerFigures { stats, last: true };
    session.say(Message::ContainerFigures(figures)).await;
    let told = changed(&mut stream).await;
    let [web] = told.containers.as_slice() else {
        panic!("only what has changed: {told:?}");
    };
    let stats = web.stats.as_ref().unwrap();
    assert_eq!((stats.cpu_cores, stats.memory_bytes), (Some(0.5), None));

    let gone = v1::ContainersReport {
        removed_container_ids: vec![id('b')],
        problem: "the engine does not answer".to_owned(),
        ..Default::default()
    };
    session.say(Message::Containers(gone)).await;
    let told = changed(&mut stream).await;
    assert_eq!(told.removed_container_ids, [id('b')]);
    assert_eq!(told.problem, "the engine does not answer");
    assert_eq!(list(&operator, &agent.node_id).await.containers.len(), 1);

    let request = v1::DeleteNodeRequest {
        node_id: agent.node_id.clone(),
        ..Default::default()
    };
    operator.nodes().delete_node(request).await.expect("deleted");
    loop {
        if let Event::Removed(removed) = event(&mut stream).await {
            assert_eq!(removed.node_id, agent.node_id);
            break;
        }
    }
    assert!(stream.message().await.expect("an orderly end").is_none());
}

#[tokio::test]
async fn what_a_machine_says_of_its_containers_is_cut_cleaned_and_bounded() {
    let (_server, operator, agent, session) = attached().await;
    let hostile = v1::Container {
        name: format!("a\u{1b}[31m\u{202e}\n{}", "long".repeat(1000)),
        state: 99,
        restart_count: -5,
        ports: vec![
            v1::ContainerPort {
                host_port: 70_000,
                ..Default::default()
            };
            500
        ],
        ..container('a', "")
    };
    let unnamed = v1::Container {
        id: "../../etc".to_owned(),
        ..container('b', "climber")
    };
    session.say(all(vec![hostile, unnamed])).await;
    let told = wait_for("a container", || async {
        let told = list(&operator, &agent.node_id).await;
        if told.containers.is_empty() {
            Err(format!("{told:?}"))
        } else {
            Ok(told)
        }
    })
    .await;
    let [shown] = told.containers.as_slice() else {
        panic!("one of the two is none: {told:?}");
    };
    assert!(shown.name.chars().count() <= 255 && !shown.name.contains(char::is_control));
    assert_eq!((shown.restart_count, shown.ports.len()), (0, 0));
    assert_eq!(shown.state(), v1::ContainerState::Unspecified);
}

#[tokio::test]
async fn many_containers_come_in_pages_and_parts() {
    let (_server, operator, agent, session) = attached().await;
    let mut stream = watch(&operator, &agent.node_id).await;
    assert!(changed(&mut stream).await.complete);
    for part in 0..3_u32 {
        let containers = (0..100).map(|number| v1::Container {
            id: format!("{:032x}{:032x}", part * 100 + number, 0),
            ..container('a', "many")
        });
        let report = v1::ContainersReport {
            reset: part == 0,
            more: part < 2,
            containers: containers.collect(),
            ..Default::default()
        };
        session.say(Message::Containers(report)).await;
    }
    let first = changed(&mut stream).await;
    let second = changed(&mut stream).await;
    assert_eq!((first.containers.len(), second.containers.len()), (200, 100));
    let mut ids = Vec::new();
    let mut token = String::new();
    loop {
        let answer = page(&operator, &agent.node_id, 120, &token).await;
        ids.extend(answer.containers.into_iter().map(|one| one.id));
        token = answer.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(ids.len(), 300);
    assert!(ids.is_sorted(), "by id");
}

#[tokio::test]
async fn containers_of_unknown_nodes_and_of_too_many_are_refused() {
    let (_server, operator, agent, _session) = attached().await;
    let list = |node_id: &str| v1::ListContainersRequest {
        node_id: node_id.to_owned(),
        ..Default::default()
    };
    let unknown = operator.containers().list_containers(list(UNKNOWN)).await;
    assert_eq!(verdict(&unknown.unwrap_err()), "NOT_FOUND NODE_NOT_FOUND");
    let ask = |node_ids: Vec<String>| {
        let operator = operator.clone();
        async move {
            let request = v1::WatchContainersRequest { node_ids };
            operator.containers().watch_containers(request).await.unwrap_err()
        }
    };
    let unknown = ask(vec![agent.node_id.clone(), UNKNOWN.to_owned()]).await;
    assert_eq!(verdict(&unknown), "NOT_FOUND NODE_NOT_FOUND");
    assert_eq!(bad_fields(&ask(Vec::new()).await), ["node_ids"]);
    assert_eq!(
        bad_fields(&ask(vec![UNKNOWN.to_owned(); 101]).await),
        ["node_ids"]
    );
    assert_eq!(bad_fields(&ask(vec!["x".to_owned()]).await), ["node_ids[0]"]);
}
