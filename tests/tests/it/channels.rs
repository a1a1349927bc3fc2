//! Channels over the whole way: what leaves, what comes back, and what becomes of it.

use std::sync::Arc;
use std::time::Duration;

use hostler_proto::v1;
use hostler_proto::v1::channel::Target;
use hostler_tests::api::Api;
use hostler_tests::failure::{bad_fields, expect_refusal, refused};
use hostler_tests::fault_plan::FaultPlan;
use hostler_tests::hook_sink::{HookSink, Reply};
use hostler_tests::shifted_clock::ShiftedClock;
use hostler_tests::test_server::{Builder, PASSWORD, TestServer};
use hostler_tests::wait::wait_for;
use hostlerd::domain::user::Role;

use crate::people::{
    SECRET, code_in, confirm, create_channel, create_rule, deliveries, make_token, rule, scrape, send_code,
    webhook,
};

/// A server that may post to the receivers of tests.
fn builder() -> Builder {
    TestServer::builder().config(|config| {
        config.notifications.own_networks = vec!["127.0.0.0/8".parse().unwrap()];
    })
}

async fn test(api: &Api, channel: &v1::Channel) -> v1::Delivery {
    let request = v1::TestChannelRequest {
        channel_id: channel.id.clone(),
        ..Default::default()
    };
    let answer = api.channels().test_channel(request).await;
    answer.expect("a test").into_inner().delivery.expect("a delivery")
}

/// The newest delivery, once it is in this state.
async fn delivery_in(api: &Api, channel: &v1::Channel, state: v1::DeliveryState) -> v1::Delivery {
    wait_for("a delivery", || async {
        let all = deliveries(api, channel).await;
        match all.last() {
            Some(newest) if newest.state() == state => Ok(newest.clone()),
            _ => Err(format!("{all:?}")),
        }
    })
    .await
}

/// Has something happen that is told of: the password changes, to itself.
async fn something_happens(api: &Api) {
    let request = v1::ChangePasswordRequest {
        current_password: PASSWORD.to_owned(),
        new_password: format!("{PASSWORD}."),
        ..Default::default()
    };
    api.auth().change_password(request).await.expect("a change");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_gets_a_signed_message_and_its_owner_sees_what_came_of_it() {
    let server = builder().start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let sink = HookSink::start().await;
    let channel = create_channel(&alice, "mine", webhook(sink.url("/hook"))).await;
    let tested = test(&alice, &channel).await;
    assert_eq!(tested.state(), v1::DeliveryState::Delivered);
    assert!(tested.test && tested.attempts == 1 && tested.status_code == 200);
    let posted = sink.nth(1).await;
    assert_eq!(posted.path, "/hook");
    assert!(posted.is_signed(SECRET), "{posted:?}");
    assert_eq!(posted.header("x-hostler-delivery"), tested.id);
    assert_eq!(posted.json()["kind"], "test");

    something_happens(&alice).await;
    let posted = sink.nth(2).await;
    assert!(posted.is_signed(SECRET), "{posted:?}");
    let told = posted.json();
    assert_eq!(told["kind"], "password_changed");
    assert_eq!(told["title"], "Your password was changed");
    let delivered = delivery_in(&alice, &channel, v1::DeliveryState::Delivered).await;
    assert_eq!(told["id"], delivered.id);
    assert_eq!(delivered.kind(), v1::NotificationKind::Security);
    assert!(!delivered.test && delivered.end_time.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn slack_and_teams_get_what_they_read() {
    let server = builder().start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let sink = HookSink::start().await;
    let slack = Target::Slack(v1::SlackTarget {
        url: sink.url("/services/T0/B0/secret"),
        ..Default::default()
    });
    let teams = Target::Teams(v1::TeamsTarget {
        url: sink.url("/workflows/secret"),
        ..Default::default()
    });
    test(&alice, &create_channel(&alice, "mine", slack).await).await;
    test(&alice, &create_channel(&alice, "mine", teams).await).await;
    let (slack, teams) = (sink.nth(1).await, sink.nth(2).await);
    let blocks = &slack.json()["attachments"][0]["blocks"];
    assert_eq!(blocks[0]["text"]["text"], "A test from Hostler");
    assert_eq!(slack.header("x-hostler-signature"), "");
    let card = &teams.json()["attachments"][0];
    assert_eq!(card["contentType"], "application/vnd.microsoft.card.adaptive");
    assert_eq!(card["content"]["version"], "1.4");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_go_in_and_do_not_come_out_nor_lie_about() {
    let server = builder().start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let sink = HookSink::start().await;
    let hook = create_channel(&alice, "mine", webhook(sink.url("/hook"))).await;
    let url = sink.url("/services/T0/B0/a-very-secret-end");
    let slack = Target::Slack(v1::SlackTarget {
        url: url.clone(),
        ..Default::default()
    });
    let slack = create_channel(&alice, "mine", slack).await;
    let Some(Target::Webhook(shown)) = &hook.target else {
        panic!("{hook:?}")
    };
    assert_eq!((shown.secret.as_str(), shown.secret_hint.as_str()), ("", "…ages"));
    let Some(Target::Slack(shown)) = &slack.target else {
        panic!("{slack:?}")
    };
    assert_eq!((shown.url.as_str(), shown.url_hint.as_str()), ("", "…-end"));
    test(&alice, &hook).await;
    test(&alice, &slack).await;
    for file in std::fs::read_dir(server.state_dir()).unwrap() {
        let path = file.unwrap().path();
        if !path.is_file() {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for secret in [SECRET, "a-very-secret-end"] {
            let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "{secret:?} lies in {}", path.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_final_and_what_fails_is_tried_again_under_the_same_id() {
    let clock = Arc::new(ShiftedClock::default());
    let server = builder().clock(clock.clone()).start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let sink = HookSink::start().await;
    let channel = create_channel(&alice, "mine", webhook(sink.url("/hook"))).await;
    sink.reply([
        Reply::status(503),
        Reply {
            status: 429,
            headers: vec![("retry-after", "120".to_owned())],
            ..Reply::default()
        },
        Reply::status(410),
    ]);
    something_happens(&alice).await;
    let first = sink.nth(1).await;
    let failed = wait_for("a failed try", || async {
        let all = deliveries(&alice, &channel).await;
        match all.last() {
            Some(newest) if newest.attempts == 1 => Ok(newest.clone()),
            _ => Err(format!("{all:?}")),
        }
    })
    .await;
    assert_eq!(
        (failed.state(), failed.status_code),
        (v1::DeliveryState::Pending, 503)
    );
    assert!(failed.next_attempt_time.is_some() && failed.error.contains("503"));

    // The tasks look each 15 seconds, and at once when something is asked for again.
    redeliver(&alice, &failed.id).await;
    let second = sink.nth(2).await;
    let waits = wait_for("the second try", || async {
        let all = deliveries(&alice, &channel).await;
        match all.last() {
            Some(newest) if newest.attempts == 2 => Ok(newest.clone()),
            _ => Err(format!("{all:?}")),
        }
    })
    .await;
    assert_eq!(waits.status_code, 429);
    let asked = waits.next_attempt_time.unwrap().seconds - waits.create_time.unwrap().seconds;
    assert!((119..150).contains(&asked), "{asked}");
    redeliver(&alice, &failed.id).await;
    let third = sink.nth(3).await;
    let over = delivery_in(&alice, &channel, v1::DeliveryState::Failed).await;
    assert_eq!((over.attempts, over.status_code), (3, 410));

    redeliver(&alice, &failed.id).await;
    let fourth = sink.nth(4).await;
    delivery_in(&alice, &channel, v1::DeliveryState::Delivered).await;
    for posted in [&second, &third, &fourth] {
        assert_eq!(
            posted.header("x-hostler-delivery"),
            first.header("x-hostler-delivery")
        );
        assert_eq!(posted.body, first.body, "a try says what the first one said");
        assert!(posted.is_signed(SECRET));
    }
}

async fn redeliver(api: &Api, id: &str) {
    let request = v1::RedeliverDeliveryRequest {
        delivery_id: id.to_owned(),
        ..Default::default()
    };
    api.channels()
        .redeliver_delivery(request)
        .await
        .expect("a delivery");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_claim_and_delivery_sends_the_same_again() {
    let clock = Arc::new(ShiftedClock::default());
    let plan = Arc::new(FaultPlan::new());
    let mut server = builder().clock(clock.clone()).faults(plan.clone()).start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let sink = HookSink::start().await;
    let channel = create_channel(&alice, "mine", webhook(sink.url("/hook"))).await;
    for point in ["post delivery claimed", "post delivery made"] {
        let before = sink.posted().len();
        plan.hold(point);
        let token = v1::CreateApiTokenRequest {
            name: point.to_owned(),
            scopes: vec!["account.read".to_owned()],
            ..Default::default()
        };
        let api = server.sign_in("alice@example.org").await;
        api.auth().create_api_token(token).await.expect("a token");
        plan.reached().await;
        server.crash();
        plan.release();
        // The claim of the dead process runs out.
        clock.advance(Duration::from_mins(6));
        server.restart().await;
        let again = sink
            .nth(before + 1 + usize::from(point == "post delivery made"))
            .await;
        let ids: Vec<_> = sink.posted()[before..]
            .iter()
            .map(|posted| posted.header("x-hostler-delivery").to_owned())
            .collect();
        assert!(
            ids.iter().all(|id| *id == again.header("x-hostler-delivery")),
            "{ids:?}"
        );
        // What is not written down yet would be at the next fault point, too.
        delivery_in(
            &server.sign_in("alice@example.org").await,
            &channel,
            v1::DeliveryState::Delivered,
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_are_not_followed_and_a_slow_receiver_is_left() {
    let server = builder().start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let (sink, elsewhere) = (HookSink::start().await, HookSink::start().await);
    let channel = create_channel(&alice, "mine", webhook(sink.url("/hook"))).await;
    sink.reply([Reply {
        status: 307,
        headers: vec![("location", elsewhere.url("/inside"))],
        ..Reply::default()
    }]);
    let refused = test(&alice, &channel).await;
    assert_eq!(
        (refused.state(), refused.status_code),
        (v1::DeliveryState::Failed, 307)
    );
    assert!(refused.error.contains("redirects"), "{}", refused.error);
    assert!(elsewhere.posted().is_empty());
    sink.reply([Reply {
        status: 200,
        after: Duration::from_mins(10),
        ..Reply::default()
    }]);
    let slow = test(&alice, &channel).await;
    assert_eq!((slow.state(), slow.status_code), (v1::DeliveryState::Failed, 0));
    assert!(slow.error.contains("no answer within"), "{}", slow.error);
}

#[tokio::test(flavor = "multi_thread")]
async fn private_addresses_are_not_posted_to_by_whatever_name() {
    let server = TestServer::start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let sink = HookSink::start().await;
    let port = sink.port;
    for url in [
        sink.url("/"),
        format!("https://127.0.0.1:{port}/"),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://[::ffff:10.0.0.1]/".to_owned(),
        "https://0x7f.1/".to_owned(),
        "https://example.org:22/".to_owned(),
        "https://user:password@example.org/".to_owned(),
    ] {
        let request = v1::CreateChannelRequest {
            channel: Some(v1::Channel {
                display_name: "inside".to_owned(),
                target: Some(webhook(url.clone())),
                ..Default::default()
            }),
            ..Default::default()
        };
        let refusal = refused(alice.channels().create_channel(request).await);
        assert_eq!(bad_fields(&refusal), ["channel.webhook.url"], "{url}");
    }
    // A name tells nothing by itself: it is looked at when it is posted to.
    let channel = create_channel(&alice, "mine", webhook("https://localhost/".to_owned())).await;
    let refused = test(&alice, &channel).await;
    assert_eq!(refused.state(), v1::DeliveryState::Failed);
    assert!(refused.error.contains("private"), "{}", refused.error);
    assert!(sink.posted().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_with_enough_for_a_minute_waits_and_loses_nothing() {
    let clock = Arc::new(ShiftedClock::default());
    let mut server = builder().clock(clock.clone()).start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let sink = HookSink::start().await;
    let request = v1::CreateChannelRequest {
        channel: Some(v1::Channel {
            display_name: "slow".to_owned(),
            target: Some(webhook(sink.url("/hook"))),
            rate_per_minute: 1,
            ..Default::default()
        }),
        ..Default::default()
    };
    let channel = alice.channels().create_channel(request).await;
    let channel = channel.unwrap().into_inner().channel.unwrap();
    for name in ["one", "two"] {
        let token = v1::CreateApiTokenRequest {
            name: name.to_owned(),
            scopes: vec!["account.read".to_owned()],
            ..Default::default()
        };
        alice.auth().create_api_token(token).await.expect("a token");
    }
    sink.nth(1).await;
    wait_for("one that waits", || async {
        let all = deliveries(&alice, &channel).await;
        let waits = |delivery: &v1::Delivery| {
            delivery.state() == v1::DeliveryState::Pending
                && delivery.next_attempt_time.unwrap().seconds > delivery.create_time.unwrap().seconds
        };
        let delivered = all
            .iter()
            .filter(|delivery| delivery.state() == v1::DeliveryState::Delivered)
            .count();
        if all.iter().any(waits) && delivered == 1 {
            Ok(())
        } else {
            Err(format!("{all:?}"))
        }
    })
    .await;
    assert_eq!(sink.posted().len(), 1);
    clock.advance(Duration::from_mins(1));
    // A server that starts looks at once.
    server.restart().await;
    sink.nth(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_channel_with_enough_is_not_looked_at_one_by_one() {
    let server = builder().start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let (quick, slow) = (HookSink::start().await, HookSink::start().await);
    create_channel(&alice, "quick", webhook(quick.url("/"))).await;
    let request = v1::CreateChannelRequest {
        channel: Some(v1::Channel {
            display_name: "slow".to_owned(),
            target: Some(webhook(slow.url("/"))),
            rate_per_minute: 1,
            ..Default::default()
        }),
        ..Default::default()
    };
    let channel = alice.channels().create_channel(request).await;
    let channel = channel.unwrap().into_inner().channel.unwrap();
    let told = async |number: usize| {
        make_token(&alice, &format!("token {number}")).await;
        quick.nth(number).await;
    };
    told(1).await;
    slow.nth(1).await;
    told(2).await;
    let limited = "hostler_deliveries_total{kind=\"webhook\",result=\"limited\"}";
    wait_for("one that was too many", || async {
        let count = scrape(&server, limited).await;
        count.ok_or_else(|| "none".to_owned())
    })
    .await;
    for number in 3..=6 {
        told(number).await;
    }
    assert_eq!(scrape(&server, limited).await, Some(1.0));
    let all = deliveries(&alice, &channel).await.into_iter();
    let waiting = all.filter(|delivery| delivery.state() == v1::DeliveryState::Pending);
    assert_eq!(waiting.count(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_are_changed_bounded_and_nobody_elses() {
    let server = builder().start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let bob = server.caller("bob@example.org", Role::Customer).await;
    let sink = HookSink::start().await;
    let channel = create_channel(&alice, "mine", webhook(sink.url("/old"))).await;
    let update = v1::UpdateChannelRequest {
        channel: Some(v1::Channel {
            id: channel.id.clone(),
            target: Some(Target::Webhook(v1::WebhookTarget {
                url: sink.url("/new"),
                ..Default::default()
            })),
            ..Default::default()
        }),
        etag: channel.etag.clone(),
        ..Default::default()
    };
    alice
        .channels()
        .update_channel(update.clone())
        .await
        .expect("a change");
    expect_refusal(
        alice.channels().update_channel(update.clone()).await,
        "ABORTED ETAG_MISMATCH",
    );
    test(&alice, &channel).await;
    let posted = sink.nth(1).await;
    assert_eq!(posted.path, "/new");
    assert!(posted.is_signed(SECRET), "the secret stays");
    let other_kind = v1::UpdateChannelRequest {
        channel: Some(v1::Channel {
            id: channel.id.clone(),
            target: Some(Target::Slack(v1::SlackTarget {
                url: sink.url("/slack"),
                ..Default::default()
            })),
            ..Default::default()
        }),
        ..Default::default()
    };
    let refusal = refused(alice.channels().update_channel(other_kind).await);
    assert_eq!(bad_fields(&refusal), ["channel.target"]);

    let get = v1::GetChannelRequest {
        channel_id: channel.id.clone(),
    };
    expect_refusal(
        bob.channels().get_channel(get.clone()).await,
        "NOT_FOUND CHANNEL_NOT_FOUND",
    );
    expect_refusal(
        bob.channels().update_channel(update).await,
        "NOT_FOUND CHANNEL_NOT_FOUND",
    );
    let installation = v1::ListChannelsRequest {
        installation: true,
        ..Default::default()
    };
    expect_refusal(
        bob.channels().list_channels(installation).await,
        "PERMISSION_DENIED NOT_YOURS",
    );
    for _ in 1..20 {
        create_channel(&alice, "mine", webhook(sink.url("/more"))).await;
    }
    let one_more = v1::CreateChannelRequest {
        channel: Some(v1::Channel {
            display_name: "one more".to_owned(),
            target: Some(webhook(sink.url("/more"))),
            ..Default::default()
        }),
        ..Default::default()
    };
    expect_refusal(
        alice.channels().create_channel(one_more).await,
        "RESOURCE_EXHAUSTED QUOTA",
    );
    let delete = v1::DeleteChannelRequest {
        channel_id: channel.id.clone(),
        ..Default::default()
    };
    alice.channels().delete_channel(delete).await.expect("a deletion");
    expect_refusal(
        alice.channels().get_channel(get).await,
        "NOT_FOUND CHANNEL_NOT_FOUND",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_can_be_changed_though_its_channel_is_gone() {
    let server = builder().start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let sink = HookSink::start().await;
    let channel = create_channel(&alice, "mine", webhook(sink.url("/"))).await;
    let mut rule = rule("CPU hot", v1::AlertMetric::CpuRatio, 0.9, 60);
    rule.channel_ids = vec![channel.id.clone()];
    let rule = create_rule(&alice, rule).await;
    let delete = v1::DeleteChannelRequest {
        channel_id: channel.id.clone(),
        ..Default::default()
    };
    alice.channels().delete_channel(delete).await.expect("a deletion");
    let update = |path: &str| v1::UpdateAlertRuleRequest {
        rule: Some(v1::AlertRule {
            disabled: true,
            ..rule.clone()
        }),
        update_mask: Some(prost_types::FieldMask {
            paths: vec![path.to_owned()],
        }),
        ..Default::default()
    };
    let changed = alice.alert_rules().update_alert_rule(update("disabled")).await;
    let changed = changed.expect("a change").into_inner().rule.expect("a rule");
    assert!(changed.disabled && changed.channel_ids.is_empty(), "{changed:?}");
    let refusal = refused(alice.alert_rules().update_alert_rule(update("channel_ids")).await);
    assert_eq!(bad_fields(&refusal), ["rule.channel_ids[0]"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_that_is_sent_again_counts_as_a_test() {
    let server = builder().start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let sink = HookSink::start().await;
    let channel = create_channel(&alice, "mine", webhook(sink.url("/"))).await;
    let tested = test(&alice, &channel).await;
    for _ in 1..10 {
        redeliver(&alice, &tested.id).await;
    }
    let request = v1::RedeliverDeliveryRequest {
        delivery_id: tested.id,
        ..Default::default()
    };
    expect_refusal(
        alice.channels().redeliver_delivery(request).await,
        "RESOURCE_EXHAUSTED RATE_LIMITED",
    );
}

fn mail_to(addresses: &[&str]) -> Target {
    Target::Email(v1::EmailTarget {
        addresses: addresses.iter().map(|&address| address.to_owned()).collect(),
        ..Default::default()
    })
}

/// The code in the newest mail to this address.
fn code_to(server: &TestServer, address: &str) -> String {
    let mails = server.mailbox().mails_to(address);
    code_in(&mails.last().expect("a mail").text)
}

fn unconfirmed(channel: &v1::Channel) -> &[String] {
    match &channel.target {
        Some(Target::Email(email)) => &email.unconfirmed_addresses,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_gets_nothing_but_a_code_before_its_owner_agrees() {
    let server = builder().start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let channel = create_channel(
        &alice,
        "mine",
        mail_to(&["alice@example.org", "night@example.org"]),
    )
    .await;
    assert_eq!(unconfirmed(&channel), ["night@example.org"]);
    assert_eq!(test(&alice, &channel).await.state(), v1::DeliveryState::Delivered);
    assert!(server.mailbox().mails_to("night@example.org").is_empty());

    let sent = send_code(&alice, &channel, "night@example.org")
        .await
        .expect("a code");
    assert_eq!(sent.state(), v1::DeliveryState::Delivered);
    let code = code_to(&server, "night@example.org");
    let refused = confirm(&alice, &channel, "night@example.org", "0000-0000").await;
    assert_eq!(bad_fields(&refused.expect_err("a refusal")), ["code"]);
    let other = create_channel(&alice, "mine", mail_to(&["night@example.org"])).await;
    let refused = confirm(&alice, &other, "night@example.org", &code).await;
    assert_eq!(bad_fields(&refused.expect_err("a refusal")), ["code"]);
    assert_eq!(test(&alice, &other).await.state(), v1::DeliveryState::Failed);

    let typed = code.to_lowercase().replace('-', " ");
    let confirmed = confirm(&alice, &channel, "night@example.org", &typed)
        .await
        .expect("agreed");
    assert!(unconfirmed(&confirmed).is_empty());
    test(&alice, &channel).await;
    assert_eq!(server.mailbox().mails_to("night@example.org").len(), 2);
    let refused = send_code(&alice, &channel, "night@example.org").await;
    assert_eq!(bad_fields(&refused.expect_err("a refusal")), ["address"]);

    // Whoever is taken out is asked anew, and nobody is asked all day.
    let update = |addresses: &[&str]| v1::UpdateChannelRequest {
        channel: Some(v1::Channel {
            id: channel.id.clone(),
            target: Some(mail_to(addresses)),
            ..Default::default()
        }),
        ..Default::default()
    };
    for addresses in [&["alice@example.org"][..], &["night@example.org"]] {
        alice
            .channels()
            .update_channel(update(addresses))
            .await
            .expect("a change");
    }
    for _ in 0..2 {
        send_code(&alice, &channel, "night@example.org")
            .await
            .expect("a code");
    }
    let bob = server.caller("bob@example.org", Role::Customer).await;
    let his = create_channel(&bob, "mine", mail_to(&["night@example.org"])).await;
    let refused = send_code(&bob, &his, "night@example.org").await;
    expect_refusal(refused, "RESOURCE_EXHAUSTED RATE_LIMITED");
    let sent = deliveries(&alice, &channel).await;
    let again = v1::RedeliverDeliveryRequest {
        delivery_id: sent.last().expect("a code").id.clone(),
        ..Default::default()
    };
    let refused = alice.channels().redeliver_delivery(again).await;
    expect_refusal(refused, "RESOURCE_EXHAUSTED RATE_LIMITED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_good_until_the_end_of_the_next_day() {
    let clock = Arc::new(ShiftedClock::default());
    let server = builder().clock(clock.clone()).start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let channel = create_channel(&alice, "mine", mail_to(&["night@example.org"])).await;
    send_code(&alice, &channel, "night@example.org")
        .await
        .expect("a code");
    let code = code_to(&server, "night@example.org");
    clock.advance(Duration::from_hours(48));
    let alice = server.sign_in("alice@example.org").await;
    let refused = confirm(&alice, &channel, "night@example.org", &code).await;
    assert_eq!(bad_fields(&refused.expect_err("a refusal")), ["code"]);
    send_code(&alice, &channel, "night@example.org")
        .await
        .expect("a code");
    let code = code_to(&server, "night@example.org");
    clock.advance(Duration::from_hours(23));
    let alice = server.sign_in("alice@example.org").await;
    confirm(&alice, &channel, "night@example.org", &code)
        .await
        .expect("agreed");
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_set_up_addresses_without_asking() {
    let server = builder().start().await;
    let operator = server.caller("operator@example.org", Role::Operator).await;
    let request = v1::CreateChannelRequest {
        channel: Some(v1::Channel {
            display_name: "ops".to_owned(),
            target: Some(mail_to(&["ops@example.org", "night@example.org"])),
            ..Default::default()
        }),
        installation: true,
        ..Default::default()
    };
    let made = operator
        .channels()
        .create_channel(request)
        .await
        .expect("a channel");
    let channel = made.into_inner().channel.expect("a channel");
    assert!(unconfirmed(&channel).is_empty());
    let tested = test(&operator, &channel).await;
    assert_eq!(tested.state(), v1::DeliveryState::Delivered);
    let mails = server.mailbox().mails_to("night@example.org");
    assert_eq!(mails.len(), 1);
    assert_eq!(
        (mails[0].to.len(), mails[0].subject.as_str()),
        (2, "A test from Hostler")
    );
    assert!(mails[0].html.starts_with("<!DOCTYPE html>"));
    assert_eq!(mails[0].id.to_string(), tested.id);
}
