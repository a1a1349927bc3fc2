//! Figures of a cluster that cannot be, or are not there: nothing of it is kept, believed or told.

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::wait::wait_for;
use serde_json::{Value, json};

use crate::people::{ALICE, alert_in, create_rule, history, own_alerts, rule, stats};
use crate::proxmox_life::world::{Setting, World};

const MIB: i64 = 1 << 20;
/// What the figures of memory and disk are: well below what there is.
const USED: i64 = 100 * MIB;

/// What a listing may say of a guest: fields that are written, and fields that are not.
fn absurd() -> Vec<(Value, &'static [&'static str])> {
    vec![
        (
            json!({"cpu": -5.0, "mem": -1, "disk": -1, "netin": -1, "netout": -1, "uptime": -1}),
            &[],
        ),
        (
            json!({"cpu": "NaN", "mem": "NaN", "disk": "inf", "netin": "-inf", "diskread": "nan"}),
            &[],
        ),
        (json!({"cpu": 64, "mem": 1_u64 << 50, "disk": 1_u64 << 59}), &[]),
        (
            json!({"cpu": "lots", "mem": {}, "disk": [], "netin": true, "netout": "12 GB", "uptime": "long"}),
            &[],
        ),
        (
            json!({"cpu": 1e300, "mem": 1e300, "netin": 1e300, "diskwrite": "18446744073709551616"}),
            &[],
        ),
        (
            json!({"netin": 18_446_744_073_709_551_615_u64, "netout": 1_u64 << 63}),
            &["cpu", "mem"],
        ),
        // Counters that go down, and on from there.
        (
            json!({"netin": 0, "netout": 0, "diskread": 0, "diskwrite": 0}),
            &["cpu", "mem"],
        ),
        (
            json!({"maxmem": 0, "maxdisk": -1, "maxcpu": "NaN"}),
            &["cpu", "mem"],
        ),
        (
            json!({}),
            &[
                "cpu",
                "mem",
                "disk",
                "netin",
                "netout",
                "diskread",
                "diskwrite",
                "uptime",
            ],
        ),
        (json!({}), &["cpu", "mem", "maxmem", "maxdisk", "maxcpu"]),
        (json!({}), &["status"]),
        (json!({"status": "confused", "cpu": 1.0}), &[]),
    ]
}

/// Waits until the cluster was looked at twice more, as the guest whose figures are good shows.
async fn two_looks(api: &Api, calm: &v1::Server) {
    let first = stats(api, &calm.id).await.sample_time.expect("a time");
    for _ in 0..2 {
        let before = stats(api, &calm.id).await.sample_time;
        wait_for("a look", || async {
            let seen = stats(api, &calm.id).await;
            assert_eq!(
                (seen.cpu_ratio, seen.memory_bytes),
                (Some(0.25), Some(USED)),
                "unharmed"
            );
            if seen.sample_time == before {
                Err(format!("{seen:?}"))
            } else {
                Ok(())
            }
        })
        .await;
    }
    assert!(stats(api, &calm.id).await.sample_time.expect("a time").seconds > first.seconds);
}

/// Takes more than half a minute: each of the answers is waited for twice, and the cluster is looked at once in a
/// second.
#[tokio::test(flavor = "multi_thread")]
async fn absurd_figures_are_neither_kept_nor_believed_and_harm_no_other_guest() {
    let setting = Setting {
        sweep_seconds: Some(1),
        ..Setting::default()
    };
    let Some(world) = World::start(setting).await else {
        return;
    };
    let (hot, hot_vmid) = world.server_named("hot", true).await;
    let (cool, cool_vmid) = world.server_named("cool", true).await;
    let (calm, calm_vmid) = world.server_named("calm", true).await;
    let good = |cpu: f64| json!({"cpu": cpu, "mem": USED, "disk": USED, "netin": 5_000, "netout": 5_000, "diskread": 5_000, "diskwrite": 5_000});
    world.fake.list_as(hot_vmid, &good(0.97), &[]).await.unwrap();
    world.fake.list_as(cool_vmid, &good(0.25), &[]).await.unwrap();
    world.fake.list_as(calm_vmid, &good(0.25), &[]).await.unwrap();
    let api = world.server.sign_in(ALICE).await;
    for (name, metric, above) in [
        ("CPU", v1::AlertMetric::CpuRatio, 0.9),
        ("memory", v1::AlertMetric::MemoryRatio, 0.9),
        ("disk", v1::AlertMetric::DiskRatio, 0.9),
        ("network in", v1::AlertMetric::NetworkInRate, 1e6),
        ("network out", v1::AlertMetric::NetworkOutRate, 1e6),
        ("disk writes", v1::AlertMetric::DiskWriteRate, 1e6),
    ] {
        create_rule(&api, rule(name, metric, above, 0)).await;
    }
    let firing = alert_in(&api, v1::AlertState::Firing).await;
    assert_eq!(firing.server_id, hot.id);
    wait_for("good figures", || async {
        let seen = stats(&api, &calm.id).await;
        if (seen.cpu_ratio, seen.memory_bytes) == (Some(0.25), Some(USED)) {
            Ok(())
        } else {
            Err(format!("{seen:?}"))
        }
    })
    .await;

    for (fields, without) in absurd() {
        for (vmid, cpu) in [(hot_vmid, 0.97), (cool_vmid, 0.25)] {
            let mut shown = good(cpu);
            let (Value::Object(shown_fields), Value::Object(fields)) = (&mut shown, &fields) else {
                panic!("objects");
            };
            shown_fields.extend(fields.clone());
            world.fake.list_as(vmid, &shown, without).await.unwrap();
        }
        two_looks(&api, &calm).await;
        nothing_was_believed(&api, &firing, &fields).await;
        for server in [&hot, &cool] {
            nothing_impossible(&stats(&api, &server.id).await, server);
        }
    }
    // A guest that one answer leaves out, and an answer that is nothing.
    world.fake.hide(hot_vmid).await.unwrap();
    wait_for("a sweep without it", || async {
        let seen = stats(&api, &hot.id).await;
        if seen.stale {
            Ok(())
        } else {
            Err(format!("{seen:?}"))
        }
    })
    .await;
    nothing_was_believed(&api, &firing, &json!("hidden")).await;
    world.fake.list_as(hot_vmid, &good(0.97), &[]).await.unwrap();
    world.fake.list_as(cool_vmid, &good(0.25), &[]).await.unwrap();
    world
        .fake
        .lose("GET", "/cluster/resources", Some(200))
        .await
        .unwrap();
    two_looks(&api, &calm).await;
    nothing_was_believed(&api, &firing, &json!("an empty answer")).await;

    for server in [&hot, &cool, &calm] {
        nothing_impossible_is_kept(&api, server).await;
    }
    // It was believed all the time: when figures come back, they count.
    world.fake.list_as(hot_vmid, &good(0.25), &[]).await.unwrap();
    let over = alert_in(&api, v1::AlertState::Resolved).await;
    assert_eq!(over.id, firing.id);
}

/// What fired before still does, and nothing else does.
async fn nothing_was_believed(api: &Api, firing: &v1::Alert, by: &Value) {
    let alerts = own_alerts(api).await;
    let ids: Vec<&str> = alerts.iter().map(|alert| alert.id.as_str()).collect();
    assert_eq!(ids, [firing.id.as_str()], "{by}: {alerts:#?}");
    assert_eq!(alerts[0].state(), v1::AlertState::Firing, "{by}");
    let told = history(api, firing).await;
    let fired = told.iter().filter(|kind| **kind == v1::AlertChangeKind::Fired);
    assert_eq!(fired.count(), 1, "{by}: {told:?}");
    assert!(!told.contains(&v1::AlertChangeKind::Resolved), "{by}: {told:?}");
}

fn nothing_impossible(seen: &v1::ServerStats, of: &v1::Server) {
    assert!(
        seen.cpu_ratio.is_none_or(|ratio| (0.25..=0.97).contains(&ratio)),
        "{seen:?}"
    );
    assert!(seen.memory_bytes.is_none_or(|bytes| bytes == USED), "{seen:?}");
    assert!(seen.disk_bytes.is_none_or(|bytes| bytes == USED), "{seen:?}");
    assert!(
        seen.memory_limit_bytes
            .is_none_or(|bytes| bytes == of.memory_bytes),
        "{seen:?}"
    );
    for rate in [
        seen.network_in_rate,
        seen.network_out_rate,
        seen.disk_read_rate,
        seen.disk_write_rate,
    ] {
        assert!(rate.is_none_or(|rate| rate <= 5_000), "{seen:?}");
    }
}

/// Every single look that is stored.
async fn nothing_impossible_is_kept(api: &Api, of: &v1::Server) {
    let created = of.create_time.expect("a time").seconds;
    let request = v1::QueryStatsRequest {
        server_id: of.id.clone(),
        start_time: Some(prost_types::Timestamp {
            seconds: created - 60,
            nanos: 0,
        }),
        max_points: 2000,
        ..Default::default()
    };
    let answer = api.monitoring().query_stats(request).await.expect("a history");
    for series in answer.into_inner().series {
        #[expect(clippy::cast_precision_loss, reason = "sizes of a small server")]
        let most = match series.metric() {
            v1::StatsMetric::CpuRatio => 0.97,
            v1::StatsMetric::MemoryBytes | v1::StatsMetric::DiskBytes => USED as f64,
            v1::StatsMetric::MemoryLimitBytes => of.memory_bytes as f64,
            v1::StatsMetric::DiskLimitBytes => of.disk_bytes as f64,
            v1::StatsMetric::Unspecified
            | v1::StatsMetric::NetworkInRate
            | v1::StatsMetric::NetworkOutRate
            | v1::StatsMetric::DiskReadRate
            // What the guests counted by themselves before they were shown otherwise is in it.
            | v1::StatsMetric::DiskWriteRate => 100_000.0,
            v1::StatsMetric::CpuUserRatio
            | v1::StatsMetric::CpuSystemRatio
            | v1::StatsMetric::CpuWaitRatio
            | v1::StatsMetric::CpuStealRatio
            | v1::StatsMetric::Load1
            | v1::StatsMetric::Load5
            | v1::StatsMetric::Load15
            | v1::StatsMetric::SwapBytes
            | v1::StatsMetric::SwapLimitBytes
            | v1::StatsMetric::TemperatureCelsius
            | v1::StatsMetric::ProcessCount
            | v1::StatsMetric::FullestDiskRatio => panic!("a figure of nodes"),
        };
        for point in &series.points {
            let possible = 0.0..=most;
            assert!(
                possible.contains(&point.maximum) && possible.contains(&point.average),
                "{:?} of {}: {point:?}",
                series.metric(),
                of.name
            );
        }
    }
}
