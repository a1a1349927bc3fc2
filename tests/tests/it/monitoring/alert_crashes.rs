//! A process that dies anywhere between an alert and the message about it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::fault_plan::FaultPlan;
use hostler_tests::hook_sink::HookSink;
use hostler_tests::shifted_clock::ShiftedClock;
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::domain::user::Role;

use crate::people::{
    ALICE, SECRET, alert_in, burn, create_channel, create_rule, deliveries_that, first_mail, history,
    own_alerts, rule, webhook,
};

/// Where it dies, and how often the message is posted then.
const POINTS: [(&str, usize); 5] = [
    ("alerts after_write", 1),
    ("outbox claimed", 1),
    ("outbox expanded", 1),
    ("post delivery claimed", 1),
    // It was posted, and nobody has written that down.
    ("post delivery made", 2),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_an_alert_and_its_message_loses_nothing_and_keeps_the_id() {
    let clock = Arc::new(ShiftedClock::default());
    let plan = Arc::new(FaultPlan::new());
    let mut server = TestServer::builder()
        .config(|config| {
            // A server of a test has another port after a restart, and messages lead to it.
            config.server.public_url = "https://hostler.example.org".to_owned();
            config.monitoring.sweep_seconds = 1;
            config.notifications.own_networks = vec!["127.0.0.0/8".parse().unwrap()];
        })
        .clock(clock.clone())
        .faults(plan.clone())
        .start()
        .await;
    let mut api = server.caller(ALICE, Role::Customer).await;
    let web = api.running_server("web").await;
    first_mail(&server).await;
    for (round, (point, posts)) in POINTS.into_iter().enumerate() {
        // Each round has a rule and a channel of its own, and the alert of the round before is over and told.
        let sink = HookSink::start().await;
        let channel = create_channel(&api, point, webhook(sink.url("/hook"))).await;
        let name = format!("round {round}");
        let rule = v1::AlertRule {
            channel_ids: vec![channel.id.clone()],
            ..rule(&name, v1::AlertMetric::CpuRatio, 0.9, 0)
        };
        let rule = create_rule(&api, rule).await;
        plan.hold(point);
        burn(&server, &web, 0.97);
        plan.reached().await;
        server.crash();
        plan.release();
        // The claims and leases of the dead run out.
        clock.advance(Duration::from_mins(6));
        server.restart().await;
        api = server.sign_in(ALICE).await;
        let log = deliveries_that(
            &api,
            &channel,
            |log| matches!(log, [one] if one.state() == v1::DeliveryState::Delivered),
        )
        .await;
        let posted = sink.posted();
        let ids: BTreeSet<&str> = posted
            .iter()
            .map(|one| one.header("x-hostler-delivery"))
            .collect();
        assert_eq!(ids, BTreeSet::from([log[0].id.as_str()]), "{point}");
        assert_eq!(posted.len(), posts, "{point}");
        for one in &posted {
            assert!(one.is_signed(SECRET), "{point}: {one:?}");
            assert_eq!(one.body, posted[0].body, "{point}");
        }
        let alert = alert_in(&api, v1::AlertState::Firing).await;
        assert_eq!(alert.id, log[0].alert_id, "{point}");
        let fired = history(&api, &alert).await;
        let times = fired.iter().filter(|kind| **kind == v1::AlertChangeKind::Fired);
        assert_eq!(times.count(), 1, "{point}: {fired:?}");
        let delete = v1::DeleteAlertRuleRequest {
            alert_rule_id: rule.id,
            ..Default::default()
        };
        api.alert_rules()
            .delete_alert_rule(delete)
            .await
            .expect("a deletion");
        burn(&server, &web, 0.1);
        nothing_fires(&api).await;
    }
}

/// Waits until this round's alert is over, and those of earlier rounds do not count any more.
async fn nothing_fires(api: &Api) {
    wait_for("the end of the alert", || async {
        let alerts = own_alerts(api).await;
        if alerts
            .iter()
            .all(|alert| alert.state() == v1::AlertState::Resolved)
        {
            Ok(())
        } else {
            Err(format!("{alerts:#?}"))
        }
    })
    .await;
}
