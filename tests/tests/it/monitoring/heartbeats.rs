//! Streams that have nothing to tell say so.

use std::time::Duration;

use hostler_proto::v1;
use hostler_tests::test_server::TestServer;
use hostlerd::domain::user::Role;
use hostlerd::engine::heartbeat::HEARTBEAT;
use prost_types::Timestamp;
use tokio::time::timeout;
use tonic::Streaming;
use v1::watch_alerts_response::Event as AlertsEvent;
use v1::watch_notifications_response::Event as InboxEvent;
use v1::watch_stats_response::Event as StatsEvent;

use crate::people::{ALICE, make_token};

/// In place of what the contract says.
const PERIOD: Duration = Duration::from_millis(300);
/// Far more than that, on a machine that has other work to do.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server that has no news, and beats often.
async fn quiet() -> TestServer {
    let builder = TestServer::builder().config(|config| {
        config.monitoring.sweep_seconds = 3600;
        config.monitoring.live_seconds = 3600;
    });
    builder.heartbeat(PERIOD).start().await
}

async fn next<T>(stream: &mut Streaming<T>) -> T {
    let message = timeout(PATIENCE, stream.message()).await;
    let message = message.expect("not silence").expect("a message");
    message.expect("the stream goes on")
}

/// Reads up to three heartbeats in a row, which are a period apart by the server's clock. What comes before them is little:
/// that nothing is known yet, for example.
async fn expect_beats<T: std::fmt::Debug>(
    stream: &mut Streaming<T>,
    time_of: impl Fn(&T) -> Option<Timestamp>,
) {
    let (mut times, mut others) = (Vec::new(), 0);
    while times.len() < 3 {
        let message = next(stream).await;
        if let Some(time) = time_of(&message) {
            let seconds = u64::try_from(time.seconds).unwrap();
            times.push(Duration::new(seconds, u32::try_from(time.nanos).unwrap()));
        } else {
            times.clear();
            others += 1;
            assert!(others < 5, "no news was to come: {message:?}");
        }
    }
    for pair in times.windows(2) {
        let apart = pair[1].checked_sub(pair[0]).expect("time goes on");
        assert!(apart >= PERIOD / 2, "{times:?}");
    }
}

#[test]
fn the_contract_says_how_often_streams_beat() {
    assert_eq!(HEARTBEAT, Duration::from_secs(15));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_figures_without_news_beats() {
    let server = quiet().await;
    let api = server.caller(ALICE, Role::Customer).await;
    let web = api.running_server("web").await;
    let request = v1::WatchStatsRequest {
        server_ids: vec![web.id.clone()],
    };
    let stream = api.monitoring().watch_stats(request).await;
    let mut stream = stream.expect("a stream").into_inner();
    expect_beats(&mut stream, |message| match &message.event {
        Some(StatsEvent::Heartbeat(beat)) => beat.time,
        _ => None,
    })
    .await;
    // What happens is told of all the same.
    let delete = v1::DeleteServerRequest {
        server_id: web.id.clone(),
        ..Default::default()
    };
    api.servers().delete_server(delete).await.expect("a deletion");
    let removed = loop {
        if let Some(StatsEvent::Removed(removed)) = next(&mut stream).await.event {
            break removed.server_id;
        }
    };
    assert_eq!(removed, web.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_alerts_without_news_beats_and_says_where_it_goes_on() {
    let server = quiet().await;
    let api = server.caller(ALICE, Role::Customer).await;
    let watch = async |cursor: String| {
        let stream = api.alerts().watch_alerts(v1::WatchAlertsRequest { cursor }).await;
        stream.expect("a stream").into_inner()
    };
    let mut stream = watch(String::new()).await;
    let time_of = |message: &v1::WatchAlertsResponse| match &message.event {
        Some(AlertsEvent::Heartbeat(beat)) => beat.time,
        _ => None,
    };
    expect_beats(&mut stream, time_of).await;
    let Some(AlertsEvent::Heartbeat(beat)) = next(&mut stream).await.event else {
        panic!("nothing has happened");
    };
    // Whoever goes on there has missed nothing, so no snapshot comes.
    let mut again = watch(beat.cursor.clone()).await;
    let first = next(&mut again).await;
    assert!(
        matches!(&first.event, Some(AlertsEvent::Heartbeat(first)) if first.cursor == beat.cursor),
        "{first:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_notifications_without_news_beats() {
    let server = quiet().await;
    let api = server.caller(ALICE, Role::Customer).await;
    let stream = api
        .notifications()
        .watch_notifications(v1::WatchNotificationsRequest {})
        .await;
    let mut stream = stream.expect("a stream").into_inner();
    expect_beats(&mut stream, |message| match &message.event {
        Some(InboxEvent::Heartbeat(beat)) => {
            assert_eq!(message.unread_count, None, "{message:?}");
            beat.time
        }
        _ => None,
    })
    .await;
    make_token(&api, "news").await;
    let told = loop {
        if let Some(InboxEvent::Notification(told)) = next(&mut stream).await.event {
            break told;
        }
    };
    assert_eq!(told.kind(), v1::NotificationKind::Security);
}
