//! Samples reach another store: a real Prometheus, and one that is down for a while.

use std::collections::{BTreeMap, BTreeSet};

use hostler_proto::v1;
use hostler_tests::chaos_proxy::ChaosProxy;
use hostler_tests::hook_sink::{HookSink, Reply};
use hostler_tests::prometheus::Prometheus;
use hostler_tests::remote_write::written;
use hostler_tests::test_server::{Builder, TestServer};
use hostler_tests::wait::wait_for;
use hostlerd::domain::ids::ServerId;
use hostlerd::domain::sample::Subject;
use hostlerd::domain::tier::Tier;
use hostlerd::domain::user::Role;
use serde_json::Value;

use crate::people::{scrape, stats};

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
    let selector = format!("{{server_id=\"{}\"}}[1h]", web.id);
    // All that is known of one moment, there as here.
    wait_for("the figures", || async {
        let seen = stats(&alice, &web.id).await;
        let series = prometheus.series(&selector).await;
        let series = series.map_err(|error| error.to_string())?;
        let wanted = figures(&seen).ok_or_else(|| format!("{seen:?}"))?;
        let found: BTreeMap<String, f64> = series
            .iter()
            .filter_map(|one| Some((name_of(one, &web.id), value_at(one, milliseconds(&seen))?)))
            .collect();
        if found == wanted {
            Ok(())
        } else {
            Err(format!("{wanted:?}, and there: {series:?}"))
        }
    })
    .await;
}

/// The figures of a server by the names of their series, once there are all of them.
fn figures(stats: &v1::ServerStats) -> Option<BTreeMap<String, f64>> {
    let bytes = [
        ("memory_bytes", stats.memory_bytes),
        ("memory_limit_bytes", stats.memory_limit_bytes),
        ("disk_bytes", stats.disk_bytes),
        ("disk_limit_bytes", stats.disk_limit_bytes),
        ("network_in_rate", stats.network_in_rate),
        ("network_out_rate", stats.network_out_rate),
        ("disk_read_rate", stats.disk_read_rate),
        ("disk_write_rate", stats.disk_write_rate),
    ];
    let mut figures = BTreeMap::from([("hostler_server_cpu_ratio".to_owned(), stats.cpu_ratio?)]);
    for (name, value) in bytes {
        #[expect(clippy::cast_precision_loss, reason = "a server is not that large")]
        let value = value? as f64;
        figures.insert(format!("hostler_server_{name}"), value);
    }
    Some(figures)
}

fn milliseconds(stats: &v1::ServerStats) -> i64 {
    let time = stats.sample_time.expect("a time");
    time.seconds * 1000 + i64::from(time.nanos) / 1_000_000
}

/// The name of a series, which has no other label than the server's.
fn name_of(series: &Value, server_id: &str) -> String {
    let labels = series["metric"].as_object().expect("labels");
    assert_eq!(labels["server_id"], server_id);
    assert_eq!(labels.len(), 2, "{labels:?}");
    labels["__name__"].as_str().expect("a name").to_owned()
}

fn value_at(series: &Value, time: i64) -> Option<f64> {
    let points = series["values"].as_array()?;
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of this century")]
    let at = |point: &&Value| (point[0].as_f64().unwrap_or_default() * 1000.0).round() as i64 == time;
    points.iter().find(at)?[1].as_str()?.parse().ok()
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

/// The server and the moment of each sample that has arrived, once each.
fn arrived(sink: &HookSink) -> BTreeSet<(String, i64)> {
    let all = sink.posted();
    let all = all.iter().flat_map(written);
    all.map(|one| (one.labels["server_id"].clone(), one.time))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_that_find_no_room_are_counted_and_the_newest_arrive_when_the_store_is_back() {
    let sink = HookSink::start().await;
    let proxy = ChaosProxy::before(([127, 0, 0, 1], sink.port).into())
        .await
        .unwrap();
    let url = format!("http://{}/api/v1/write", proxy.address());
    let server = writing_to(url)
        .config(|config| config.monitoring.remote_write.queue = 2)
        .start()
        .await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let servers = [
        alice.running_server("web").await,
        alice.running_server("db").await,
    ];
    sink.nth(1).await;

    proxy.cut();
    let counted = async |result: &str| {
        let name = format!("hostler_remote_write_samples_total{{result=\"{result}\"}}");
        scrape(&server, &name).await.unwrap_or_default()
    };
    let overflowed = async |at_least: f64| {
        wait_for("samples that found no room", || async {
            match counted("overflowed").await {
                count if count >= at_least => Ok(()),
                count => Err(count.to_string()),
            }
        })
        .await;
    };
    // What was on its way when it was cut off has arrived by then.
    overflowed(1.0).await;
    let (before, requests) = (arrived(&sink), sink.posted().len());
    overflowed(3.0).await;
    assert_eq!(arrived(&sink), before, "it was away");
    let mut newest = BTreeSet::new();
    for one in &servers {
        newest.insert((one.id.clone(), milliseconds(&stats(&alice, &one.id).await)));
    }
    proxy.mend();
    wait_for("the newest samples", || async {
        let arrived = arrived(&sink);
        if newest
            .iter()
            .all(|(id, time)| arrived.iter().any(|(server, at)| server == id && at >= time))
        {
            Ok(())
        } else {
            Err(format!("{newest:?}: {arrived:?}"))
        }
    })
    .await;

    // Of all that there was, what has not arrived was counted.
    let dropped = wait_for("the counts to agree", || async {
        let ports = server.app().ports();
        let counts = ports.samples.counts().expect("counts");
        let arrived = arrived(&sink);
        let mut stored = BTreeSet::new();
        for one in &servers {
            let id: ServerId = one.id.parse().expect("an id");
            let now = ports.clock.now();
            let from = now - std::time::Duration::from_hours(1);
            let bins = ports
                .store
                .stats_bins(Subject::Server(id), Tier::Raw, from, now)
                .await;
            let bins = bins.map_err(|error| error.to_string())?;
            stored.extend(
                bins.iter()
                    .map(|bin| (one.id.clone(), bin.start.as_micros() / 1000)),
            );
        }
        let dropped: BTreeSet<_> = stored.difference(&arrived).collect();
        let seen = format!("{counts:?}, dropped: {dropped:?}, arrived: {arrived:?}");
        if counts.waiting > 0
            || counts.sent != arrived.len() as u64
            || counts.overflowed != dropped.len() as u64
        {
            return Err(seen);
        }
        assert_eq!(counts.refused, 0, "{seen}");
        Ok(dropped.into_iter().map(|(_, time)| *time).collect::<Vec<i64>>())
    })
    .await;
    // The first request was on its way when the store went; behind it the oldest made room.
    let waited = &sink.posted()[requests + 1..];
    let oldest = waited.iter().flat_map(written).map(|one| one.time).min();
    assert!(oldest > dropped.iter().copied().max(), "{oldest:?}: {dropped:?}");
}
