//! Samples reach another store: a real Prometheus, and one that is down for a while.

use hostler_tests::hook_sink::{HookSink, Reply};
use hostler_tests::prometheus::Prometheus;
use hostler_tests::test_server::{Builder, TestServer};
use hostler_tests::wait::wait_for;
use hostlerd::domain::user::Role;

fn writing_to(url: String) -> Builder {
    TestServer::builder().config(|config| {
        config.monitoring.sweep_seconds = 1;
        config.monitoring.remote_write.url = url;
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_takes_every_figure_as_it_is() {
    let Some(prometheus) = Prometheus::start("prometheus_takes_every_figure_as_it_is")
        .await
        .unwrap()
    else {
        return;
    };
    let server = writing_to(prometheus.write_url()).start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let web = alice.running_server("web").await;
    let memory = format!("hostler_server_memory_limit_bytes{{server_id=\"{}\"}}", web.id);
    let answer = wait_for("the figure", || async {
        let answer = prometheus
            .query(&memory)
            .await
            .map_err(|error| error.to_string())?;
        if answer.contains("\"value\"") {
            Ok(answer)
        } else {
            Err(answer)
        }
    })
    .await;
    assert!(answer.contains(&format!("\"{}\"", web.memory_bytes)), "{answer}");
    let names = prometheus
        .query("count by (__name__) ({server_id!=\"\"})")
        .await
        .unwrap();
    assert!(names.contains("hostler_server_cpu_ratio"), "{names}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_now_is_written_later_and_what_is_refused_is_dropped() {
    let sink = HookSink::start().await;
    sink.reply([Reply::status(503), Reply::status(204), Reply::status(400)]);
    let server = writing_to(sink.url("/api/v1/write")).start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    alice.running_server("web").await;
    let (first, second) = (sink.nth(1).await, sink.nth(2).await);
    assert_eq!(first.body, second.body, "the same again");
    assert_eq!(first.header("content-encoding"), "snappy");
    assert_eq!(first.header("content-type"), "application/x-protobuf");
    assert_eq!(first.header("x-prometheus-remote-write-version"), "0.1.0");
    let third = sink.nth(3).await;
    let fourth = sink.nth(4).await;
    assert_ne!(third.body, fourth.body, "what was refused is not written again");
    wait_for("the counts", || async {
        let counts = server.app().ports().samples.counts().unwrap();
        if counts.sent >= 2 && counts.refused == 1 {
            Ok(())
        } else {
            Err(format!("{counts:?}"))
        }
    })
    .await;
}
