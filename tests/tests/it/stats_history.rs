//! The history of servers, and how long it is kept.

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::failure::{bad_fields, expect_refusal};
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::domain::user::Role;
use prost_types::{Duration, Timestamp};

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
