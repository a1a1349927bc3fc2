//! Commands: done once at most, only as far as granted, and told until the server knows how they ended.

use std::time::Duration;

use hostler_agent::config::Grant;
use hostler_proto::v1;
use hostler_proto::v1::NodeCommandState as State;
use v1::node_action::Action;

use crate::engine::Engine;
use crate::machine::{Machine, Running};
use crate::server::{OfCommands, ServerSession, TestServer};
use crate::wait::until;

const MINUTE: Duration = Duration::from_mins(1);

fn verb(id: &str, verb: v1::ContainerVerb) -> Action {
    Action::Container(v1::ContainerAction {
        container_id: id.to_owned(),
        verb: verb.into(),
        grace: Some(prost_types::Duration { seconds: 1, nanos: 0 }),
        force: false,
    })
}

fn logs(id: &str, follow: bool) -> Action {
    Action::Logs(v1::ContainerLogs {
        container_id: id.to_owned(),
        tail: 100,
        follow,
        timestamps: false,
    })
}

async fn attached(
    server: &mut TestServer,
    engine: &Engine,
    grants: &[Grant],
) -> (Machine, Running, ServerSession) {
    let mut machine = Machine::enrolled_at(server.url()).await;
    machine.grants = grants.to_vec();
    machine.container_socket = Some(engine.socket.clone());
    let running = machine.run();
    let session = server.welcomed().await;
    (machine, running, session)
}

fn state_of(engine: &Engine, id: &str) -> String {
    engine.run(&[
        "inspect",
        "--format",
        "{{.State.Status}} {{.RestartCount}} {{.State.StartedAt}}",
        id,
    ])
}

async fn all_verbs(mut engine: Engine) {
    use v1::ContainerVerb::{Kill, Pause, Remove, Restart, Start, Stop, Unpause};
    let (_, id) = engine.make("run", &[], &["sleep", "600"]);
    let mut server = TestServer::start().await;
    let grants = [Grant::ContainersControl, Grant::ContainersRemove];
    let (_machine, _running, mut session) = attached(&mut server, &engine, &grants).await;
    for (number, (what, then)) in [
        (Pause, "paused"),
        (Unpause, "running"),
        (Stop, "exited"),
        (Start, "running"),
        (Restart, "running"),
        (Kill, "exited"),
    ]
    .into_iter()
    .enumerate()
    {
        let command = format!("command-{number}");
        session.order(&command, verb(&id, what), MINUTE).await;
        let (ended, _) = session.ended(&command).await;
        assert_eq!(
            (ended.state(), ended.problem.as_str()),
            (State::Succeeded, ""),
            "{what:?}"
        );
        until(
            "the state",
            || state_of(&engine, &id),
            |state| state.starts_with(then),
        )
        .await;
    }
    session.order("remove", verb(&id, Remove), MINUTE).await;
    assert_eq!(session.ended("remove").await.0.state(), State::Succeeded);
    session.order("again", verb(&id, Start), MINUTE).await;
    let (ended, _) = session.ended("again").await;
    assert_eq!(ended.state(), State::Failed);
    assert!(
        ended.problem.to_lowercase().contains("no such container"),
        "{}",
        ended.problem
    );
}

#[tokio::test]
async fn docker_does_what_is_granted() {
    if let Some(engine) = Engine::docker("docker_does_what_is_granted") {
        all_verbs(engine).await;
    }
}

#[tokio::test]
async fn podman_does_what_is_granted() {
    if let Some(engine) = Engine::podman("podman_does_what_is_granted") {
        all_verbs(engine).await;
    }
}

#[tokio::test]
async fn what_is_not_granted_is_refused_and_nothing_happens() {
    let Some(mut engine) = Engine::docker("what_is_not_granted_is_refused_and_nothing_happens") else {
        return;
    };
    let (_, id) = engine.make("run", &[], &["sleep", "600"]);
    let mut server = TestServer::start().await;
    let (_machine, _running, mut session) = attached(&mut server, &engine, &[Grant::ContainersControl]).await;
    let pull = Action::Pull(v1::ImagePull {
        image: "box:2".to_owned(),
    });
    let inspection = Action::Inspection(v1::ContainerInspection {
        container_id: id.clone(),
    });
    let remove = verb(&id, v1::ContainerVerb::Remove);
    for (command, action) in [
        ("remove", remove),
        ("logs", logs(&id, false)),
        ("inspect", inspection),
        ("pull", pull),
    ] {
        session.order(command, action, MINUTE).await;
        let (ended, output) = session.ended(command).await;
        assert_eq!(
            (ended.state(), output.as_str()),
            (State::Refused, ""),
            "{command}"
        );
        assert!(ended.problem.contains("does not grant"), "{}", ended.problem);
    }
    session
        .order(
            "climb",
            verb("../../containers/x", v1::ContainerVerb::Kill),
            MINUTE,
        )
        .await;
    assert_eq!(session.ended("climb").await.0.state(), State::Failed);
    assert!(state_of(&engine, &id).starts_with("running"));
}

#[tokio::test]
async fn a_command_that_is_told_again_is_not_done_again() {
    let Some(mut engine) = Engine::docker("a_command_that_is_told_again_is_not_done_again") else {
        return;
    };
    let (_, id) = engine.make("run", &[], &["sleep", "600"]);
    let mut server = TestServer::start().await;
    let grants = [Grant::ContainersControl];
    let (machine, running, mut session) = attached(&mut server, &engine, &grants).await;
    let restart = || verb(&id, v1::ContainerVerb::Restart);
    session.order("once", restart(), MINUTE).await;
    session.order("once", restart(), MINUTE).await;
    assert_eq!(session.ended("once").await.0.state(), State::Succeeded);
    let started = state_of(&engine, &id);
    session.order("once", restart(), MINUTE).await;
    assert_eq!(
        session.ended("once").await.0.state(),
        State::Succeeded,
        "from the journal"
    );

    // The answer is lost with the session, and the agent is killed: the next one knows.
    drop(running);
    drop(session);
    let _running = machine.run();
    let mut session = server.welcomed().await;
    assert_eq!(
        session.ended("once").await.0.state(),
        State::Succeeded,
        "told until it is settled"
    );
    session.settle("once").await;
    session.order("once", restart(), MINUTE).await;
    assert_eq!(session.ended("once").await.0.state(), State::Succeeded);
    assert_eq!(state_of(&engine, &id), started);
}

#[tokio::test]
async fn what_was_running_when_the_agent_was_killed_is_interrupted_and_not_begun_again() {
    let Some(mut engine) = Engine::docker("what_was_running_when_the_agent_was_killed") else {
        return;
    };
    let (_, id) = engine.make("run", &[], &["sh", "-c", "echo one; sleep 600"]);
    let mut server = TestServer::start().await;
    let grants = [Grant::ContainersLogs];
    let (machine, running, mut session) = attached(&mut server, &engine, &grants).await;
    session.order("follow", logs(&id, true), MINUTE).await;
    loop {
        if let OfCommands::Begun(command) = session.of_commands().await {
            assert_eq!(command, "follow");
            break;
        }
    }
    drop(running);
    drop(session);
    let _running = machine.run();
    let mut session = server.welcomed().await;
    session.order("follow", logs(&id, true), MINUTE).await;
    let (ended, output) = session.ended("follow").await;
    assert_eq!((ended.state(), output.as_str()), (State::Interrupted, ""));
}

#[tokio::test]
async fn logs_are_followed_until_they_are_cancelled_or_their_time_is_over() {
    let Some(mut engine) = Engine::docker("logs_are_followed_until_they_are_cancelled") else {
        return;
    };
    let program = "echo first; echo wrong >&2; while true; do echo more; sleep 0.1; done";
    let (_, id) = engine.make("run", &[], &["sh", "-c", program]);
    let mut server = TestServer::start().await;
    let grants = [Grant::ContainersLogs];
    let (_machine, _running, mut session) = attached(&mut server, &engine, &grants).await;
    session.order("follow", logs(&id, true), MINUTE).await;
    let mut kinds = Vec::new();
    let mut text = String::new();
    while text.matches("more").count() < 5 {
        if let OfCommands::Output(output) = session.of_commands().await {
            kinds.push(output.kind());
            text.push_str(&String::from_utf8_lossy(&output.data));
        }
    }
    assert!(text.contains("first") && text.contains("wrong"), "{text}");
    assert!(kinds.contains(&v1::OutputKind::Stderr) && kinds.contains(&v1::OutputKind::Stdout));
    session.cancel("follow").await;
    assert_eq!(session.ended("follow").await.0.state(), State::Cancelled);

    session
        .order("short", logs(&id, true), Duration::from_secs(1))
        .await;
    assert_eq!(session.ended("short").await.0.state(), State::Expired);
}

#[tokio::test]
async fn what_was_taken_back_before_it_was_told_never_begins() {
    let Some(mut engine) = Engine::docker("what_was_taken_back_before_it_was_told_never_begins") else {
        return;
    };
    let (_, id) = engine.make("run", &[], &["sleep", "600"]);
    let mut server = TestServer::start().await;
    let (_machine, _running, mut session) = attached(&mut server, &engine, &[Grant::ContainersControl]).await;
    session.cancel("early").await;
    assert_eq!(session.ended("early").await.0.state(), State::Cancelled);
    session
        .order("early", verb(&id, v1::ContainerVerb::Kill), MINUTE)
        .await;
    assert_eq!(session.ended("early").await.0.state(), State::Cancelled);
    assert!(state_of(&engine, &id).starts_with("running"));
}

#[tokio::test]
async fn an_inspection_names_variables_and_keeps_their_values() {
    let Some(mut engine) = Engine::docker("an_inspection_names_variables_and_keeps_their_values") else {
        return;
    };
    let (name, id) = engine.make("run", &["--env", "PASSWORD=hunter2"], &["sleep", "600"]);
    let mut server = TestServer::start().await;
    let (_machine, _running, mut session) = attached(&mut server, &engine, &[Grant::ContainersRead]).await;
    let inspection = Action::Inspection(v1::ContainerInspection { container_id: id });
    session.order("inspect", inspection, MINUTE).await;
    let (ended, document) = session.ended("inspect").await;
    assert_eq!(ended.state(), State::Succeeded);
    assert!(
        document.contains(&name) && document.contains("PASSWORD="),
        "{document}"
    );
    assert!(!document.contains("hunter2"), "{document}");
}

#[tokio::test]
async fn an_image_that_cannot_be_fetched_says_why() {
    let Some(engine) = Engine::docker("an_image_that_cannot_be_fetched_says_why") else {
        return;
    };
    let mut server = TestServer::start().await;
    let (_machine, _running, mut session) = attached(&mut server, &engine, &[Grant::ImagesPull]).await;
    let pull = Action::Pull(v1::ImagePull {
        image: "127.0.0.1:9/nothing:1".to_owned(),
    });
    session.order("pull", pull, MINUTE).await;
    let (ended, _) = session.ended("pull").await;
    assert_eq!(ended.state(), State::Failed);
    assert!(ended.problem.contains("127.0.0.1:9"), "{}", ended.problem);
}
