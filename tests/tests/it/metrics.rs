//! `/metrics`: what an installation is watched by.

use std::sync::Arc;
use std::time::Duration;

use hostler_proto::v1;
use hostler_tests::shifted_clock::ShiftedClock;
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::domain::user::Role;
use hostlerd::ports::clock::Clock as _;

use crate::people::{figure, page};

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
