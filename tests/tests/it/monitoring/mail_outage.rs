//! A mail server that is away for an hour.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use hostler_proto::v1;
use hostler_tests::shifted_clock::ShiftedClock;
use hostler_tests::smtp_sink::SmtpSink;
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::domain::user::Role;
use hostlerd::ports::bus::Notice;
use v1::channel::Target;

use crate::people::{
    ALICE, alert_in, burn, code_in, confirm, create_channel, create_rule, deliveries, deliveries_that,
    make_token, rule, send_code,
};

const OPS: &str = "ops@example.org";
const HOUR: Duration = Duration::from_hours(1);
const STEP: Duration = Duration::from_mins(5);

/// What the channel was sent before the outage: the code for its address, and that the alert fires.
const BEFORE: usize = 2;
/// With the end of the alert and two tokens.
const LOGGED: usize = BEFORE + 3;

/// Has the tasks look, which they otherwise do each 15 seconds.
pub(super) fn look(server: &TestServer) {
    server.app().ports().bus.publish(Notice::DeliveryReady);
}

/// Until what became of every mail is written down.
pub(super) async fn nothing_waits(server: &TestServer) {
    wait_for("written down", || async {
        let backlog = server.app().ports().store.delivery_backlog().await;
        let backlog = backlog.expect("a backlog");
        if backlog.iter().all(|(_, backlog)| backlog.waiting == 0) {
            Ok(())
        } else {
            Err(format!("{backlog:?}"))
        }
    })
    .await;
}

/// The same message by its receiver: how often it came, and its subject.
async fn received(sink: &mut SmtpSink, count: usize) -> BTreeMap<(String, String), (usize, String)> {
    let mut mails = BTreeMap::new();
    for _ in 0..count {
        let mail = sink.received().await.expect("a mail");
        let key = (mail.headers["X-Hostler-Delivery"].clone(), mail.to.join(","));
        mails.entry(key).or_insert((0, mail.subject)).0 += 1;
    }
    mails
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_of_an_hour_without_a_mail_server_arrives_afterwards_and_once() {
    let Some(mut sink) = SmtpSink::start(&[]).await.unwrap() else {
        return;
    };
    let port = sink.port;
    let clock = Arc::new(ShiftedClock::default());
    let server = TestServer::builder()
        .config(|config| config.monitoring.sweep_seconds = 1)
        .clock(clock.clone())
        .mails_to(port)
        .start()
        .await;
    let mut api = server.caller(ALICE, Role::Customer).await;
    let web = api.running_server("web").await;
    assert_eq!(sink.received().await.unwrap().to, [ALICE], "of the new server");
    let target = Target::Email(v1::EmailTarget {
        addresses: vec![OPS.to_owned()],
        ..Default::default()
    });
    let channel = create_channel(&api, "ops", target).await;
    send_code(&api, &channel, OPS).await.expect("a code");
    let code = code_in(&sink.received().await.unwrap().body);
    confirm(&api, &channel, OPS, &code).await.expect("agreed");
    create_rule(&api, rule("CPU hot", v1::AlertMetric::CpuRatio, 0.9, 0)).await;
    burn(&server, &web, 0.97);
    let fired = received(&mut sink, 2).await;
    assert_eq!(fired.len(), 2, "{fired:?}");

    // A message whose receipt goes down with the mail server is sent once more.
    nothing_waits(&server).await;
    sink.stop().await.unwrap();
    burn(&server, &web, 0.1);
    alert_in(&api, v1::AlertState::Resolved).await;
    make_token(&api, "one").await;
    make_token(&api, "two").await;
    deliveries_that(&api, &channel, |log| {
        let tried = log.iter().filter(|one| one.attempts > 0);
        tried.count() == LOGGED
    })
    .await;
    let mut tries = 0;
    for _ in 0..HOUR.as_secs() / STEP.as_secs() {
        clock.advance(STEP);
        // Sessions are shorter than the outage.
        api = server.sign_in(ALICE).await;
        let now = server.app().ports().clock.now().as_seconds();
        look(&server);
        let log = deliveries_that(&api, &channel, |log| {
            let waits = |one: &v1::Delivery| one.next_attempt_time.is_none_or(|time| time.seconds > now);
            log.iter().all(waits)
        })
        .await;
        for down in &log[BEFORE..] {
            assert_eq!(down.state(), v1::DeliveryState::Pending, "{down:?}");
            assert!(!down.error.is_empty() && down.end_time.is_none(), "{down:?}");
        }
        assert!(log[BEFORE].attempts >= tries, "the log counts tries: {log:#?}");
        tries = log[BEFORE].attempts;
    }
    assert!((5..=9).contains(&tries), "ever more rarely: {tries}");

    let port_text = port.to_string();
    let mut sink = SmtpSink::start(&["--port", &port_text]).await.unwrap().unwrap();
    clock.advance(HOUR);
    api = server.sign_in(ALICE).await;
    look(&server);
    let log = deliveries_that(&api, &channel, |log| {
        log.iter().all(|one| one.state() == v1::DeliveryState::Delivered)
    })
    .await;
    let late = received(&mut sink, 6).await;
    assert!(late.values().all(|(count, _)| *count == 1), "{late:#?}");
    for to in [ALICE, OPS] {
        let mut subjects: Vec<_> = late.iter().filter(|((_, at), _)| at == to).collect();
        subjects.sort_by_key(|(_, (_, subject))| subject.clone());
        assert_eq!(
            subjects.len(),
            3,
            "the end of the alert and two tokens: {late:#?}"
        );
    }
    assert_eq!(log.len(), LOGGED);
    for one in &log[BEFORE..] {
        assert!(
            late.contains_key(&(one.id.clone(), OPS.to_owned())),
            "{one:?} {late:#?}"
        );
        assert!(
            one.attempts > tries && one.error.is_empty() && one.end_time.is_some(),
            "{one:?}"
        );
    }

    // What comes next is the next thing that happens, and no message of the outage once more.
    clock.advance(HOUR);
    api = server.sign_in(ALICE).await;
    make_token(&api, "three").await;
    let next = received(&mut sink, 2).await;
    assert_eq!(next.len(), 2, "{next:#?}");
    assert!(
        next.keys().all(|key| !late.contains_key(key)),
        "{next:#?} {late:#?}"
    );
    assert_eq!(deliveries(&api, &channel).await.len(), LOGGED + 1);
}
