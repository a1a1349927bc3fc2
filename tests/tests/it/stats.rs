//! Figures of servers: taken by sweeps, shown live, and nobody else's business.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::failure::{expect_refusal, refused, verdict};
use hostler_tests::shifted_clock::ShiftedClock;
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::config::{HypervisorConfig, ProxmoxConfig, Secret, SimConfig};
use hostlerd::domain::metric::Metric;
use hostlerd::domain::sample::Subject;
use hostlerd::domain::user::Role;
use tonic::Streaming;
use v1::watch_stats_response::Event;

use crate::people::{page, stats};

/// A server that looks each second.
async fn eager(clock: Option<Arc<ShiftedClock>>) -> TestServer {
    let builder = TestServer::builder().config(|config| {
        config.monitoring.sweep_seconds = 1;
        config.monitoring.live_seconds = 1;
    });
    match clock {
        Some(clock) => builder.clock(clock).start().await,
        None => builder.start().await,
    }
}

async fn alice(server: &TestServer) -> Api {
    server.caller("alice@example.org", Role::Customer).await
}

async fn watch(api: &Api, ids: &[&str]) -> Streaming<v1::WatchStatsResponse> {
    let server_ids = ids.iter().map(|id| (*id).to_owned()).collect();
    let answer = api
        .monitoring()
        .watch_stats(v1::WatchStatsRequest { server_ids })
        .await;
    answer.expect("a stream").into_inner()
}

async fn next(stream: &mut Streaming<v1::WatchStatsResponse>) -> Event {
    let message = stream.message().await.expect("a message");
    message.expect("the stream goes on").event.expect("an event")
}

/// Reads until a change of a server's figures is as wanted.
async fn change(
    stream: &mut Streaming<v1::WatchStatsResponse>,
    wanted: impl Fn(&v1::ServerStats) -> bool,
) -> v1::ServerStats {
    loop {
        if let Event::Changes(changes) = next(stream).await
            && let Some(found) = changes.stats.into_iter().find(|stats| wanted(stats))
        {
            return found;
        }
    }
}

async fn removed(stream: &mut Streaming<v1::WatchStatsResponse>) -> String {
    loop {
        if let Event::Removed(removed) = next(stream).await {
            return removed.server_id;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_gets_what_is_known_and_then_live_figures() {
    let server = eager(None).await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    let mut stream = watch(&api, &[&web.id]).await;
    let Event::Snapshot(snapshot) = next(&mut stream).await else {
        panic!("a stream begins with a snapshot");
    };
    assert_eq!(snapshot.stats[0].server_id, web.id);

    let first = change(&mut stream, |stats| stats.network_in_rate.is_some()).await;
    let limit = first.memory_limit_bytes.expect("a limit");
    assert_eq!(limit, web.memory_bytes);
    assert_eq!(first.disk_limit_bytes, Some(web.disk_bytes));
    assert!((1..=limit).contains(&first.memory_bytes.expect("memory")));
    assert!((0.0..=1.0).contains(&first.cpu_ratio.expect("a ratio")));
    assert!(first.network_out_rate > Some(0) && first.disk_write_rate > Some(0));
    assert!(!first.stale);
    let seconds = |stats: &v1::ServerStats| stats.sample_time.map(|time| time.seconds);
    change(&mut stream, |stats| seconds(stats) > seconds(&first)).await;

    let text = page(&server, "/metrics").await;
    for line in ["hostler_stats_watchers 1", "hostler_stats_live_samplers 1"] {
        assert!(text.contains(line), "{line}: {text}");
    }
    drop(stream);
    wait_for("the end of the watching", || async {
        let text = page(&server, "/metrics").await;
        if text.contains("hostler_stats_watchers 0") && text.contains("hostler_stats_live_samplers 0") {
            Ok(())
        } else {
            Err(text)
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_figures_can_be_asked_for_and_survive_a_restart() {
    let mut server = eager(None).await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    let subject = [Subject::Server(web.id.parse().expect("an id"))];
    // Shown before they are stored, which a restart may come before.
    wait_for("stored figures", || async {
        let ports = server.app().ports();
        let stored = ports.store.stats_latest(&subject, ports.clock.now()).await;
        let stored = stored.expect("figures");
        match stored.as_slice() {
            [newest] if newest.values.get(Metric::CpuRatio).is_some() => Ok(()),
            _ => Err(format!("{stored:?}")),
        }
    })
    .await;
    assert!(stats(&api, &web.id).await.cpu_ratio.is_some());
    // What is known from before is all there is while the cluster is away.
    server.sim().control().set_cluster_online(false);
    server.restart().await;
    let api = server.sign_in("alice@example.org").await;
    assert!(stats(&api, &web.id).await.cpu_ratio.is_some());
    let mut stream = watch(&api, &[&web.id]).await;
    let Event::Snapshot(snapshot) = next(&mut stream).await else {
        panic!("a stream begins with a snapshot");
    };
    assert!(snapshot.stats[0].memory_bytes.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_server_uses_nothing() {
    let server = eager(None).await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    let mut stream = watch(&api, &[&web.id]).await;
    let stop = v1::StopServerRequest {
        server_id: web.id.clone(),
        ..Default::default()
    };
    api.servers().stop_server(stop).await.expect("a stop");
    let idle = change(&mut stream, |stats| {
        stats.cpu_ratio == Some(0.0) && stats.network_in_rate.is_some()
    })
    .await;
    assert_eq!((idle.memory_bytes, idle.network_in_rate), (Some(0), Some(0)));
    assert_eq!(idle.memory_limit_bytes, Some(web.memory_bytes));
    assert_eq!(idle.disk_bytes, None, "nobody knows");
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_a_silent_cluster_are_told_as_stale_until_it_is_back() {
    let clock = Arc::new(ShiftedClock::default());
    let server = eager(Some(clock.clone())).await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    let mut stream = watch(&api, &[&web.id]).await;
    change(&mut stream, |stats| stats.cpu_ratio.is_some()).await;
    server.sim().control().set_cluster_online(false);
    clock.advance(Duration::from_secs(60));
    let stale = change(&mut stream, |stats| stats.stale).await;
    assert!(stale.cpu_ratio.is_some(), "the last that was known");
    server.sim().control().set_cluster_online(true);
    let back = change(&mut stream, |stats| !stats.stale).await;
    assert_eq!(back.network_in_rate, None, "not across the gap");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_server_is_told_as_removed_and_the_others_go_on() {
    let server = eager(None).await;
    let api = alice(&server).await;
    let (web, old) = (api.running_server("web").await, api.running_server("old").await);
    let mut stream = watch(&api, &[&web.id, &old.id]).await;
    let delete = v1::DeleteServerRequest {
        server_id: old.id.clone(),
        ..Default::default()
    };
    api.servers().delete_server(delete).await.expect("a deletion");
    assert_eq!(removed(&mut stream).await, old.id);
    change(&mut stream, |stats| stats.server_id == web.id).await;
    // Who comes back, after the connection broke, is told the same.
    let mut again = watch(&api, &[&web.id, &old.id]).await;
    let Event::Snapshot(snapshot) = next(&mut again).await else {
        panic!("a stream begins with a snapshot");
    };
    assert_eq!(snapshot.stats.len(), 1);
    assert_eq!(removed(&mut again).await, old.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_other_people_do_not_exist() {
    let server = eager(None).await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    let bob = server.caller("bob@example.org", Role::Customer).await;
    let server_ids = vec![web.id.clone()];
    let request = v1::GetStatsRequest {
        server_ids: server_ids.clone(),
    };
    expect_refusal(
        bob.monitoring().get_stats(request).await,
        "NOT_FOUND SERVER_NOT_FOUND",
    );
    let request = v1::WatchStatsRequest { server_ids };
    expect_refusal(
        bob.monitoring().watch_stats(request).await,
        "NOT_FOUND SERVER_NOT_FOUND",
    );
    let support = server.caller("support@example.org", Role::Support).await;
    assert_eq!(stats(&support, &web.id).await.server_id, web.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_figures_ends_with_the_session() {
    let server = eager(None).await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    let mut stream = watch(&api, &[&web.id]).await;
    next(&mut stream).await;
    api.auth()
        .sign_out(v1::SignOutRequest {})
        .await
        .expect("a sign-out");
    let status = loop {
        match stream.message().await {
            Ok(Some(_)) => {}
            other => break refused(other),
        }
    };
    assert_eq!(verdict(&status), "UNAUTHENTICATED SESSION_ENDED");
}

/// A cluster that takes connections and says nothing.
fn dead_cluster(listener: &TcpListener) -> HypervisorConfig {
    let address = listener.local_addr().expect("an address");
    HypervisorConfig::Proxmox(Box::new(ProxmoxConfig {
        endpoints: vec![format!("https://{address}")],
        token_id: "hostler@pve!api".to_owned(),
        token_secret: Secret::new("00000000-0000-0000-0000-000000000000"),
        ca_file: None,
        fingerprints: vec![vec!["AA"; 32].join(":")],
        pool: None,
        rootfs_storage: "local".to_owned(),
        template_storages: Vec::new(),
        bridge: "vmbr0".to_owned(),
        tag_prefix: "hostler".to_owned(),
        vmid_first: 100_000,
        vmid_last: 999_999,
    }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_cluster_delays_no_other_and_its_missed_sweeps_are_seen() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let sim = SimConfig {
        pace: 0.0,
        keep: false,
        ..SimConfig::default()
    };
    let hypervisors = BTreeMap::from([
        ("alive".to_owned(), HypervisorConfig::Sim(sim)),
        ("dead".to_owned(), dead_cluster(&listener)),
    ]);
    let server = TestServer::builder()
        .config(|config| {
            config.monitoring.sweep_seconds = 3;
            config.monitoring.live_seconds = 1;
        })
        .hypervisors(hypervisors)
        .start()
        .await;
    let api = alice(&server).await;
    let web = api.running_server("web").await;
    let mut stream = watch(&api, &[&web.id]).await;
    // It hangs all the while.
    for _ in 0..3 {
        change(&mut stream, |stats| stats.cpu_ratio.is_some()).await;
    }
    wait_for("the missed sweep to be counted", || async {
        let text = page(&server, "/metrics").await;
        let missed = text
            .lines()
            .find_map(|line| line.strip_prefix("hostler_sweeps_missed_total{hypervisor=\"dead\"} "));
        match missed {
            None | Some("0") => Err(text),
            Some(_) => Ok(()),
        }
    })
    .await;
    let text = page(&server, "/metrics").await;
    for line in [
        "hostler_sweeps_missed_total{hypervisor=\"alive\"} 0",
        "hostler_hypervisor_sweep_guests{hypervisor=\"alive\"} 1",
        "hostler_hypervisor_sweep_duration_seconds{hypervisor=\"dead\"}",
        "hostler_hypervisor_sweep_age_seconds{hypervisor=\"alive\"}",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    wait_for("the missed sweep to be told", || async {
        let text = page(&server, "/readyz").await;
        if text == "ready\nhypervisor dead: the sweep was missed, there was no good one yet\n" {
            Ok(())
        } else {
            Err(text)
        }
    })
    .await;
}
