//! A mail server that refuses a mail when it has read all of it.

use std::sync::Arc;
use std::time::Duration;

use hostler_proto::v1;
use hostler_tests::shifted_clock::ShiftedClock;
use hostler_tests::smtp_sink::SmtpSink;
use hostler_tests::test_server::TestServer;
use hostlerd::domain::user::Role;
use v1::channel::Target;

use super::mail_outage::look;
use crate::people::{ALICE, code_in, confirm, create_channel, deliveries_that, make_token, send_code};

const OPS: &str = "ops@example.org";
const LATER: &str = "451 4.3.0 try again later";
const NEVER: &str = "554 5.7.1 not here";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_for_now_is_mailed_again_and_what_is_refused_for_good_is_not() {
    // The first is the code.
    let answers = ["250 yes", LATER, "250 yes", NEVER];
    let arguments: Vec<&str> = answers
        .into_iter()
        .flat_map(|answer| ["--answer", OPS, answer])
        .collect();
    let Some(mut sink) = SmtpSink::start(&arguments).await.unwrap() else {
        return;
    };
    let port = sink.port;
    let clock = Arc::new(ShiftedClock::default());
    let server = TestServer::builder()
        .clock(clock.clone())
        .mails_to(port)
        .start()
        .await;
    let api = server.caller(ALICE, Role::Customer).await;
    let target = Target::Email(v1::EmailTarget {
        addresses: vec![OPS.to_owned()],
        ..Default::default()
    });
    let channel = create_channel(&api, "ops", target).await;
    send_code(&api, &channel, OPS).await.expect("a code");
    let code = code_in(&sink.received().await.unwrap().body);
    confirm(&api, &channel, OPS, &code).await.expect("agreed");

    make_token(&api, "one").await;
    let log = deliveries_that(&api, &channel, |log| {
        log.iter().any(|one| one.attempts == 1 && !one.error.is_empty())
    })
    .await;
    let waits = log.last().expect("a delivery");
    assert_eq!(waits.state(), v1::DeliveryState::Pending, "{waits:?}");
    assert!(
        waits.next_attempt_time.is_some() && waits.end_time.is_none(),
        "{waits:?}"
    );
    assert!(
        !waits.error.contains("4.3.0"),
        "what the mail server says is for staff: {waits:?}"
    );
    clock.advance(Duration::from_mins(1));
    look(&server);
    let log = deliveries_that(&api, &channel, |log| {
        log.iter().all(|one| one.state() == v1::DeliveryState::Delivered)
    })
    .await;
    let delivered = log.last().expect("a delivery");
    assert_eq!((&delivered.id, delivered.attempts), (&waits.id, 2));

    make_token(&api, "two").await;
    let log = deliveries_that(&api, &channel, |log| {
        log.iter().any(|one| one.state() == v1::DeliveryState::Failed)
    })
    .await;
    let refused = log.last().expect("a delivery");
    assert_eq!(refused.attempts, 1, "{refused:?}");
    assert!(
        !refused.error.is_empty() && refused.end_time.is_some(),
        "{refused:?}"
    );

    // A mail is never mailed to one receiver for the sake of another.
    make_token(&api, "three").await;
    let mut to_ops = Vec::new();
    let mut to_alice = 0;
    while to_ops.len() < 4 || to_alice < 3 {
        let mail = sink.received().await.unwrap();
        if mail.to == [OPS] {
            to_ops.push((mail.headers["Message-ID"].clone(), mail.answer));
        } else {
            assert_eq!(mail.to, [ALICE]);
            to_alice += 1;
        }
    }
    let said: Vec<_> = to_ops.iter().map(|(_, answer)| answer.as_str()).collect();
    assert_eq!(said[..3], [LATER, "250 yes", NEVER]);
    assert_eq!(to_ops[0].0, to_ops[1].0, "the same again");
    let ids: std::collections::BTreeSet<_> = to_ops.iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), 3, "{to_ops:?}");
    assert_eq!(sink.stop_and_count().await.unwrap(), 0);
}
