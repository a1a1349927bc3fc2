//! A watcher of figures whose connection takes hardly anything.

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::test_server::{PASSWORD, TestServer};
use hostler_tests::wait::wait_for;
use hostlerd::domain::user::Role;
use tonic::Streaming;
use tonic::transport::Endpoint;
use v1::watch_stats_response::Event;

use crate::people::{ALICE, burn, stats};

/// Bytes that a stream takes unread: two or three messages about one server.
const WINDOW: u32 = 300;
/// Looks that pass while nothing is read: many more than fit.
const LOOKS: usize = 12;

async fn watch(api: &Api, server: &v1::Server) -> Streaming<v1::WatchStatsResponse> {
    let request = v1::WatchStatsRequest {
        server_ids: vec![server.id.clone()],
    };
    let answer = api.monitoring().watch_stats(request).await;
    answer.expect("a stream").into_inner()
}

/// The next figures, and the heartbeats before them left out.
async fn figures(stream: &mut Streaming<v1::WatchStatsResponse>) -> v1::ServerStats {
    loop {
        let message = stream.message().await.expect("a message");
        match message.expect("the stream goes on").event.expect("an event") {
            Event::Snapshot(mut snapshot) => return snapshot.stats.remove(0),
            Event::Changes(mut changes) => return changes.stats.remove(0),
            Event::Heartbeat(_) => {}
            Event::Removed(removed) => panic!("{removed:?}"),
        }
    }
}

fn time(stats: &v1::ServerStats) -> (i64, i32) {
    let time = stats.sample_time.expect("a time");
    (time.seconds, time.nanos)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_that_does_not_read_gets_the_latest_figures_and_no_backlog() {
    let server = TestServer::builder()
        .config(|config| {
            config.monitoring.sweep_seconds = 1;
            config.monitoring.live_seconds = 1;
        })
        .start()
        .await;
    let quick = server.caller(ALICE, Role::Customer).await;
    let web = quick.running_server("web").await;
    wait_for("the first look", || async {
        let seen = stats(&quick, &web.id).await;
        seen.sample_time.map(drop).ok_or_else(|| format!("{seen:?}"))
    })
    .await;
    let narrow = Endpoint::from_shared(server.url())
        .unwrap()
        .initial_stream_window_size(WINDOW)
        .connect()
        .await
        .unwrap();
    let (slow, _) = Api::over(narrow).sign_in(ALICE, PASSWORD).await.unwrap();
    let (mut quick, mut slow) = (watch(&quick, &web).await, watch(&slow, &web).await);
    figures(&mut quick).await;
    for look in 0..LOOKS {
        // The last one is like none before.
        let ratio = if look + 1 == LOOKS { 0.75 } else { 0.25 };
        burn(&server, &web, ratio);
        figures(&mut quick).await;
    }
    let newest = loop {
        let seen = figures(&mut quick).await;
        if seen.cpu_ratio == Some(0.75) {
            break seen;
        }
    };
    let mut read = Vec::new();
    while read.last().is_none_or(|last| time(last) < time(&newest)) {
        read.push(figures(&mut slow).await);
    }
    assert!(read.len() <= 6, "{} messages waited: {read:#?}", read.len());
    assert_eq!(read.last().expect("figures").cpu_ratio, Some(0.75));
    let times: Vec<_> = read.iter().map(time).collect();
    assert!(times.is_sorted_by(|before, after| before < after), "{times:?}");
}
