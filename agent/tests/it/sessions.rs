//! Sessions: how they begin, what keeps them going, and what ends them.

use hostler_proto::v1;
use tonic::Status;

use crate::machine::Machine;
use crate::proxy::Proxy;
use crate::server::{TestServer, replaced};
use crate::wait::until;

#[tokio::test]
async fn an_agent_introduces_itself_and_gives_signs_of_life() {
    let mut server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    let _running = machine.run();
    let mut session = server.session().await;
    let hello = session.hello().await;
    assert_eq!(hello.node_id, "node-of-hse_first");
    assert_eq!(hello.boot_id, "0b8e9a0e-5e0c-4a3c-9a63-3d5e7d3f2b11");
    let facts = hello.facts.unwrap();
    assert_eq!(facts.hostname, "machine-of-a-test");
    assert_eq!(facts.agent_version, env!("CARGO_PKG_VERSION"));
    assert_eq!(facts.capabilities, [] as [i32; 0]);

    session.welcome().await;
    let heartbeat = session.heartbeat().await;
    assert_eq!(heartbeat.dropped_samples, 0);
    assert!(heartbeat.time.is_some());
    // The samples that wait for their answer hold no heartbeat up.
    session.heartbeat().await;
    session.heartbeat().await;
}

#[tokio::test]
async fn grants_are_told_as_capabilities() {
    let mut server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    let mut agent = machine.agent();
    agent.config.grants = vec![hostler_agent::config::Grant::ContainersRead];
    let running = tokio::spawn(agent.run(std::future::pending()));
    let facts = server.session().await.hello().await.facts.unwrap();
    assert_eq!(facts.capabilities, [v1::AgentCapability::ContainersRead as i32]);
    running.abort();
}

#[tokio::test]
async fn a_session_that_breaks_is_followed_by_another() {
    let mut server = TestServer::start().await;
    let proxy = Proxy::to(server.address).await;
    let machine = Machine::at(proxy.url());
    machine.enrol(crate::server::TOKEN).await.unwrap();
    let _running = machine.run();
    let mut first = server.welcomed().await;
    proxy.break_off();
    first.is_gone().await;
    let mut second = server.welcomed().await;
    second.store(1).await;
    second.fail(Status::unavailable("the server stops")).await;
    server.welcomed().await.store(1).await;
}

#[tokio::test]
async fn a_connection_that_falls_silent_is_noticed() {
    let mut server = TestServer::start().await;
    let proxy = Proxy::to(server.address).await;
    let machine = Machine::at(proxy.url());
    machine.enrol(crate::server::TOKEN).await.unwrap();
    let _running = machine.run();
    let _silent = server.welcomed().await;
    proxy.swallow();
    server.welcomed().await.store(1).await;
}

#[tokio::test]
async fn a_server_that_never_welcomes_is_left() {
    let mut server = TestServer::start().await;
    let mut machine = Machine::enrolled_at(server.url()).await;
    machine.timing.answer_timeout = std::time::Duration::from_millis(200);
    let _running = machine.run();
    let _mute = server.session().await;
    server.welcomed().await.store(1).await;
}

#[tokio::test]
async fn a_server_that_stores_nothing_is_left_in_the_end() {
    let mut server = TestServer::start().await;
    let mut machine = Machine::enrolled_at(server.url()).await;
    machine.timing.give_up_after = std::time::Duration::from_millis(500);
    let _running = machine.run();
    let mut lazy = server.welcomed().await;
    lazy.is_gone().await;
    server.welcomed().await.store(1).await;
}

#[tokio::test]
async fn a_refused_key_is_tried_again_until_it_is_good() {
    let mut server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    let keys = server.revoke();
    let _running = machine.run();
    until("three tries", || server.refusals(), |refusals| *refusals >= 3).await;
    let status = machine.read("status.json").unwrap();
    assert!(status.contains("enrol --force"), "{status}");
    server.restore(keys);
    server.welcomed().await.store(1).await;
}

#[tokio::test]
async fn an_agent_whose_session_is_taken_says_that_another_has_its_key() {
    let mut server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    let _running = machine.run();
    server.welcomed().await.fail(replaced()).await;
    let status = || machine.read("status.json").unwrap_or_default();
    until("the status", status, |status| {
        status.contains("another agent uses this node's key")
    })
    .await;
    server.welcomed().await.store(1).await;
}

#[tokio::test]
async fn an_agent_that_is_asked_to_stop_ends_its_session() {
    let mut server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    let mut running = machine.run();
    let mut session = server.welcomed().await;
    session.store(2).await;
    running.ask_to_stop();
    session.end().await;
    drop(session);
    running.stopped().await;
    let status = machine.read("status.json").unwrap();
    assert!(status.contains("stopped"), "{status}");
}

#[tokio::test]
async fn a_state_directory_serves_one_agent() {
    let mut server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    let _running = machine.run();
    server.welcomed().await;
    let error = machine.agent().run(std::future::pending()).await.unwrap_err();
    assert!(
        error.to_string().contains("another hostler-agent uses"),
        "{error}"
    );
}

#[tokio::test]
async fn a_machine_that_has_not_joined_says_how() {
    let machine = Machine::at("http://127.0.0.1:9".to_owned());
    let error = machine.agent().run(std::future::pending()).await.unwrap_err();
    assert!(error.to_string().contains("hostler-agent enrol"), "{error}");
}
