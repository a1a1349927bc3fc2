//! Containers: what a server is told of them, by real engines and by one that lies.

use std::collections::BTreeMap;
use std::time::Duration;

use hostler_agent::config::Grant;
use hostler_proto::v1;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::engine::Engine;
use crate::fake_engine::FakeEngine;
use crate::machine::{Machine, Running};
use crate::server::{Containers, ServerSession, TestServer};

/// Longer than any engine takes.
const LIMIT: Duration = Duration::from_secs(20);

/// What the server knows by what it was told.
#[derive(Debug, Default)]
struct Board {
    engine: String,
    problem: String,
    containers: BTreeMap<String, v1::Container>,
    figures: BTreeMap<String, v1::ContainerStats>,
    resets: u32,
    largest_part: usize,
}

impl Board {
    /// Hears the agent until it is as it should be.
    async fn until(&mut self, session: &mut ServerSession, holds: impl Fn(&Self) -> bool) {
        let heard = timeout(LIMIT, async {
            while !holds(self) {
                self.hear(session.containers().await);
            }
        });
        let heard = heard.await;
        assert!(heard.is_ok(), "waited in vain; known by then: {self:#?}");
    }

    fn hear(&mut self, told: Containers) {
        match told {
            Containers::Report(report) => self.take(report),
            Containers::Figures(figures) => {
                for stats in figures.stats {
                    self.figures.insert(stats.container_id.clone(), stats);
                }
            }
        }
    }

    fn take(&mut self, report: v1::ContainersReport) {
        if report.reset {
            self.containers.clear();
            self.resets += 1;
        }
        self.engine = report.engine.unwrap_or_default().name;
        self.problem = report.problem;
        self.largest_part = self.largest_part.max(report.containers.len());
        for id in report.removed_container_ids {
            assert!(self.containers.remove(&id).is_some(), "{id} was never told of");
        }
        for container in report.containers {
            self.containers.insert(container.id.clone(), container);
        }
    }

    fn is(&self, id: &str, state: v1::ContainerState) -> bool {
        self.containers.get(id).is_some_and(|one| one.state() == state)
    }
}

async fn watched(server: &mut TestServer, socket: std::path::PathBuf) -> (Machine, Running, ServerSession) {
    let mut machine = Machine::enrolled_at(server.url()).await;
    machine.grants = vec![Grant::ContainersRead];
    machine.container_socket = Some(socket);
    let running = machine.run();
    let session = server.welcomed().await;
    (machine, running, session)
}

async fn life_of_a_container(mut engine: Engine, name_of_engine: &str) {
    let options = ["--label", "com.docker.compose.project=shop", "--memory", "64m"];
    let (name, first) = engine.make("run", &options, &["sleep", "600"]);
    let mut server = TestServer::start().await;
    let (_machine, _running, mut session) = watched(&mut server, engine.socket.clone()).await;
    let mut board = Board::default();
    board
        .until(&mut session, |board| {
            board.is(&first, v1::ContainerState::Running)
        })
        .await;
    let told = board.containers.get(&first).unwrap().clone();
    assert_eq!((board.engine.as_str(), board.resets), (name_of_engine, 1));
    assert_eq!((told.name, told.compose_project), (name, "shop".to_owned()));
    assert!(told.image.contains("box:1"), "{}", told.image);
    assert!(told.start_time.is_some() && told.end_time.is_none() && told.exit_code.is_none());

    let (_, second) = engine.make("run", &[], &["sh", "-c", "while true; do true; done"]);
    board
        .until(&mut session, |board| {
            let figures = |id| board.figures.get(id);
            let busy = figures(&second).is_some_and(|stats| stats.cpu_cores > Some(0.01));
            busy && figures(&first).is_some_and(|stats| stats.memory_bytes > Some(0))
        })
        .await;
    let idle = board.figures.get(&first).unwrap();
    assert_eq!(idle.memory_limit_bytes, Some(64 << 20));

    engine.run(&["pause", &second]);
    board
        .until(&mut session, |board| {
            board.is(&second, v1::ContainerState::Paused)
        })
        .await;
    engine.run(&["unpause", &second]);
    engine.run(&["kill", &second]);
    board
        .until(&mut session, |board| {
            board.is(&second, v1::ContainerState::Exited)
        })
        .await;
    let ended = board.containers.get(&second).unwrap();
    assert_eq!((ended.exit_code, ended.end_time.is_some()), (Some(137), true));
    engine.run(&["rm", &second]);
    board
        .until(&mut session, |board| !board.containers.contains_key(&second))
        .await;
    assert_eq!((board.resets, board.problem.as_str()), (1, ""));
}

#[tokio::test]
async fn what_docker_does_is_told_as_it_happens() {
    if let Some(engine) = Engine::docker("what_docker_does_is_told_as_it_happens") {
        life_of_a_container(engine, "docker").await;
    }
}

#[tokio::test]
async fn what_podman_does_is_told_as_it_happens() {
    if let Some(engine) = Engine::podman("what_podman_does_is_told_as_it_happens") {
        life_of_a_container(engine, "podman").await;
    }
}

#[tokio::test]
async fn checks_and_restarts_of_docker_are_told() {
    let Some(mut engine) = Engine::docker("checks_and_restarts_of_docker_are_told") else {
        return;
    };
    let check = [
        "--health-cmd",
        "test -e /tmp/well",
        "--health-interval",
        "1s",
        "--health-retries",
        "1",
    ];
    let (_, checked) = engine.make("run", &check, &["sh", "-c", "touch /tmp/well; sleep 600"]);
    let (_, restarting) = engine.make("run", &["--restart", "on-failure:2"], &["sh", "-c", "exit 3"]);
    let mut server = TestServer::start().await;
    let (_machine, _running, mut session) = watched(&mut server, engine.socket.clone()).await;
    let mut board = Board::default();
    let health = |wanted: v1::ContainerHealth| {
        let id = checked.clone();
        move |board: &Board| {
            board
                .containers
                .get(&id)
                .is_some_and(|one| one.health() == wanted)
        }
    };
    board
        .until(&mut session, health(v1::ContainerHealth::Healthy))
        .await;
    engine.run(&["exec", &checked, "rm", "/tmp/well"]);
    board
        .until(&mut session, health(v1::ContainerHealth::Unhealthy))
        .await;
    board
        .until(&mut session, |board| {
            board
                .containers
                .get(&restarting)
                .is_some_and(|one| one.restart_count == 2 && one.exit_code == Some(3))
        })
        .await;
}

#[tokio::test]
async fn without_the_grant_nothing_is_told_of_containers() {
    let fake = FakeEngine::with(vec![container(1, "/one")]);
    let mut server = TestServer::start().await;
    let mut machine = Machine::enrolled_at(server.url()).await;
    machine.container_socket = Some(fake.socket());
    let _running = machine.run();
    let mut session = server.welcomed().await;
    // It panics at a word of containers.
    for _ in 0..3 {
        session.heartbeat().await;
    }
}

#[tokio::test]
async fn a_thousand_containers_are_told_in_parts() {
    let many = (0..1000).map(|number| container(number, &format!("/c{number}")));
    let fake = FakeEngine::with(many.collect());
    let mut server = TestServer::start().await;
    let (_machine, _running, mut session) = watched(&mut server, fake.socket()).await;
    let mut board = Board::default();
    board
        .until(&mut session, |board| board.containers.len() == 1000)
        .await;
    assert_eq!((board.resets, board.largest_part), (1, 200));
    assert_eq!(board.containers.values().next().unwrap().name, "c0");
}

#[tokio::test]
async fn an_engine_that_goes_away_and_comes_back_is_compared_with_what_is_known() {
    let mut fake = FakeEngine::with(vec![container(1, "/one"), container(2, "/two")]);
    let mut server = TestServer::start().await;
    let (_machine, _running, mut session) = watched(&mut server, fake.socket()).await;
    let mut board = Board::default();
    board
        .until(&mut session, |board| board.containers.len() == 2)
        .await;
    fake.again_with(vec![container(2, "/renamed"), container(3, "/three")])
        .await;
    board.until(&mut session, |board| !board.problem.is_empty()).await;
    board
        .until(&mut session, |board| {
            let names: Vec<_> = board.containers.values().map(|one| one.name.as_str()).collect();
            board.problem.is_empty() && names == ["renamed", "three"]
        })
        .await;
    assert_eq!(board.resets, 1);
}

#[tokio::test]
async fn ids_that_are_none_are_never_asked_for_and_long_names_are_cut() {
    let mut climbing = container(1, "/climbing");
    climbing["Id"] = json!("../../../containers/create");
    let long = container(2, &format!("/{}", "long\u{7}\u{1b}[31m".repeat(1000)));
    let fake = FakeEngine::with(vec![climbing, long]);
    let mut server = TestServer::start().await;
    let (_machine, _running, mut session) = watched(&mut server, fake.socket()).await;
    let mut board = Board::default();
    board
        .until(&mut session, |board| !board.containers.is_empty())
        .await;
    let all: Vec<_> = board.containers.values().collect();
    let [long] = all.as_slice() else {
        panic!("{all:?}");
    };
    assert!(
        long.name.len() <= 255 && long.name.starts_with("long"),
        "{}",
        long.name
    );
}

#[tokio::test]
async fn a_socket_where_nobody_listens_is_told_as_a_problem() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("sock");
    drop(std::os::unix::net::UnixListener::bind(&socket).unwrap());
    let mut server = TestServer::start().await;
    let (_machine, _running, mut session) = watched(&mut server, socket.clone()).await;
    let mut board = Board::default();
    board.until(&mut session, |board| board.resets == 1).await;
    assert!(
        board.problem.contains(socket.to_str().unwrap()),
        "{}",
        board.problem
    );
}

fn container(number: u32, name: &str) -> Value {
    json!({
        "Id": format!("{number:064x}"),
        "Name": name,
        "Created": "2026-01-02T03:04:05.123456789Z",
        "Config": {"Image": "box:1"},
        "State": {"Status": "running", "StartedAt": "2026-01-02T03:04:05Z", "FinishedAt": "0001-01-01T00:00:00Z"},
    })
}
