//! SIGTERM in the middle of load: what was begun is finished or kept, and streams are told.

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::failure::{refused, verdict};
use hostler_tests::process::Hostlerd;
use hostler_tests::test_server::PASSWORD;
use hostler_tests::wait::wait_for;
use tonic::Code;

const ALICE: &str = "alice@example.org";

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_in_the_middle_of_load_finishes_what_it_has_begun() {
    let hostlerd = Hostlerd::new().expect("hostlerd is built");
    let (server, _) = hostlerd.start().await.expect("a start");
    hostlerd
        .user_create(ALICE, "operator", PASSWORD)
        .await
        .expect("an account");
    let nobody = Api::connect(&server.url).await;
    let (api, _) = nobody.sign_in(ALICE, PASSWORD).await.expect("a session");
    let mut stream = api
        .servers()
        .watch_servers(v1::WatchServersRequest::default())
        .await
        .expect("a stream");
    stream.get_mut().message().await.expect("a snapshot");
    let offer = api.offer().await;
    let calls: Vec<_> = (0..40)
        .map(|number| {
            let (api, offer) = (api.clone(), offer.clone());
            tokio::spawn(async move {
                let request = v1::CreateServerRequest {
                    name: format!("web-{number}"),
                    tariff_id: offer.tariff.id,
                    operating_system_id: offer.system.id,
                    ..Default::default()
                };
                api.servers().create_server(request).await
            })
        })
        .collect();
    wait_for("the first order to be accepted", || async {
        let answer = api
            .servers()
            .list_servers(v1::ListServersRequest::default())
            .await;
        let servers = answer.expect("a list").into_inner().servers;
        if servers.is_empty() {
            Err("none".to_owned())
        } else {
            Ok(())
        }
    })
    .await;
    server.terminate().expect("a signal");
    let mut accepted = Vec::new();
    for call in calls {
        match call.await.expect("a call") {
            Ok(answer) => accepted.push(answer.into_inner().operation.expect("an operation").id),
            Err(status) => assert!(is_disconnection(&status), "{status:?}"),
        }
    }
    let ended = loop {
        match stream.get_mut().message().await {
            Ok(Some(_)) => {}
            other => break refused(other),
        }
    };
    assert_eq!(verdict(&ended), "UNAVAILABLE STOPPING");
    assert!(
        server.ended().await.expect("an end").success(),
        "the exit says success"
    );

    assert!(!accepted.is_empty());
    let (server, _) = hostlerd.start().await.expect("a start");
    let (api, _) = Api::connect(&server.url)
        .await
        .sign_in(ALICE, PASSWORD)
        .await
        .expect("a session");
    for id in accepted {
        let ended = api.follow(&id).await.expect("an end");
        assert_eq!(ended.state(), v1::OperationState::Succeeded);
    }
}

/// What a client sees of a server that is going away, and that is safe to repeat.
fn is_disconnection(status: &tonic::Status) -> bool {
    matches!(status.code(), Code::Unavailable | Code::Cancelled | Code::Unknown)
}
