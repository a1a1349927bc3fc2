//! Clocks that are set back, and days on which people change theirs.

use std::sync::Arc;
use std::time::Duration;

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::shifted_clock::ShiftedClock;
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::domain::ids::ServerId;
use hostlerd::domain::metric::Metric;
use hostlerd::domain::sample::{Subject, Values};
use hostlerd::domain::time::Timestamp;
use hostlerd::domain::user::Role;
use hostlerd::engine::background::StatsUpkeep;
use tokio_util::sync::CancellationToken;
use v1::alert_condition::Condition;

use crate::people::{ALICE, alert_in, burn, create_rule, history, rule, stats};

const HOUR: i64 = 3600;
/// From one look to the next on the days below.
const LOOK: i64 = 300;
/// When the clocks of Berlin change on both days: 01:00 UTC. It is busy from half an hour before until half an hour
/// after.
const BUSY: std::ops::Range<i64> = -HOUR / 2..HOUR / 2;

/// A day in Berlin, in seconds since 1970: its midnights, and when its clocks change.
struct Day {
    begin: i64,
    change: i64,
    hours: i64,
}

/// 29 March 2026.
const SHORT: Day = Day {
    begin: 1_774_738_800,
    change: 1_774_746_000,
    hours: 23,
};
/// 25 October 2026.
const LONG: Day = Day {
    begin: 1_792_879_200,
    change: 1_792_890_000,
    hours: 25,
};

const fn wire(seconds: i64) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds, nanos: 0 }
}

async fn points(api: &Api, request: v1::QueryStatsRequest) -> Vec<v1::StatsPoint> {
    let request = v1::QueryStatsRequest {
        metrics: vec![v1::StatsMetric::CpuRatio.into()],
        ..request
    };
    let answer = api.monitoring().query_stats(request).await;
    answer.expect("a history").into_inner().series.remove(0).points
}

fn seconds(point: &v1::StatsPoint) -> i64 {
    point.time.expect("a time").seconds
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_between_two_looks_hides_nothing_and_tells_nothing_twice() {
    let clock = Arc::new(ShiftedClock::default());
    let server = TestServer::builder()
        .config(|config| config.monitoring.sweep_seconds = 1)
        .clock(clock.clone())
        .start()
        .await;
    let api = server.caller(ALICE, Role::Customer).await;
    let web = api.running_server("web").await;
    create_rule(&api, rule("CPU hot", v1::AlertMetric::CpuRatio, 0.9, 0)).await;
    burn(&server, &web, 0.97);
    let firing = alert_in(&api, v1::AlertState::Firing).await;
    let fired = firing.fire_time.expect("a time").seconds;
    clock.set_back(Duration::from_mins(10));
    let looks_that = |wanted: f64| {
        let (api, id) = (&api, &web.id);
        wait_for("two looks after the change", move || async move {
            let seen = stats(api, id).await;
            // Until the next look nothing is known of the present.
            let Some(time) = seen.sample_time.map(|time| time.seconds) else {
                return Err("no figures yet".to_owned());
            };
            // The rates of the second look are those between two looks by the same clock.
            let second = seen.network_in_rate.is_some();
            if time < fired && second && !seen.stale && seen.cpu_ratio == Some(wanted) {
                Ok(())
            } else {
                Err(format!("{seen:?}"))
            }
        })
    };
    looks_that(0.97).await;
    assert_eq!(alert_in(&api, v1::AlertState::Firing).await.id, firing.id);
    burn(&server, &web, 0.1);
    looks_that(0.1).await;
    let over = alert_in(&api, v1::AlertState::Resolved).await;
    assert_eq!(over.id, firing.id);
    let happened = history(&api, &firing).await;
    assert_eq!(
        happened,
        [v1::AlertChangeKind::Fired, v1::AlertChangeKind::Resolved]
    );
    let kept = points(
        &api,
        v1::QueryStatsRequest {
            server_id: web.id.clone(),
            start_time: Some(wire(fired - HOUR / 4)),
            end_time: Some(wire(fired + HOUR / 4)),
            max_points: 2000,
            ..Default::default()
        },
    )
    .await;
    let times: Vec<i64> = kept.iter().map(seconds).collect();
    assert!(times.is_sorted_by(|before, after| before < after), "{times:?}");
    assert!(
        times.iter().any(|time| *time < fired - HOUR / 8) && times.iter().any(|time| *time >= fired),
        "what was seen before and after the change is kept: {times:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_without_two_oclock_has_23_hours_and_no_hole() {
    a_day_is_whole(SHORT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_with_two_oclock_twice_has_25_hours_and_none_twice() {
    a_day_is_whole(LONG).await;
}

async fn a_day_is_whole(day: Day) {
    let end = day.begin + day.hours * HOUR;
    // Days of UTC have ended as well, and can be rolled up.
    let now = Timestamp::from_micros((end + 3 * HOUR) * 1_000_000);
    let server = TestServer::builder()
        .config(|config| config.monitoring.sweep_seconds = LOOK.unsigned_abs())
        .clock(Arc::new(ShiftedClock::at(now)))
        .start()
        .await;
    let api = server.caller(ALICE, Role::Customer).await;
    let web = api.running_server("web").await;
    let id: ServerId = web.id.parse().unwrap();
    let ports = server.app().ports();
    for look in 0..day.hours * HOUR / LOOK {
        let time = day.begin + look * LOOK;
        let busy = BUSY.contains(&(time - day.change));
        let values = Values::NONE.with(Metric::CpuRatio, if busy { 9_600 } else { 1_000 });
        let time = Timestamp::from_micros(time * 1_000_000);
        let looks = [(Subject::Server(id), values)];
        ports
            .store
            .stats_add(time, &looks, ports.clock.now())
            .await
            .unwrap();
    }
    the_hours_are_all_there(&api, &web, &day).await;
    StatsUpkeep::new(ports.clone())
        .keep_up(&CancellationToken::new())
        .await
        .unwrap();
    the_hours_are_all_there(&api, &web, &day).await;

    let mut tried = rule("CPU hot", v1::AlertMetric::CpuRatio, 0.9, 0);
    if let Some(Condition::Metric(metric)) = tried.condition.as_mut().and_then(|it| it.condition.as_mut()) {
        metric.duration = Some(prost_types::Duration {
            seconds: HOUR * 3 / 4,
            nanos: 0,
        });
    }
    let request = v1::DryRunAlertRuleRequest {
        rule: Some(tried),
        start_time: Some(wire(day.begin)),
        end_time: Some(wire(end)),
        ..Default::default()
    };
    let answer = api.alert_rules().dry_run_alert_rule(request).await;
    let answer = answer.expect("an answer").into_inner();
    assert_eq!(answer.fire_count, 1, "{answer:#?}");
    let alert = &answer.servers[0].alerts[0];
    let since_change = |time: Option<prost_types::Timestamp>| time.unwrap().seconds - day.change;
    assert_eq!(since_change(alert.begin_time), BUSY.start);
    assert_eq!(
        since_change(alert.fire_time),
        HOUR / 4,
        "45 minutes, whatever clocks show"
    );
    assert_eq!(since_change(alert.resolve_time), BUSY.end);
}

/// Each hour, and each ten minutes, has one point with all its looks.
async fn the_hours_are_all_there(api: &Api, web: &v1::Server, day: &Day) {
    for width in [HOUR, 600] {
        let count = day.hours * HOUR / width;
        let found = points(
            api,
            v1::QueryStatsRequest {
                server_id: web.id.clone(),
                start_time: Some(wire(day.begin)),
                end_time: Some(wire(day.begin + day.hours * HOUR)),
                max_points: i32::try_from(count).unwrap(),
                ..Default::default()
            },
        )
        .await;
        let times: Vec<i64> = found.iter().map(seconds).collect();
        let expected: Vec<i64> = (0..count).map(|point| day.begin + point * width).collect();
        assert_eq!(times, expected);
        for point in &found {
            assert_eq!(point.count, width / LOOK, "{point:?}");
            let busy = (seconds(point)..seconds(point) + width)
                .step_by(usize::try_from(LOOK).unwrap())
                .any(|time| BUSY.contains(&(time - day.change)));
            assert!(
                (point.maximum - if busy { 0.96 } else { 0.1 }).abs() < 1e-9,
                "{point:?}"
            );
        }
    }
}
