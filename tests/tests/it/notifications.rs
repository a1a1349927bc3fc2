//! The inbox over the whole way.

use hostler_proto::v1;
use hostler_proto::v1::watch_notifications_response::Event;
use hostler_tests::api::Api;
use hostler_tests::failure::expect_refusal;
use hostler_tests::hook_sink::HookSink;
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::adapters::sim::Doom;
use hostlerd::domain::guest::TaskKind;
use hostlerd::domain::user::Role;
use tonic::Streaming;

use crate::people::{SECRET, create_channel, inbox, make_token, webhook};

/// The next message that is not a heartbeat.
async fn next(stream: &mut Streaming<v1::WatchNotificationsResponse>) -> v1::WatchNotificationsResponse {
    loop {
        let message = stream.message().await.expect("a message").expect("a message");
        if !matches!(message.event, Some(Event::Heartbeat(_))) {
            return message;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_comes_to_the_inbox_live_and_is_read_once() {
    let server = TestServer::start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let stream = alice
        .notifications()
        .watch_notifications(v1::WatchNotificationsRequest {})
        .await;
    let mut stream = stream.expect("a stream").into_inner();
    let first = next(&mut stream).await;
    assert_eq!((first.unread_count, first.event), (Some(0), None));

    make_token(&alice, "one").await;
    let arrived = next(&mut stream).await;
    assert_eq!(arrived.unread_count, Some(1));
    let Some(Event::Notification(told)) = arrived.event else {
        panic!("{arrived:?}")
    };
    assert_eq!(told.kind(), v1::NotificationKind::Security);
    assert_eq!(told.title, "An API token was created");
    assert!(told.read_time.is_none() && told.text.contains("act in your name"));

    let mark = v1::MarkReadRequest {
        notification_ids: vec![told.id.clone()],
        ..Default::default()
    };
    let marked = alice.notifications().mark_read(mark).await.expect("a mark");
    assert_eq!(marked.into_inner().unread_count, 0);
    assert_eq!(next(&mut stream).await.unread_count, Some(0));
    let shown = inbox(&alice).await;
    assert_eq!(shown.unread_count, 0);
    let read_time = shown.notifications[0].read_time;
    assert!(read_time.is_some());

    let bob = server.caller("bob@example.org", Role::Customer).await;
    assert!(inbox(&bob).await.notifications.is_empty());
    let not_his = v1::MarkReadRequest {
        up_to: told.id,
        ..Default::default()
    };
    bob.notifications()
        .mark_read(not_his)
        .await
        .expect("nothing to mark");
    assert_eq!(inbox(&alice).await.notifications[0].read_time, read_time);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_server_is_told_of_in_the_inbox_and_by_mail() {
    let server = TestServer::start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let web = alice.running_server("web").await;
    let told = wait_for("a notification", || async {
        let all = inbox(&alice).await.notifications;
        all.first().cloned().ok_or_else(|| "nothing".to_owned())
    })
    .await;
    assert_eq!(told.kind(), v1::NotificationKind::ServerCreated);
    assert_eq!(
        (told.title.as_str(), told.server_id),
        ("Your server web is ready", web.id.clone())
    );
    let mail = wait_for("a mail", || async {
        let all = server.mailbox().mails_to("alice@example.org");
        all.first().cloned().ok_or_else(|| "nothing".to_owned())
    })
    .await;
    assert_eq!(mail.subject, told.title);
    let link = format!("/servers/{}", web.id);
    assert!(mail.text.contains(&link) && mail.html.contains(&link));
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_has_failed_is_told_of_in_every_way() {
    let server = TestServer::builder()
        .config(|config| config.notifications.own_networks = vec!["127.0.0.0/8".parse().unwrap()])
        .start()
        .await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let web = alice.running_server("web").await;
    let sink = HookSink::start().await;
    create_channel(&alice, "mine", webhook(sink.url("/"))).await;
    let doom = Doom::Fail("startup failed".to_owned());
    server.sim().control().doom_next(TaskKind::Restart, doom);
    let request = v1::RestartServerRequest {
        server_id: web.id.clone(),
        ..Default::default()
    };
    let restart = alice.servers().restart_server(request).await.expect("a restart");
    let operation = restart.into_inner().operation.expect("an operation");
    let ended = alice.follow(&operation.id).await.expect("an end");
    assert_eq!(ended.state(), v1::OperationState::Failed);

    let posted = sink.nth(1).await;
    assert!(posted.is_signed(SECRET));
    let told = posted.json();
    assert_eq!(told["kind"], "operation_failed");
    assert_eq!(told["facts"]["server_id"], web.id);
    assert_eq!(told["facts"]["operation_id"], operation.id);
    let told = wait_for("a notification", || async {
        let all = inbox(&alice).await.notifications.into_iter();
        let mut failed = all.filter(|one| one.kind() == v1::NotificationKind::OperationFailed);
        failed.next().ok_or_else(|| "nothing".to_owned())
    })
    .await;
    assert_eq!(told.server_id, web.id);
    wait_for("a mail", || async {
        let all = server.mailbox().mails_to("alice@example.org").into_iter();
        let mut about = all.filter(|mail| mail.subject == told.title);
        about.next().map(drop).ok_or_else(|| "nothing".to_owned())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_wanted_does_not_come_but_security_does() {
    let server = TestServer::start().await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let preferences = alice
        .notifications()
        .get_notification_preferences(v1::GetNotificationPreferencesRequest {})
        .await;
    let preferences = preferences.unwrap().into_inner().preferences.unwrap();
    assert_eq!(preferences.preferences.len(), 5);
    assert!(
        preferences
            .preferences
            .iter()
            .all(|one| one.inbox && one.email && one.channels)
    );
    let off = |kind: v1::NotificationKind| v1::UpdateNotificationPreferencesRequest {
        preferences: Some(v1::NotificationPreferences {
            preferences: vec![v1::NotificationPreference {
                kind: kind.into(),
                ..Default::default()
            }],
            ..Default::default()
        }),
        etag: preferences.etag.clone(),
        ..Default::default()
    };
    let security = off(v1::NotificationKind::Security);
    expect_refusal(
        alice
            .notifications()
            .update_notification_preferences(security)
            .await,
        "INVALID_ARGUMENT INVALID_FIELDS",
    );
    let created = off(v1::NotificationKind::ServerCreated);
    let changed = alice
        .notifications()
        .update_notification_preferences(created.clone())
        .await;
    let changed = changed.unwrap().into_inner().preferences.unwrap();
    assert!(changed.update_time.is_some() && !changed.preferences[0].inbox);
    assert!(changed.preferences[1].inbox);
    expect_refusal(
        alice
            .notifications()
            .update_notification_preferences(created)
            .await,
        "ABORTED ETAG_MISMATCH",
    );

    alice.running_server("web").await;
    make_token(&alice, "later").await;
    let told = wait_for("a notification", || async {
        let all = inbox(&alice).await.notifications;
        if all.is_empty() {
            Err("nothing".to_owned())
        } else {
            Ok(all)
        }
    })
    .await;
    // The server came first; what is told of later is there, so it will not come.
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].kind(), v1::NotificationKind::Security);
}

const WAYS: [&str; 3] = ["inbox", "email", "channels"];

/// How often a title has come by each of the ways.
async fn told(server: &TestServer, api: &Api, sink: &HookSink, title: &str) -> [usize; 3] {
    let inbox = inbox(api).await.notifications.into_iter();
    let mails = server.mailbox().mails_to("alice@example.org").into_iter();
    let posts = sink.posted();
    [
        inbox.filter(|one| one.title == title).count(),
        mails.filter(|mail| mail.subject == title).count(),
        posts
            .iter()
            .filter(|posted| posted.json()["title"] == title)
            .count(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_can_be_switched_off_and_the_others_stay() {
    let server = TestServer::builder()
        .config(|config| config.notifications.own_networks = vec!["127.0.0.0/8".parse().unwrap()])
        .start()
        .await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let sink = HookSink::start().await;
    create_channel(&alice, "mine", webhook(sink.url("/"))).await;
    for (round, off) in WAYS.into_iter().enumerate() {
        let update = v1::UpdateNotificationPreferencesRequest {
            preferences: Some(v1::NotificationPreferences {
                preferences: vec![v1::NotificationPreference {
                    kind: v1::NotificationKind::ServerCreated.into(),
                    inbox: off != "inbox",
                    email: off != "email",
                    channels: off != "channels",
                }],
                ..Default::default()
            }),
            ..Default::default()
        };
        let changed = alice
            .notifications()
            .update_notification_preferences(update)
            .await;
        changed.expect("a change");
        alice.running_server(&format!("no-{off}")).await;
        let wanted = WAYS.map(|way| usize::from(way != off));
        // What is told of later has come by every way then, so what is not there will not come.
        make_token(&alice, off).await;
        let title = format!("Your server no-{off} is ready");
        wait_for("both", || async {
            let created = told(&server, &alice, &sink, &title).await;
            let later = told(&server, &alice, &sink, "An API token was created").await;
            let others = created.iter().zip(&wanted).all(|(came, wanted)| came >= wanted);
            if others && later == [round + 1; 3] {
                Ok(())
            } else {
                Err(format!("{off}: {created:?} {later:?}"))
            }
        })
        .await;
        assert_eq!(told(&server, &alice, &sink, &title).await, wanted, "{off}");
    }
}
