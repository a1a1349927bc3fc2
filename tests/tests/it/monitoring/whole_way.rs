//! From a container that is busy to the people and the program that are told of it.

use hostler_proto::v1;
use hostler_tests::database::Engine;
use hostler_tests::hook_sink::HookSink;
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::domain::user::Role;
use serde_json::json;

use crate::people::{
    ALICE, SECRET, alert_in, burn, create_channel, create_rule, deliveries_that, first_mail, inbox, rule,
    webhook,
};
use crate::proxmox_life::world::{Setting, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_container_becomes_two_signed_messages_and_no_more() {
    let setting = Setting {
        sweep_seconds: Some(1),
        ..Setting::default()
    };
    let Some(world) = World::start(setting).await else {
        return;
    };
    let (web, vmid) = world.server_named("web", true).await;
    first_mail(&world.server).await;
    let api = world.server.sign_in(ALICE).await;
    let sink = HookSink::start().await;
    let channel = create_channel(&api, "mine", webhook(sink.url("/hook"))).await;
    create_rule(&api, rule("CPU hot", v1::AlertMetric::CpuRatio, 0.9, 0)).await;

    world
        .fake
        .list_as(vmid, &json!({"cpu": 0.97}), &[])
        .await
        .unwrap();
    let fired = sink.nth(1).await;
    let alert = alert_in(&api, v1::AlertState::Firing).await;
    world
        .fake
        .list_as(vmid, &json!({"cpu": 0.05}), &[])
        .await
        .unwrap();
    let resolved = sink.nth(2).await;
    alert_in(&api, v1::AlertState::Resolved).await;

    let log = deliveries_that(&api, &channel, |log| {
        log.iter().all(|one| one.state() == v1::DeliveryState::Delivered)
    })
    .await;
    assert_eq!(log.len(), 2, "{log:#?}");
    for (posted, delivery, kind) in [
        (&fired, &log[0], "alert_fired"),
        (&resolved, &log[1], "alert_resolved"),
    ] {
        assert!(posted.is_signed(SECRET), "{posted:?}");
        assert_eq!(posted.header("x-hostler-delivery"), delivery.id);
        assert_eq!((delivery.attempts, delivery.status_code), (1, 200));
        assert_eq!(delivery.alert_id, alert.id);
        let told = posted.json();
        assert_eq!(told["kind"], kind);
        assert_eq!(told["facts"]["server_id"], web.id);
        assert_eq!(told["facts"]["server_name"], "web");
    }
    assert_eq!(fired.json()["facts"]["value"], 0.97);
    assert_eq!(sink.posted().len(), 2, "one message for each");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_told_in_every_way_on_mariadb() {
    if !Engine::available().contains(&Engine::MariaDb) {
        return;
    }
    let server = TestServer::builder()
        .engine(Engine::MariaDb)
        .config(|config| {
            config.monitoring.sweep_seconds = 1;
            config.notifications.own_networks = vec!["127.0.0.0/8".parse().unwrap()];
        })
        .start()
        .await;
    let api = server.caller(ALICE, Role::Customer).await;
    let web = api.running_server("web").await;
    first_mail(&server).await;
    let sink = HookSink::start().await;
    let channel = create_channel(&api, "mine", webhook(sink.url("/hook"))).await;
    create_rule(&api, rule("CPU hot", v1::AlertMetric::CpuRatio, 0.9, 0)).await;

    let ways = [
        (0.97, v1::NotificationKind::AlertFired, v1::AlertState::Firing),
        (
            0.05,
            v1::NotificationKind::AlertResolved,
            v1::AlertState::Resolved,
        ),
    ];
    for (nth, (ratio, kind, state)) in ways.into_iter().enumerate() {
        burn(&server, &web, ratio);
        let posted = sink.nth(nth + 1).await;
        let alert = alert_in(&api, state).await;
        assert!(posted.is_signed(SECRET), "{posted:?}");
        assert_eq!(posted.json()["facts"]["server_id"], web.id);
        let told = wait_for("a notification", || async {
            let all = inbox(&api).await.notifications;
            let found = all.into_iter().find(|one| one.kind() == kind);
            found.ok_or_else(|| "nothing".to_owned())
        })
        .await;
        assert_eq!((&told.server_id, &told.alert_id), (&web.id, &alert.id));
        wait_for("a mail", || async {
            let subjects: Vec<_> = server
                .mailbox()
                .mails_to(ALICE)
                .into_iter()
                .map(|mail| mail.subject)
                .collect();
            if subjects.iter().filter(|subject| **subject == told.title).count() == 1 {
                Ok(())
            } else {
                Err(format!("{subjects:?}"))
            }
        })
        .await;
    }
    let log = deliveries_that(&api, &channel, |log| {
        log.iter().all(|one| one.state() == v1::DeliveryState::Delivered)
    })
    .await;
    assert_eq!(log.len(), 2, "{log:#?}");
}
