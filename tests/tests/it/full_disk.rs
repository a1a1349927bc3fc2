//! A disk without room: said clearly, reading goes on, and it is over when there is room.

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::failure::{has_retry_info, outcome, verdict};
use hostler_tests::process::Hostlerd;
use hostler_tests::small_room::SmallRoom;
use hostler_tests::test_server::PASSWORD;
use hostler_tests::wait::wait_for;

const ALICE: &str = "alice@example.org";

/// The whole story, with a server whose database lies in this room.
async fn lives_through_a_full_disk(hostlerd: Hostlerd, room: SmallRoom) {
    // Work that is given up for want of room is to go on soon.
    let hostlerd = hostlerd.set("HOSTLER_OPERATIONS__LEASE_SECONDS", "1");
    let (server, _) = hostlerd.start().await.expect("a start");
    hostlerd
        .user_create(ALICE, "operator", PASSWORD)
        .await
        .expect("an account");
    let nobody = Api::connect(&server.url).await;
    let (api, _) = nobody.sign_in(ALICE, PASSWORD).await.expect("a session");
    let before = api.running_server("before").await;

    room.fill(&server).expect("a full disk");
    let mut accepted = Vec::new();
    let refusal = loop {
        match api.order(&format!("full-{}", accepted.len())).await {
            Ok(made) => accepted.push(made.operation.expect("an operation").id),
            Err(refusal) => break refusal,
        }
        assert!(accepted.len() < 500, "the disk is never full");
    };
    assert_eq!(verdict(&refusal), "UNAVAILABLE STORE_DOWN", "{refusal:?}");
    assert!(has_retry_info(&refusal), "{refusal:?}");
    // Reading goes on.
    assert_eq!(api.server(&before.id).await.id, before.id);

    room.make_room(&server).expect("room");
    let made = wait_for("an order to be accepted again", || async {
        let answer = api.order("after").await;
        answer.map_err(|status| verdict(&status))
    })
    .await;
    api.finish(made.operation).await;
    // What was accepted while it became full is done, too.
    for id in accepted {
        let ended = api.follow(&id).await;
        assert_eq!(outcome(&ended), "OK");
        assert_eq!(ended.expect("an end").state(), v1::OperationState::Succeeded);
    }
    server.terminate().expect("a signal");
    assert!(server.ended().await.expect("an end").success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_clearly_and_is_over_when_there_is_room() {
    let directory = tempfile::tempdir().expect("a directory");
    // Where this user may not mount, the test below is all there is to see.
    let Some(room) = SmallRoom::mount(directory.path()) else {
        return;
    };
    let hostlerd = Hostlerd::in_directory(directory.path()).expect("hostlerd is built");
    lives_through_a_full_disk(hostlerd, room).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_may_not_grow_are_borne_like_a_full_disk() {
    let directory = tempfile::tempdir().expect("a directory");
    let hostlerd = Hostlerd::in_directory(directory.path()).expect("hostlerd is built");
    let room = SmallRoom::limit(directory.path());
    lives_through_a_full_disk(hostlerd.bearing_small_files(), room).await;
}
