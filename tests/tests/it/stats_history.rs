//! The history of servers, and how long it is kept.

use std::sync::Arc;

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::failure::{bad_fields, expect_refusal};
use hostler_tests::shifted_clock::ShiftedClock;
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::domain::ids::ServerId;
use hostlerd::domain::metric::Metric;
use hostlerd::domain::sample::{Subject, Values};
use hostlerd::domain::user::Role;
use hostlerd::engine::background::StatsUpkeep;
use prost_types::{Duration, Timestamp};
use tokio_util::sync::CancellationToken;

fn last_hour(server: &v1::Server) -> v1::QueryStatsRequest {
    let created = server.create_time.expect("a time");
    v1::QueryStatsRequest {
        server_id: server.id.clone(),
        start_time: Some(Timestamp {
            seconds: created.seconds - 3600,
            nanos: 0,
        }),
        ..Default::default()
    }
}

async fn history(api: &Api, request: v1::QueryStatsRequest) -> v1::QueryStatsResponse {
    let answer = api.monitoring().query_stats(request).await;
    answer.expect("a history").into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_become_a_history_that_only_those_see_who_see_the_server() {
    let server = TestServer::builder()
        .config(|config| config.monitoring.sweep_seconds = 1)
        .start()
        .await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let web = alice.running_server("web").await;
    let wanted = v1::QueryStatsRequest {
        metrics: vec![
            v1::StatsMetric::NetworkInRate.into(),
            v1::StatsMetric::MemoryLimitBytes.into(),
        ],
        max_points: 2000,
        ..last_hour(&web)
    };
    wait_for("points", || async {
        let history = history(&alice, wanted.clone()).await;
        let full = history.series.iter().all(|series| !series.points.is_empty());
        if full { Ok(()) } else { Err(format!("{history:?}")) }
    })
    .await;
    let found = history(&alice, wanted.clone()).await;
    assert_eq!(found.tier(), v1::StatsTier::Raw);
    let width = found.point_width.expect("a width");
    assert_eq!((width.seconds, width.nanos), (5, 0));
    let metrics: Vec<_> = found.series.iter().map(v1::StatsSeries::metric).collect();
    assert_eq!(
        metrics,
        [v1::StatsMetric::MemoryLimitBytes, v1::StatsMetric::NetworkInRate]
    );
    for point in &found.series[0].points {
        #[expect(clippy::cast_precision_loss, reason = "half a gigabyte")]
        let limit = web.memory_bytes as f64;
        assert_eq!((point.average, point.maximum), (limit, limit));
        let time = point.time.expect("a time");
        assert!(point.count >= 1 && time.seconds % 5 == 0 && time.nanos == 0);
    }
    // One point for everything, of all metrics.
    let few = v1::QueryStatsRequest {
        max_points: 1,
        ..last_hour(&web)
    };
    let few = history(&alice, few).await;
    assert_eq!(few.series.len(), 9);
    assert!(few.series.iter().all(|series| series.points.len() <= 1));

    let bob = server.caller("bob@example.org", Role::Customer).await;
    expect_refusal(
        bob.monitoring().query_stats(wanted.clone()).await,
        "NOT_FOUND SERVER_NOT_FOUND",
    );
    let support = server.caller("support@example.org", Role::Support).await;
    assert_eq!(history(&support, wanted.clone()).await.series.len(), 2);
    let backwards = v1::QueryStatsRequest {
        end_time: Some(Timestamp { seconds: 0, nanos: 0 }),
        ..wanted
    };
    let refused = alice.monitoring().query_stats(backwards).await.unwrap_err();
    assert_eq!(bad_fields(&refused), ["start_time"]);
}

async fn retention(api: &Api) -> v1::StatsRetention {
    let answer = api
        .monitoring()
        .get_stats_retention(v1::GetStatsRetentionRequest {})
        .await;
    answer.expect("an answer").into_inner().retention.expect("it")
}

const fn days(days: i64) -> Duration {
    Duration {
        seconds: days * 86_400,
        nanos: 0,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_change_how_long_figures_are_kept() {
    let server = TestServer::start().await;
    let operator = server.caller("operator@example.org", Role::Operator).await;
    let first = retention(&operator).await;
    assert_eq!(
        (first.raw, first.minute, first.ten_minutes, first.hour),
        (Some(days(2)), Some(days(14)), Some(days(60)), Some(days(730)))
    );
    assert_eq!(first.update_time, None);

    let update = v1::UpdateStatsRetentionRequest {
        retention: Some(v1::StatsRetention {
            raw: Some(days(3)),
            ..Default::default()
        }),
        etag: first.etag.clone(),
        request_id: "0190b0e2-7c1e-7a5b-9a52-0123456789ab".to_owned(),
        ..Default::default()
    };
    // The same request twice acts once.
    for _ in 0..2 {
        let answer = operator.monitoring().update_stats_retention(update.clone()).await;
        let changed = answer.expect("a change").into_inner().retention.expect("it");
        assert_eq!((changed.raw, changed.minute), (Some(days(3)), Some(days(14))));
        assert!(changed.update_time.is_some() && changed.etag != first.etag);
    }
    let stale = v1::UpdateStatsRetentionRequest {
        request_id: String::new(),
        ..update.clone()
    };
    expect_refusal(
        operator.monitoring().update_stats_retention(stale).await,
        "ABORTED ETAG_MISMATCH",
    );
    let events = operator
        .audit()
        .list_audit_events(v1::ListAuditEventsRequest {
            target: "stats_retention".to_owned(),
            ..Default::default()
        })
        .await
        .expect("events")
        .into_inner();
    assert_eq!(events.audit_events.len(), 1, "{events:?}");
    assert_eq!(events.audit_events[0].action, "Monitoring.UpdateStatsRetention");

    let customer = server.caller("customer@example.org", Role::Customer).await;
    expect_refusal(
        customer.monitoring().update_stats_retention(update).await,
        "PERMISSION_DENIED ROLE_REQUIRED",
    );
}

async fn keep(operator: &Api, raw: i64, minute: i64) {
    let update = v1::UpdateStatsRetentionRequest {
        retention: Some(v1::StatsRetention {
            raw: Some(days(raw)),
            minute: Some(days(minute)),
            ..Default::default()
        }),
        ..Default::default()
    };
    let answer = operator.monitoring().update_stats_retention(update).await;
    answer.expect("a change");
}

async fn upkeep(server: &TestServer) {
    let upkeep = StatsUpkeep::new(server.app().ports().clone());
    upkeep.keep_up(&CancellationToken::new()).await.expect("upkeep");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_upkeep_removes_what_is_older_than_was_set_and_nothing_else() {
    let clock = Arc::new(ShiftedClock::default());
    let server = TestServer::builder()
        .config(|config| config.monitoring.sweep_seconds = 3600)
        .clock(clock.clone())
        .start()
        .await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    server.user("operator@example.org", Role::Operator).await;
    let web = alice.running_server("web").await;
    let id: ServerId = web.id.parse().expect("an id");
    let ports = server.app().ports();
    let now = ports.clock.now();
    for look in 1..=60_u32 {
        let time = now - std::time::Duration::from_mins(1) * look;
        let looks = [(Subject::Server(id), Values::NONE.with(Metric::CpuRatio, 5_000))];
        ports.store.stats_add(time, &looks, now).await.expect("figures");
    }
    clock.advance(std::time::Duration::from_hours(10 * 24));
    let operator = server.sign_in("operator@example.org").await;
    let alice = server.sign_in("alice@example.org").await;
    let second = |time: i64| {
        Some(Timestamp {
            seconds: time,
            nanos: 0,
        })
    };
    // What is kept, by how finely it is asked for: the retention says which tier a question goes to.
    let kept = async |max_points: i32, tier: v1::StatsTier| {
        keep(&operator, 20, 20).await;
        let request = v1::QueryStatsRequest {
            start_time: second(now.as_seconds() - 3660),
            end_time: second(now.as_seconds() + 60),
            metrics: vec![v1::StatsMetric::CpuRatio.into()],
            max_points,
            ..last_hour(&web)
        };
        let found = history(&alice, request).await;
        assert_eq!(found.tier(), tier, "{found:?}");
        found.series[0]
            .points
            .iter()
            .map(|point| point.count)
            .sum::<i64>()
    };
    let all = async || {
        [
            kept(2000, v1::StatsTier::Raw).await,
            kept(100, v1::StatsTier::Minute).await,
            kept(10, v1::StatsTier::TenMinutes).await,
        ]
    };
    // By default samples of ten days ago are gone by now.
    keep(&operator, 20, 20).await;
    upkeep(&server).await;
    assert_eq!(all().await, [60; 3], "all of it is within what was set");
    keep(&operator, 2, 20).await;
    upkeep(&server).await;
    assert_eq!(all().await, [0, 60, 60], "samples were to be kept for two days");
    keep(&operator, 2, 5).await;
    upkeep(&server).await;
    assert_eq!(all().await, [0, 0, 60], "and minutes for five");
}
