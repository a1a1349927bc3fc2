//! Commands of nodes: kept first, told to whoever is there, done once, followed live.

use std::time::Duration;

use hostler_proto::v1;
use hostler_proto::v1::NodeCommandState as State;
use hostler_proto::v1::attach_request::Message;
use hostler_proto::v1::attach_response::Message as Answer;
use hostler_proto::v1::watch_node_command_response::Event;
use hostler_tests::api::Api;
use hostler_tests::failure::{bad_fields, verdict};
use hostler_tests::scripted_agent::{ScriptedAgent, ScriptedSession, facts, key};
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::domain::user::Role;
use tokio::time::timeout;
use tonic::{Status, Streaming};
use v1::node_action::Action;

const OPERATOR: &str = "operator@example.org";

fn stop() -> v1::NodeAction {
    let mut action = v1::ContainerAction {
        container_id: "a".repeat(64),
        ..Default::default()
    };
    action.set_verb(v1::ContainerVerb::Stop);
    v1::NodeAction {
        action: Some(Action::Container(action)),
    }
}

fn request(node_id: &str) -> v1::RunNodeCommandRequest {
    v1::RunNodeCommandRequest {
        node_id: node_id.to_owned(),
        action: Some(stop()),
        ..Default::default()
    }
}

async fn run(api: &Api, request: v1::RunNodeCommandRequest) -> Result<v1::NodeCommand, Status> {
    let answer = api.node_commands().run_node_command(request).await?;
    Ok(answer.into_inner().command.expect("a command"))
}

async fn state(api: &Api, id: &str) -> State {
    let request = v1::GetNodeCommandRequest {
        node_command_id: id.to_owned(),
    };
    let answer = api
        .node_commands()
        .get_node_command(request)
        .await
        .expect("a command");
    answer.into_inner().command.expect("a command").state()
}

async fn reaches(api: &Api, id: &str, wanted: State) {
    wait_for("the state of a command", || async {
        let seen = state(api, id).await;
        if seen == wanted {
            Ok(())
        } else {
            Err(format!("{seen:?}"))
        }
    })
    .await;
}

async fn watch(api: &Api, id: &str) -> Streaming<v1::WatchNodeCommandResponse> {
    let request = v1::WatchNodeCommandRequest {
        node_command_id: id.to_owned(),
    };
    let stream = api.node_commands().watch_node_command(request).await;
    stream.expect("a stream").into_inner()
}

/// States and output, until the stream ends.
async fn all_of(mut stream: Streaming<v1::WatchNodeCommandResponse>) -> (Vec<State>, String) {
    let (mut states, mut text) = (Vec::new(), String::new());
    while let Some(next) = stream.message().await.expect("a message") {
        match next.event.expect("an event") {
            Event::Changed(command) => states.push(command.state()),
            Event::Output(output) => text.push_str(&String::from_utf8_lossy(&output.data)),
            Event::Heartbeat(_) => {}
        }
    }
    (states, text)
}

/// With everything that the tests ask for granted.
async fn attach(agent: &ScriptedAgent) -> ScriptedSession {
    let mut hello = agent.hello();
    let mut told = facts();
    told.capabilities = vec![v1::AgentCapability::ContainersControl.into()];
    hello.facts = Some(told);
    agent.attach_with(hello).await.expect("a session")
}

async fn operated() -> (TestServer, Api, ScriptedAgent) {
    let server = TestServer::start().await;
    let operator = server.caller(OPERATOR, Role::Operator).await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    (server, operator, agent)
}

async fn order(session: &mut ScriptedSession) -> v1::NodeCommandOrder {
    loop {
        match session.hear().await.expect("an order").expect("more") {
            Answer::Command(order) => return order,
            Answer::Welcome(_) | Answer::SamplesStored(_) | Answer::Cancellation(_) | Answer::Settled(_) => {}
        }
    }
}

async fn end(session: &ScriptedSession, id: &str, state: State, problem: &str) {
    session
        .say(Message::CommandEnded(v1::NodeCommandEnded {
            node_command_id: id.to_owned(),
            state: state.into(),
            problem: problem.to_owned(),
        }))
        .await;
}

async fn settled(session: &mut ScriptedSession) -> String {
    loop {
        match session.hear().await.expect("a word").expect("more") {
            Answer::Settled(settled) => return settled.node_command_id,
            Answer::Welcome(_) | Answer::SamplesStored(_) | Answer::Cancellation(_) | Answer::Command(_) => {}
        }
    }
}

#[tokio::test]
async fn a_command_is_told_followed_and_settled() {
    let (_server, operator, agent) = operated().await;
    let mut session = attach(&agent).await;
    let command = run(&operator, request(&agent.node_id)).await.unwrap();
    assert_eq!(command.state(), State::Queued);
    let watched = tokio::spawn(all_of(watch(&operator, &command.id).await));
    let told = order(&mut session).await;
    assert_eq!(
        (told.node_command_id.as_str(), told.action),
        (command.id.as_str(), Some(stop()))
    );
    session
        .say(Message::CommandBegun(v1::NodeCommandBegun {
            node_command_id: command.id.clone(),
        }))
        .await;
    reaches(&operator, &command.id, State::Running).await;
    let mut output = v1::NodeCommandOutput {
        node_command_id: command.id.clone(),
        data: b"stopping\n".to_vec(),
        ..Default::default()
    };
    output.set_kind(v1::OutputKind::Stdout);
    session.say(Message::CommandOutput(output)).await;
    end(&session, &command.id, State::Succeeded, "").await;
    assert_eq!(settled(&mut session).await, command.id);
    let (states, text) = watched.await.unwrap();
    assert_eq!(
        (states.first(), states.last()),
        (Some(&State::Queued), Some(&State::Succeeded))
    );
    assert_eq!(text, "stopping\n");
    // Who comes late is told how it ended, and what was put out.
    let (states, text) = all_of(watch(&operator, &command.id).await).await;
    assert_eq!(
        (states.as_slice(), text.as_str()),
        ([State::Succeeded].as_slice(), "stopping\n")
    );
    // Said again it is settled again, and stays as it is.
    end(&session, &command.id, State::Failed, "too late").await;
    assert_eq!(settled(&mut session).await, command.id);
    assert_eq!(state(&operator, &command.id).await, State::Succeeded);
    let list = v1::ListNodeCommandsRequest {
        node_id: agent.node_id.clone(),
        ..Default::default()
    };
    let listed = operator.node_commands().list_node_commands(list).await.unwrap();
    assert_eq!(listed.into_inner().commands.len(), 1);
}

#[tokio::test]
async fn a_command_waits_for_its_node_and_is_told_again_after_a_break() {
    let (_server, operator, agent) = operated().await;
    let command = run(&operator, request(&agent.node_id)).await.unwrap();
    let mut first = attach(&agent).await;
    assert_eq!(order(&mut first).await.node_command_id, command.id);
    drop(first);
    let mut second = attach(&agent).await;
    assert_eq!(order(&mut second).await.node_command_id, command.id);
    end(
        &second,
        &command.id,
        State::Interrupted,
        "the agent ended while it ran",
    )
    .await;
    assert_eq!(settled(&mut second).await, command.id);
    assert_eq!(state(&operator, &command.id).await, State::Interrupted);
}

#[tokio::test]
async fn a_command_of_another_node_cannot_be_ended() {
    let (_server, operator, agent) = operated().await;
    let stranger = ScriptedAgent::join(&operator, &key('b')).await;
    let command = run(&operator, request(&agent.node_id)).await.unwrap();
    let mut session = attach(&stranger).await;
    end(&session, &command.id, State::Succeeded, "").await;
    settled(&mut session).await;
    assert_eq!(state(&operator, &command.id).await, State::Queued);
}

#[tokio::test]
async fn one_that_waits_is_taken_back_and_one_that_runs_is_broken_off() {
    let (_server, operator, agent) = operated().await;
    let cancel = |id: &str| {
        let (operator, id) = (operator.clone(), id.to_owned());
        async move {
            let request = v1::CancelNodeCommandRequest {
                node_command_id: id,
                ..Default::default()
            };
            let answer = operator.node_commands().cancel_node_command(request).await;
            answer.expect("cancelled").into_inner().command.unwrap().state()
        }
    };
    let waits = run(&operator, request(&agent.node_id)).await.unwrap();
    assert_eq!(cancel(&waits.id).await, State::Cancelled);
    let mut session = attach(&agent).await;
    let runs = run(&operator, request(&agent.node_id)).await.unwrap();
    assert_eq!(
        order(&mut session).await.node_command_id,
        runs.id,
        "and not the other one"
    );
    session
        .say(Message::CommandBegun(v1::NodeCommandBegun {
            node_command_id: runs.id.clone(),
        }))
        .await;
    reaches(&operator, &runs.id, State::Running).await;
    assert_eq!(cancel(&runs.id).await, State::Running);
    loop {
        if let Answer::Cancellation(told) = session.hear().await.unwrap().unwrap() {
            assert_eq!(told.node_command_id, runs.id);
            break;
        }
    }
    end(&session, &runs.id, State::Cancelled, "").await;
    reaches(&operator, &runs.id, State::Cancelled).await;
}

#[tokio::test]
async fn one_that_nobody_does_in_time_expires_and_its_watchers_hear_of_it() {
    let (_server, operator, agent) = operated().await;
    let short = v1::RunNodeCommandRequest {
        timeout: Some(prost_types::Duration { seconds: 1, nanos: 0 }),
        ..request(&agent.node_id)
    };
    let command = run(&operator, short).await.unwrap();
    let watched = timeout(
        Duration::from_secs(20),
        all_of(watch(&operator, &command.id).await),
    );
    let (states, _) = watched.await.expect("the end");
    assert_eq!(states, [State::Queued, State::Expired]);
    let mut session = attach(&agent).await;
    let after = run(&operator, request(&agent.node_id)).await.unwrap();
    assert_eq!(order(&mut session).await.node_command_id, after.id);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_before_anybody_is_told() {
    let (_server, operator, agent) = operated().await;
    let _session = attach(&agent).await;
    let mut remove = v1::ContainerAction {
        container_id: "a".repeat(64),
        ..Default::default()
    };
    remove.set_verb(v1::ContainerVerb::Remove);
    let ungranted = v1::RunNodeCommandRequest {
        action: Some(v1::NodeAction {
            action: Some(Action::Container(remove)),
        }),
        ..request(&agent.node_id)
    };
    let status = run(&operator, ungranted).await.unwrap_err();
    assert_eq!(verdict(&status), "FAILED_PRECONDITION NODE_LACKS_GRANT");
    assert!(
        status.message().contains("containers.remove"),
        "{}",
        status.message()
    );
    let nothing = v1::RunNodeCommandRequest {
        action: None,
        ..request(&agent.node_id)
    };
    assert_eq!(
        bad_fields(&run(&operator, nothing).await.unwrap_err()),
        ["action"]
    );
    let once = v1::RunNodeCommandRequest {
        request_id: "0190a0a0-0000-7000-8000-00000000c0de".to_owned(),
        ..request(&agent.node_id)
    };
    let first = run(&operator, once.clone()).await.unwrap();
    assert_eq!(
        run(&operator, once).await.unwrap().id,
        first.id,
        "the same request acts once"
    );
    let revoke = v1::RevokeNodeRequest {
        node_id: agent.node_id.clone(),
        ..Default::default()
    };
    operator.nodes().revoke_node(revoke).await.unwrap();
    let status = run(&operator, request(&agent.node_id)).await.unwrap_err();
    assert_eq!(verdict(&status), "FAILED_PRECONDITION NODE_REVOKED");
}
