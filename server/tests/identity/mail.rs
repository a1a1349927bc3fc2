//! What leaves through the outbox.

use std::collections::BTreeSet;
use std::time::Duration;

use hostlerd::domain::user::{Locale, Role};
use hostlerd::engine::background::{Prune, PruneSettings, PruneStatus};
use tokio_util::sync::CancellationToken;

use crate::rig::{PASSWORD, Rig, email, nobody, sign_up};

const HOUR: Duration = Duration::from_hours(1);

async fn ask_for_reset(rig: &Rig) {
    reset_for(rig, "alice@example.org").await;
}

async fn reset_for(rig: &Rig, address: &str) {
    rig.account(address, Role::Customer).await;
    let caller = nobody("Auth.RequestPasswordReset");
    rig.auth
        .request_password_reset(&caller, &email(address))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_sent_once_in_the_language_of_its_reader() {
    let rig = Rig::new().await;
    let mut request = sign_up("new@example.org", PASSWORD);
    request.locale = Locale::Russian;
    rig.auth.sign_up(&nobody("Auth.SignUp"), request).await.unwrap();
    assert_eq!(rig.deliver().await.sent, 1);
    assert_eq!(rig.deliver().await.sent, 0);
    let mail = rig.mailbox.last("new@example.org");
    assert_eq!(mail.subject, "Подтвердите адрес электронной почты");
    assert!(mail.text.contains("https://hostler.example/verify-email#token="));
    assert!(
        !mail.text.contains("Somebody"),
        "what a stranger typed is not mailed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_to_many_people_leave_in_one_turn() {
    let rig = Rig::new().await;
    for number in 0..16 {
        let address = format!("reader-{number}@example.org");
        rig.account(&address, Role::Customer).await;
        let mut caller = nobody("Auth.RequestPasswordReset");
        caller.origin.address = format!("192.0.2.{number}");
        rig.auth
            .request_password_reset(&caller, &email(&address))
            .await
            .unwrap();
    }
    assert_eq!(rig.deliver().await.sent, 16);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_down_is_asked_again() {
    let rig = Rig::new().await;
    rig.mailbox.is_down();
    ask_for_reset(&rig).await;
    assert_eq!(rig.deliver().await.retried, 1);
    assert_eq!(rig.deliver().await.retried, 0, "not before its time");
    rig.mailbox.works();
    rig.advance(Duration::from_mins(1));
    assert_eq!(rig.deliver().await.sent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_up_while_a_slow_reader_is_waited_for_leaves_meanwhile() {
    let rig = Rig::new().await;
    rig.mailbox.is_slow_for("alice@example.org");
    ask_for_reset(&rig).await;
    let (status, ()) = tokio::join!(rig.deliver(), async {
        rig.mailbox.at_the_door.notified().await;
        reset_for(&rig, "bob@example.org").await;
        rig.outbox.dispatch(&CancellationToken::new()).await.unwrap();
        let bobs = async {
            while rig.mailbox.to("bob@example.org").is_empty() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let came = tokio::time::timeout(Duration::from_secs(20), bobs).await;
        rig.mailbox.permits.notify_one();
        assert!(came.is_ok(), "bob waits for alice");
    });
    assert_eq!(status.sent, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_in_a_try_costs_that_try_and_nothing_else() {
    let rig = Rig::new().await;
    rig.mailbox.is_slow_for("alice@example.org");
    ask_for_reset(&rig).await;
    reset_for(&rig, "bob@example.org").await;
    rig.mailbox.breaks();
    let (status, ()) = tokio::join!(rig.deliver(), async {
        rig.mailbox.at_the_door.notified().await;
        rig.mailbox.broke.notified().await;
        rig.mailbox.works();
        rig.mailbox.permits.notify_one();
    });
    assert_eq!((status.sent, status.retried), (1, 1));
    rig.advance(Duration::from_mins(1));
    assert_eq!(rig.deliver().await.sent, 1, "tried again");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_and_nothing_comes_twice_when_the_mail_server_is_down_for_an_hour() {
    let rig = Rig::new().await;
    rig.mailbox.is_down();
    rig.account("taken@example.org", Role::Customer).await;
    for _ in 0..3 {
        let request = sign_up("taken@example.org", PASSWORD);
        rig.auth.sign_up(&nobody("Auth.SignUp"), request).await.unwrap();
    }
    let mut tries = 0;
    for _ in 0..60 {
        tries += rig.deliver().await.retried;
        rig.advance(Duration::from_mins(1));
    }
    assert!((3 * 4..3 * 12).contains(&tries), "ever more rarely: {tries}");
    rig.mailbox.works();
    for _ in 0..80 {
        rig.deliver().await;
        rig.advance(Duration::from_mins(1));
    }
    let mails = rig.mailbox.to("taken@example.org");
    let ids: BTreeSet<String> = mails.iter().map(|mail| mail.id.to_string()).collect();
    assert_eq!((mails.len(), ids.len()), (3, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_mail_and_a_dead_link_are_given_up() {
    let rig = Rig::new().await;
    rig.mailbox.refuses();
    ask_for_reset(&rig).await;
    assert_eq!(rig.deliver().await.given_up, 1);
    rig.mailbox.works();
    rig.advance(HOUR);
    assert_eq!(rig.deliver().await.sent, 0);

    rig.mailbox.is_down();
    let caller = nobody("Auth.RequestPasswordReset");
    rig.auth
        .request_password_reset(&caller, &email("alice@example.org"))
        .await
        .unwrap();
    assert_eq!(rig.deliver().await.retried, 1);
    rig.mailbox.works();
    rig.advance(2 * HOUR);
    assert_eq!(rig.deliver().await.given_up, 1, "the link has expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_given_up_after_three_days() {
    let rig = Rig::new().await;
    rig.account("taken@example.org", Role::Customer).await;
    rig.mailbox.is_down();
    rig.auth
        .sign_up(&nobody("Auth.SignUp"), sign_up("taken@example.org", PASSWORD))
        .await
        .unwrap();
    let mut tries = 0;
    while rig.deliver().await.given_up == 0 {
        tries += 1;
        assert!(tries < 200);
        rig.advance(HOUR);
    }
    assert!(tries >= 72, "{tries}");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_wait_for_a_mail_server_are_removed_after_a_week() {
    let rig = Rig::new().await;
    ask_for_reset(&rig).await;
    let prune = Prune::new(rig.ports.clone(), PruneSettings::default());
    rig.advance(7 * 24 * HOUR);
    assert_eq!(prune.prune(&CancellationToken::new()).await.unwrap().unsent, 0);
    rig.advance(HOUR);
    assert_eq!(prune.prune(&CancellationToken::new()).await.unwrap().unsent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn old_rows_are_pruned_and_young_ones_stay() {
    let rig = Rig::new().await;
    ask_for_reset(&rig).await;
    rig.deliver().await;
    rig.session("alice@example.org").await;
    let prune = Prune::new(rig.ports.clone(), PruneSettings::default());
    assert_eq!(
        prune.prune(&CancellationToken::new()).await.unwrap(),
        PruneStatus::default()
    );
    rig.advance(61 * 24 * HOUR);
    let status = prune.prune(&CancellationToken::new()).await.unwrap();
    assert_eq!((status.sessions, status.links, status.messages), (1, 1, 1));
    assert_eq!(status.unsent, 0);
    assert!(status.throttles > 0);
}
