//! A process that dies anywhere between an alert and the mail about it.

use std::sync::Arc;
use std::time::Duration;

use hostler_proto::v1;
use hostler_tests::fault_plan::FaultPlan;
use hostler_tests::shifted_clock::ShiftedClock;
use hostler_tests::smtp_sink::{Received, SmtpSink};
use hostler_tests::test_server::TestServer;
use hostlerd::domain::user::Role;

use super::mail_outage::nothing_waits;
use crate::people::{ALICE, burn, create_rule, rule};

/// Where it dies, and how often the mail is sent then.
const POINTS: [(&str, usize); 5] = [
    ("alerts after_write", 1),
    ("outbox claimed", 1),
    ("outbox expanded", 1),
    ("mail delivery claimed", 1),
    // It was sent, and nobody has written that down.
    ("mail delivery made", 2),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_an_alert_and_its_mail_loses_nothing_and_keeps_the_message_id() {
    let Some(mut sink) = SmtpSink::start(&[]).await.unwrap() else {
        return;
    };
    let port = sink.port;
    let clock = Arc::new(ShiftedClock::default());
    let plan = Arc::new(FaultPlan::new());
    let mut server = TestServer::builder()
        .config(|config| config.monitoring.sweep_seconds = 1)
        .clock(clock.clone())
        .faults(plan.clone())
        .mails_to(port)
        .start()
        .await;
    let api = server.caller(ALICE, Role::Customer).await;
    let web = api.running_server("web").await;
    sink.received().await.expect("a mail about the new server");
    create_rule(&api, rule("CPU hot", v1::AlertMetric::CpuRatio, 0.9, 0)).await;
    let mut ids = Vec::new();
    for (round, (point, mails)) in POINTS.into_iter().enumerate() {
        nothing_waits(&server).await;
        plan.hold(point);
        // It fires and is over by turns.
        let fires = round % 2 == 0;
        burn(&server, &web, if fires { 0.97 } else { 0.1 });
        plan.reached().await;
        server.crash();
        plan.release();
        // The claims and leases of the dead run out.
        clock.advance(Duration::from_mins(6));
        server.restart().await;
        let mut received: Vec<Received> = Vec::new();
        for _ in 0..mails {
            received.push(sink.received().await.expect("a mail"));
        }
        let first = &received[0];
        for mail in &received {
            assert_eq!(mail.to, [ALICE], "{point}");
            assert_eq!(mail.subject.starts_with("Resolved"), !fires, "{point}: {mail:?}");
            assert!(mail.subject.contains("CPU hot"), "{point}: {mail:?}");
            assert_eq!(mail.headers["Message-ID"], first.headers["Message-ID"], "{point}");
            assert_eq!(
                mail.headers["X-Hostler-Delivery"], first.headers["X-Hostler-Delivery"],
                "{point}"
            );
        }
        let id = first.headers["Message-ID"].clone();
        // Otherwise a mail of the round before came once more.
        assert!(!ids.contains(&id), "{point}: {ids:?}");
        ids.push(id);
    }
    nothing_waits(&server).await;
    let rest = sink.stop_and_count().await.expect("an end");
    assert_eq!(rest, 0, "no mail beyond those");
}
