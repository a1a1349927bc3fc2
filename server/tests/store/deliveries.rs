//! Channels, deliveries and the inbox.

use hostlerd::domain::backlog::Backlog;
use hostlerd::domain::channel::{Channel, ChannelTarget, SealedSecret};
use hostlerd::domain::delivery::{Delivery, DeliveryFilter, DeliveryState, Lane, Recipient, Try, TryOutcome};
use hostlerd::domain::etag::Generation;
use hostlerd::domain::ids::{ChannelId, NotificationId, OutboxId, UserId};
use hostlerd::domain::notification::{MAX_NOTIFICATIONS, Notification, Preference, ReadMark};
use hostlerd::domain::occasion::{NotificationKind, Occasion};
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::time::Timestamp;
use hostlerd::ports::store::{
    ChannelStore, DeliveryStore, NotificationStore, OutboxStore, StoreError, UserStore,
};

use crate::fixture::on_every_engine;
use crate::samples::{at, message, mutation, user};

fn channel(owner_id: Option<UserId>) -> Channel {
    Channel {
        id: ChannelId::generate(),
        owner_id,
        display_name: "ops".to_owned(),
        target: ChannelTarget::Webhook {
            url: "https://example.org/hook".to_owned(),
            secret: SealedSecret {
                sealed: "1.sealed".to_owned(),
                hint: "…last".to_owned(),
            },
        },
        disabled: false,
        rate_per_minute: 30,
        create_time: at(0),
        update_time: at(0),
        generation: Generation::FIRST,
    }
}

fn delivery(channel: ChannelId, message: OutboxId) -> Delivery {
    let recipient = Recipient::Channel(channel);
    Delivery::due(message, recipient, Lane::Post, Occasion::PasswordChanged, at(0))
}

fn notification(user_id: UserId, message_id: OutboxId) -> Notification {
    Notification {
        id: NotificationId::generate(),
        user_id,
        message_id,
        occasion: Occasion::PasswordChanged,
        create_time: at(0),
        read_time: None,
    }
}

fn delivered() -> Try {
    Try {
        outcome: TryOutcome::Delivered,
        status_code: Some(204),
        error: String::new(),
    }
}

fn again(time: Timestamp) -> Try {
    Try {
        outcome: TryOutcome::Again(time),
        status_code: Some(503),
        error: "the answer was 503".to_owned(),
    }
}

on_every_engine!(a_channel_is_changed_by_whoever_saw_it_last, |fixture| {
    let store = &fixture.store;
    let owner = user();
    store
        .user_insert(&owner, "hash", None, None, &mutation())
        .await
        .unwrap();
    let mut mine = channel(Some(owner.id));
    store.channel_insert(&mine, 2, &mutation()).await.unwrap();
    let ours = channel(None);
    store.channel_insert(&ours, 1, &mutation()).await.unwrap();
    assert_eq!(store.channel_get(mine.id).await.unwrap(), mine);
    let listed = store.channel_list(Some(owner.id), PageRequest::first(5)).await;
    assert_eq!(listed.unwrap().items, std::slice::from_ref(&mine));
    let listed = store.channel_list(None, PageRequest::first(5)).await.unwrap();
    assert_eq!(listed.items, std::slice::from_ref(&ours));
    let full = store.channel_insert(&channel(None), 1, &mutation()).await;
    assert!(matches!(full, Err(StoreError::Full { limit: 1, .. })), "{full:?}");

    mine.disabled = true;
    mine.target = ChannelTarget::Email {
        addresses: vec![owner.email.clone()],
        confirmed: vec![owner.email.clone()],
    };
    store
        .channel_update(&mine, Generation::FIRST, &mutation())
        .await
        .unwrap();
    let stale = store.channel_update(&mine, Generation::FIRST, &mutation()).await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    let kept = store.channel_get(mine.id).await.unwrap();
    assert_eq!((kept.disabled, &kept.target), (true, &mine.target));
    let stale = store
        .channel_delete(mine.id, Some(Generation::FIRST), &mutation())
        .await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    store
        .channel_delete(mine.id, Some(kept.generation), &mutation())
        .await
        .unwrap();
    let gone = store.channel_get(mine.id).await;
    assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");
});

on_every_engine!(a_message_is_expanded_once_and_by_its_holder_only, |fixture| {
    let store = &fixture.store;
    let (reader, to) = (UserId::generate(), ChannelId::generate());
    let mail = message(reader);
    store.outbox_insert(&mail, &mutation()).await.unwrap();
    store.outbox_claim("a", at(0), at(10), 5).await.unwrap();
    let (told, sent) = ([notification(reader, mail.id)], [delivery(to, mail.id)]);
    let stranger = store.message_expand(mail.id, "b", &told, &sent, at(1)).await;
    assert!(matches!(stranger, Err(StoreError::Stale)), "{stranger:?}");
    store
        .message_expand(mail.id, "a", &told, &sent, at(1))
        .await
        .unwrap();
    let twice = store.message_expand(mail.id, "a", &told, &sent, at(2)).await;
    assert!(matches!(twice, Err(StoreError::Stale)), "{twice:?}");
    assert!(
        store
            .outbox_claim("a", at(99), at(100), 5)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.notification_unread(reader).await.unwrap(), 1);
    let claimed = store
        .delivery_claim(Lane::Post, "a", at(2), at(9), 5, &[])
        .await
        .unwrap();
    assert_eq!(claimed, sent);
});

on_every_engine!(a_delivery_is_made_under_a_lease_and_again_when_asked, |fixture| {
    let store = &fixture.store;
    let made = delivery(ChannelId::generate(), OutboxId::generate());
    let Recipient::Channel(to) = made.recipient else {
        panic!("a channel")
    };
    store
        .delivery_insert(&made, "a", at(10), &mutation())
        .await
        .unwrap();
    assert!(
        store
            .delivery_claim(Lane::Post, "b", at(9), at(20), 5, &[])
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        store
            .delivery_claim(Lane::Mail, "b", at(10), at(20), 5, &[])
            .await
            .unwrap()
            .is_empty()
    );
    let untouched = store.delivery_again(made.id, at(5), &mutation()).await;
    assert!(
        untouched.is_ok(),
        "being tried, it is left to that: {untouched:?}"
    );
    assert!(
        store
            .delivery_claim(Lane::Post, "b", at(9), at(20), 5, &[])
            .await
            .unwrap()
            .is_empty()
    );
    // The lease ran out: anybody may.
    assert_eq!(
        store
            .delivery_claim(Lane::Post, "b", at(10), at(20), 5, &[])
            .await
            .unwrap()
            .len(),
        1
    );
    let late = store.delivery_record(made.id, "a", &delivered(), at(11)).await;
    assert!(matches!(late, Err(StoreError::Stale)), "{late:?}");
    store
        .delivery_record(made.id, "b", &again(at(30)), at(11))
        .await
        .unwrap();
    let waits = store.delivery_get(made.id).await.unwrap();
    assert_eq!((waits.state, waits.attempts), (DeliveryState::Pending, 1));
    assert_eq!(
        (waits.status_code, waits.run_after, waits.end_time),
        (Some(503), at(30), None)
    );
    let backlog = store.delivery_backlog().await.unwrap();
    let waits = Backlog {
        waiting: 1,
        oldest: Some(at(0)),
    };
    assert!(backlog.contains(&(Lane::Post, waits)), "{backlog:?}");

    store
        .delivery_claim(Lane::Post, "c", at(30), at(40), 5, &[])
        .await
        .unwrap();
    store.delivery_postpone(made.id, "c", at(50)).await.unwrap();
    assert_eq!(
        store.delivery_get(made.id).await.unwrap().attempts,
        1,
        "it was not tried"
    );
    store
        .delivery_claim(Lane::Post, "c", at(50), at(60), 5, &[])
        .await
        .unwrap();
    store
        .delivery_record(made.id, "c", &delivered(), at(51))
        .await
        .unwrap();
    let over = store.delivery_get(made.id).await.unwrap();
    assert_eq!(
        (over.state, over.attempts, over.end_time),
        (DeliveryState::Delivered, 2, Some(at(51)))
    );
    assert!(
        store
            .delivery_claim(Lane::Post, "c", at(99), at(100), 5, &[])
            .await
            .unwrap()
            .is_empty()
    );

    store.delivery_again(made.id, at(60), &mutation()).await.unwrap();
    let once_more = store
        .delivery_claim(Lane::Post, "d", at(60), at(70), 5, &[])
        .await
        .unwrap();
    assert_eq!((once_more[0].id, once_more[0].start_time), (made.id, at(60)));
    store
        .delivery_record(made.id, "d", &delivered(), at(61))
        .await
        .unwrap();
    let failed = DeliveryFilter {
        state: Some(DeliveryState::Failed),
        ..DeliveryFilter::default()
    };
    let none = store
        .delivery_list(to, &failed, PageRequest::first(5))
        .await
        .unwrap();
    assert!(none.items.is_empty());
    let all = store
        .delivery_list(to, &DeliveryFilter::default(), PageRequest::first(5))
        .await;
    assert_eq!(all.unwrap().items.len(), 1);
    assert_eq!(store.delivery_prune(at(61), 5).await.unwrap(), 0);
    assert_eq!(store.delivery_prune(at(62), 5).await.unwrap(), 1);
});

on_every_engine!(an_inbox_is_its_readers_and_has_an_end, |fixture| {
    let store = &fixture.store;
    let (alice, bob) = (UserId::generate(), UserId::generate());
    let put = async |user, count: u32| {
        let mail = message(user);
        store.outbox_insert(&mail, &mutation()).await.unwrap();
        store.outbox_claim("a", at(0), at(10), 5).await.unwrap();
        let told: Vec<Notification> = (0..count)
            .map(|_| Notification {
                // One message tells one user once: each of these is of another.
                message_id: OutboxId::generate(),
                ..notification(user, mail.id)
            })
            .collect();
        store
            .message_expand(mail.id, "a", &told, &[], at(1))
            .await
            .unwrap();
        told
    };
    let first = put(alice, 3).await;
    put(bob, 1).await;
    let page = store
        .notification_list(alice, false, PageRequest::first(2))
        .await
        .unwrap();
    assert_eq!(page.items[0], first[2]);
    assert!(page.next.is_some());
    let these = ReadMark::These(vec![first[0].id]);
    store
        .notification_mark_read(bob, &these, at(5), &mutation())
        .await
        .unwrap();
    assert_eq!(
        store.notification_unread(alice).await.unwrap(),
        3,
        "not bob's to mark"
    );
    store
        .notification_mark_read(alice, &these, at(5), &mutation())
        .await
        .unwrap();
    let up_to = ReadMark::UpTo(first[1].id);
    store
        .notification_mark_read(alice, &up_to, at(6), &mutation())
        .await
        .unwrap();
    let unread = store
        .notification_list(alice, true, PageRequest::first(5))
        .await
        .unwrap();
    assert_eq!(unread.items, &first[2..]);
    let all = store
        .notification_list(alice, false, PageRequest::first(5))
        .await
        .unwrap();
    assert_eq!(
        all.items[2].read_time,
        Some(at(5)),
        "what was read keeps its time"
    );

    put(alice, MAX_NOTIFICATIONS - 1).await;
    let all = store
        .notification_list(alice, false, PageRequest::first(2000))
        .await
        .unwrap();
    assert_eq!(all.items.len(), MAX_NOTIFICATIONS as usize);
    assert!(
        all.items
            .iter()
            .all(|one| one.id != first[0].id && one.id != first[1].id)
    );
    assert_eq!(store.notification_prune(at(0), 5).await.unwrap(), 0);
    assert_eq!(store.notification_prune(at(1), 5).await.unwrap(), 5);
});

on_every_engine!(preferences_are_the_defaults_until_they_are_changed, |fixture| {
    let store = &fixture.store;
    let reader = UserId::generate();
    let mut wanted = store.preferences_get(reader).await.unwrap();
    assert!(wanted.update_time.is_none() && wanted.of(NotificationKind::AlertFired).email);
    let first = wanted.generation;
    wanted.set(Preference {
        kind: NotificationKind::AlertFired,
        inbox: true,
        email: false,
        channels: false,
    });
    store
        .preferences_set(reader, &wanted, first, &mutation())
        .await
        .unwrap();
    let late = store.preferences_set(reader, &wanted, first, &mutation()).await;
    assert!(matches!(late, Err(StoreError::Stale)), "{late:?}");
    let kept = store.preferences_get(reader).await.unwrap();
    assert_eq!(kept.all(), wanted.all());
    assert_eq!(kept.generation, first.next());
    store
        .preferences_set(reader, &kept, kept.generation, &mutation())
        .await
        .unwrap();
});
