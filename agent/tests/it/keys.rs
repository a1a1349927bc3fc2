//! Changing the key, with a crash at each step.

use crate::machine::{Machine, Running, hash_of_key};
use crate::server::{Fate, ServerSession, TestServer};
use crate::wait::until;

async fn attached(server: &mut TestServer, machine: &Machine) -> (Running, ServerSession) {
    let running = machine.run();
    let session = server.welcomed().await;
    (running, session)
}

#[tokio::test]
async fn a_running_agent_comes_back_with_the_new_key() {
    let mut server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    let former = hash_of_key(&machine.file("key"));
    let (_running, mut first) = attached(&mut server, &machine).await;
    assert_eq!(first.key_hash, former);

    machine.rotate().await.unwrap();
    first.is_gone().await;
    let second = server.session().await;
    assert_eq!(second.key_hash, hash_of_key(&machine.file("key")));
    assert_ne!(second.key_hash, former);
    assert_eq!(server.nodes().len(), 1, "the former key is not good any more");
}

#[tokio::test]
async fn a_crash_before_the_server_knows_the_new_key_leaves_the_old_one() {
    let mut server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    let former = hash_of_key(&machine.file("key"));
    server.next_call(Fate::HangsBefore);
    tokio::select! {
        outcome = machine.rotate() => panic!("an answer came: {outcome:?}"),
        () = server.hanging() => {}
    }
    assert!(machine.file("key.next").exists());

    let (_running, session) = attached(&mut server, &machine).await;
    assert_eq!(session.key_hash, former);
    assert_eq!(server.refusals(), 1, "the new key was tried first");
    until(
        "key.next to be settled",
        || machine.file("key.next").exists(),
        |there| !there,
    )
    .await;
    assert_eq!(hash_of_key(&machine.file("key")), former);
}

#[tokio::test]
async fn a_crash_after_the_server_knows_the_new_key_is_settled_by_the_next_start() {
    let mut server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    server.next_call(Fate::HangsAfter);
    tokio::select! {
        outcome = machine.rotate() => panic!("an answer came: {outcome:?}"),
        () = server.hanging() => {}
    }
    let next = hash_of_key(&machine.file("key.next"));

    let (_running, session) = attached(&mut server, &machine).await;
    assert_eq!(session.key_hash, next);
    until(
        "key.next to be settled",
        || machine.file("key.next").exists(),
        |there| !there,
    )
    .await;
    assert_eq!(hash_of_key(&machine.file("key")), next);
}

#[tokio::test]
async fn a_crash_after_the_new_key_was_used_is_settled_by_the_next_start() {
    let mut server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    let former = machine.read("key").unwrap();
    machine.rotate().await.unwrap();
    let (running, session) = attached(&mut server, &machine).await;
    drop((running, session));
    // As though the last step had not come onto the disk.
    std::fs::rename(machine.file("key"), machine.file("key.next")).unwrap();
    std::fs::write(machine.file("key"), former).unwrap();
    let next = hash_of_key(&machine.file("key.next"));

    let (_running, session) = attached(&mut server, &machine).await;
    assert_eq!(session.key_hash, next);
    until(
        "key.next to be settled",
        || machine.file("key.next").exists(),
        |there| !there,
    )
    .await;
    assert_eq!(hash_of_key(&machine.file("key")), next);
}

#[tokio::test]
async fn a_rotation_that_was_cut_off_is_finished_by_the_next_one() {
    for fate in [Fate::HangsBefore, Fate::HangsAfter] {
        let mut server = TestServer::start().await;
        let machine = Machine::enrolled_at(server.url()).await;
        server.next_call(fate);
        tokio::select! {
            outcome = machine.rotate() => panic!("an answer came: {outcome:?}"),
            () = server.hanging() => {}
        }
        let next = hash_of_key(&machine.file("key.next"));
        machine.rotate().await.unwrap();
        assert!(!machine.file("key.next").exists());
        assert_eq!(hash_of_key(&machine.file("key")), next);
        let (_running, session) = attached(&mut server, &machine).await;
        assert_eq!(session.key_hash, next, "{fate:?}");
    }
}

#[tokio::test]
async fn a_revoked_node_is_told_to_enrol_anew() {
    let server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    server.revoke();
    let error = machine.rotate().await.unwrap_err();
    assert!(error.to_string().contains("enrol --force"), "{error}");
    assert!(machine.file("key").exists());
}
