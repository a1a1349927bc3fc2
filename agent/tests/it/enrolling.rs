//! Joining, whatever happens on the way.

use std::os::unix::fs::PermissionsExt as _;

use hostler_agent::EnrolError;

use crate::machine::{Machine, hash_of_key};
use crate::server::{Fate, OTHER_TOKEN, TOKEN, TestServer};

#[tokio::test]
async fn a_machine_joins_with_a_key_that_only_it_knows() {
    let server = TestServer::start().await;
    let machine = Machine::at(server.url());
    let enrolled = machine.enrol(TOKEN).await.unwrap();
    assert_eq!(enrolled.node_id, "node-of-hse_first");
    assert_eq!(enrolled.display_name, "one");
    assert_eq!(server.hostnames(), ["machine-of-a-test"]);

    let mode = |path: std::path::PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(machine.file("key")), 0o600);
    assert_eq!(mode(machine.state_dir()), 0o700);
    assert_eq!(machine.read("key.pending"), None);
    let node = machine.read("node.json").unwrap();
    assert!(node.contains("node-of-hse_first"), "{node}");
    assert!(!machine.read("key").unwrap().contains(TOKEN));
}

#[tokio::test]
async fn an_answer_that_was_lost_is_asked_for_again() {
    let server = TestServer::start().await;
    let machine = Machine::at(server.url());
    server.next_call(Fate::HangsAfter);
    tokio::select! {
        outcome = machine.enrol(TOKEN) => panic!("an answer came: {outcome:?}"),
        () = server.hanging() => {}
    }
    let pending = hash_of_first_line(&machine);
    assert_eq!(machine.read("key"), None);

    let enrolled = machine.enrol(TOKEN).await.unwrap();
    assert_eq!(enrolled.node_id, "node-of-hse_first");
    assert_eq!(hash_of_key(&machine.file("key")), pending);
    assert_eq!(server.nodes(), ["node-of-hse_first"], "there is one node");
}

#[tokio::test]
async fn another_token_is_not_tried_with_the_key_of_a_former_one() {
    let server = TestServer::start().await;
    let machine = Machine::at(server.url());
    server.next_call(Fate::HangsAfter);
    tokio::select! {
        outcome = machine.enrol(TOKEN) => panic!("an answer came: {outcome:?}"),
        () = server.hanging() => {}
    }
    let pending = hash_of_first_line(&machine);
    machine.enrol(OTHER_TOKEN).await.unwrap();
    assert_ne!(hash_of_key(&machine.file("key")), pending);
}

#[tokio::test]
async fn a_token_that_another_machine_has_used_is_refused_with_what_to_do() {
    let server = TestServer::start().await;
    Machine::enrolled_at(server.url()).await;
    let error = Machine::at(server.url()).enrol(TOKEN).await.unwrap_err();
    assert!(matches!(error, EnrolError::TokenRefused), "{error:?}");
    assert!(error.to_string().contains("ask an operator"), "{error}");
}

#[tokio::test]
async fn a_machine_that_has_joined_joins_anew_only_by_force() {
    let server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    let former = machine.read("key");
    let error = machine.enrol(OTHER_TOKEN).await.unwrap_err();
    assert!(error.to_string().contains("--force"), "{error}");
    assert_eq!(machine.read("key"), former);

    let mut enrolment = machine.enrolment(OTHER_TOKEN);
    enrolment.force = true;
    assert_eq!(enrolment.enrol().await.unwrap().node_id, "node-of-hse_second");
    assert_ne!(machine.read("key"), former);
}

#[tokio::test]
async fn force_that_comes_to_nothing_leaves_the_machine_as_it_was() {
    let mut server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    let mut enrolment = machine.enrolment("hse_unknown");
    enrolment.force = true;
    enrolment.enrol().await.unwrap_err();

    let _running = machine.run();
    assert_eq!(server.session().await.hello().await.node_id, "node-of-hse_first");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_so() {
    let server = TestServer::start().await;
    let url = server.url();
    drop(server);
    let error = Machine::at(url).enrol(TOKEN).await.unwrap_err();
    assert!(
        error.to_string().contains("the same token may be tried again"),
        "{error}"
    );
}

/// Of the key that waits for its answer.
fn hash_of_first_line(machine: &Machine) -> Vec<u8> {
    let text = machine.read("key.pending").expect("a key waits");
    let path = machine.file("first-line");
    std::fs::write(&path, text.lines().next().unwrap()).unwrap();
    let hash = hash_of_key(&path);
    std::fs::remove_file(path).unwrap();
    hash
}
