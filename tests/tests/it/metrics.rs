//! `/metrics`: what an installation is watched by.

use std::sync::Arc;
use std::time::Duration;

use hostler_proto::v1;
use hostler_tests::hook_sink::{HookSink, Reply};
use hostler_tests::shifted_clock::ShiftedClock;
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::domain::user::Role;
use hostlerd::ports::clock::Clock as _;

use crate::people::{create_channel, figure, make_token, page, webhook};

async fn scrape(server: &TestServer) -> String {
    page(server, "/metrics").await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_tell_of_operations_streams_pools_and_the_process() {
    let server = TestServer::start().await;
    let caller = server.caller("alice@example.org", Role::Customer).await;
    caller.running_server("web").await;
    let mut stream = caller
        .servers()
        .watch_servers(v1::WatchServersRequest::default())
        .await
        .expect("a stream")
        .into_inner();
    stream.message().await.expect("a snapshot");

    let text = scrape(&server).await;
    assert_eq!(
        figure(&text, "hostler_operations{state=\"succeeded\"}"),
        Some(1.0),
        "{text}"
    );
    assert_eq!(
        figure(&text, "hostler_operations{state=\"stuck\"}"),
        Some(0.0),
        "{text}"
    );
    assert_eq!(figure(&text, "hostler_grpc_streams_open"), Some(1.0), "{text}");
    assert!(
        figure(&text, "hostler_connections_open") >= Some(2.0),
        "the stream's and this one: {text}"
    );
    assert_eq!(
        figure(&text, "hostler_database_connections_limit{pool=\"writer\"}"),
        Some(1.0),
        "{text}"
    );
    assert_eq!(
        figure(&text, "hostler_database_connections_waiting{pool=\"reader\"}"),
        Some(0.0),
        "{text}"
    );
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        text.contains(&format!("hostler_build_info{{version=\"{version}\"}} 1")),
        "{text}"
    );
    for name in [
        "process_start_time_seconds",
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "process_virtual_memory_bytes",
        "process_open_fds",
    ] {
        assert!(figure(&text, name) > Some(0.0), "{name}: {text}");
    }

    drop(stream);
    wait_for("the end of the stream to be counted", || async {
        match figure(&scrape(&server).await, "hostler_grpc_streams_open") {
            Some(0.0) => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_tell_what_the_last_sweep_of_each_hypervisor_found() {
    let clock = Arc::new(ShiftedClock::default());
    let server = TestServer::builder()
        .config(|config| config.monitoring.sweep_seconds = 1)
        .clock(clock.clone())
        .start()
        .await;
    let caller = server.caller("alice@example.org", Role::Customer).await;
    caller.running_server("web").await;
    let control = server.sim().control();
    let vmid = control.world()[0].vmid;
    control.remove_guest(vmid).expect("a guest");
    // What has changed just now is left alone for a while.
    clock.advance(Duration::from_secs(300));
    let findings =
        |kind: &str| format!("hostler_hypervisor_sweep_findings{{hypervisor=\"sim\",kind=\"{kind}\"}}");
    wait_for("the lost server to be counted", || async {
        let text = scrape(&server).await;
        match figure(&text, &findings("lost")) {
            Some(1.0) => Ok(()),
            _ => Err(text),
        }
    })
    .await;
    let text = scrape(&server).await;
    for kind in ["orphan", "unmarked"] {
        assert_eq!(figure(&text, &findings(kind)), Some(0.0), "{kind}: {text}");
    }
    let began = figure(
        &text,
        "hostler_hypervisor_sweep_timestamp_seconds{hypervisor=\"sim\"}",
    );
    let began = began.expect("the time of the sweep");
    let now = u32::try_from(clock.now().as_seconds()).expect("a time of this century");
    let age = f64::from(now) - began;
    assert!((0.0..300.0).contains(&age), "{age}: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_tell_how_long_calls_took() {
    let server = TestServer::start().await;
    let caller = server.caller("alice@example.org", Role::Customer).await;
    for name in ["one", "two", "three"] {
        make_token(&caller, name).await;
    }
    let text = scrape(&server).await;
    let of = |what: &str| figure(&text, &format!("hostler_grpc_call_seconds_{what}"));
    let method = "method=\"Auth.CreateApiToken\"";
    assert_eq!(of(&format!("count{{{method}}}")), Some(3.0), "{text}");
    let sum = of(&format!("sum{{{method}}}")).expect("a sum");
    assert!(sum > 0.0 && sum < 60.0, "{text}");
    let begin = "hostler_grpc_call_seconds_bucket{le=\"";
    let buckets: Vec<(String, f64)> = text
        .lines()
        .filter(|line| line.contains(method))
        .filter_map(|line| {
            let (bound, rest) = line.strip_prefix(begin)?.split_once('"')?;
            Some((bound.to_owned(), rest.split_once(' ')?.1.parse().ok()?))
        })
        .collect();
    assert!(buckets.len() > 5, "{text}");
    assert!(buckets.is_sorted_by(|one, next| one.1 <= next.1), "{buckets:?}");
    assert_eq!(buckets.last(), Some(&("+Inf".to_owned(), 3.0)));
    let calls = format!("hostler_grpc_calls_total{{{method},code=\"OK\"}}");
    assert_eq!(figure(&text, &calls), Some(3.0), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_tell_what_became_of_messages() {
    let server = TestServer::builder()
        .config(|config| config.notifications.own_networks = vec!["127.0.0.0/8".parse().unwrap()])
        .start()
        .await;
    let caller = server.caller("alice@example.org", Role::Customer).await;
    let sink = HookSink::start().await;
    create_channel(&caller, "mine", webhook(sink.url("/"))).await;
    sink.reply([Reply::status(200), Reply::status(503), Reply::status(410)]);
    for (number, name) in ["taken", "put off", "refused"].into_iter().enumerate() {
        make_token(&caller, name).await;
        sink.nth(number + 1).await;
    }
    let total =
        |kind: &str, result: &str| format!("hostler_deliveries_total{{kind=\"{kind}\",result=\"{result}\"}}");
    let wanted = [
        (total("webhook", "delivered"), 1.0),
        (total("webhook", "retried"), 1.0),
        (total("webhook", "failed"), 1.0),
        (total("email", "delivered"), 3.0),
    ];
    wait_for("what became of them", || async {
        let text = scrape(&server).await;
        let found = wanted
            .iter()
            .all(|(name, value)| figure(&text, name) == Some(*value));
        if found { Ok(()) } else { Err(text) }
    })
    .await;
    // These are remembered for a while: what they say now may be of before.
    let text = scrape(&server).await;
    for name in [
        "hostler_deliveries_waiting{lane=\"mail\"}",
        "hostler_deliveries_waiting{lane=\"post\"}",
        "hostler_deliveries_oldest_seconds{lane=\"mail\"}",
        "hostler_deliveries_oldest_seconds{lane=\"post\"}",
        "hostler_outbox_waiting{}",
        "hostler_outbox_oldest_seconds{}",
    ] {
        let value = figure(&text, name).unwrap_or_else(|| panic!("{name}: {text}"));
        assert!((0.0..=60.0).contains(&value), "{name}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_tell_what_became_of_samples_that_are_passed_on() {
    let sink = HookSink::start().await;
    sink.reply([Reply::status(400)]);
    let url = sink.url("/api/v1/write");
    let server = TestServer::builder()
        .config(|config| {
            config.monitoring.sweep_seconds = 1;
            config.monitoring.remote_write.url = url;
        })
        .start()
        .await;
    let caller = server.caller("alice@example.org", Role::Customer).await;
    caller.running_server("web").await;
    let total = |result: &str| format!("hostler_remote_write_samples_total{{result=\"{result}\"}}");
    wait_for("samples that were written", || async {
        let text = scrape(&server).await;
        if figure(&text, &total("sent")) >= Some(1.0) {
            assert_eq!(figure(&text, &total("refused")), Some(1.0), "{text}");
            assert_eq!(figure(&text, &total("overflowed")), Some(0.0), "{text}");
            let waiting = figure(&text, "hostler_remote_write_samples_waiting");
            assert!(waiting.is_some_and(|count| count < 10.0), "{text}");
            Ok(())
        } else {
            Err(text)
        }
    })
    .await;
}
