//! Follows the caller's inbox: how many are unread, then what comes.
//!
//! Nothing is kept for a slow reader but the bus's own bounded queue; the newest notifications are read from the
//! store when the reader is ready. More than a page at once are told by their number, and are in the list.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::stream::Stream;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::service::{Notifications, ShownNotification, shown};
use crate::domain::ids::{NotificationId, UserId};
use crate::domain::page::PageRequest;
use crate::domain::time::Timestamp;
use crate::engine::announcements::Writer;
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::Result;
use crate::engine::turns::{self, Turns};
use crate::ports::bus::{BusReceiver, Notice};

/// The newest notifications that are looked through for new ones.
const LOOK_BACK: u32 = 50;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InboxEvent {
    /// How many are unread: first in the stream, and whenever that changes.
    Unread(u64),
    Arrived {
        notification: Box<ShownNotification>,
        unread: u64,
    },
    Heartbeat(Timestamp),
}

impl Notifications {
    /// Ends with the token.
    pub fn watch(
        &self,
        caller: &Caller,
        token: CancellationToken,
    ) -> Result<impl Stream<Item = Result<InboxEvent>> + Send + 'static + use<>> {
        let watch = Watch {
            user: caller.signed_in()?.user_id,
            // Subscribed before the first read, so that nothing falls in between.
            notices: self.ports.bus.subscribe(),
            ports: self.ports.clone(),
            writer: Arc::clone(&self.writer),
            token,
            heartbeat: self.heartbeat,
            known: None,
            unread: 0,
            told: VecDeque::new(),
        };
        Ok(turns::stream(watch))
    }
}

struct Watch {
    user: UserId,
    ports: Ports,
    writer: Arc<Writer>,
    notices: Box<dyn BusReceiver>,
    token: CancellationToken,
    heartbeat: Duration,
    /// The newest notifications at the last look; `None` before the first.
    known: Option<BTreeSet<NotificationId>>,
    unread: u64,
    /// Read and not yet told: one look's at most.
    told: VecDeque<InboxEvent>,
}

impl Turns for Watch {
    type Event = InboxEvent;

    async fn next(&mut self) -> Option<Result<InboxEvent>> {
        loop {
            if self.token.is_cancelled() {
                return None;
            }
            if let Some(event) = self.told.pop_front() {
                return Some(Ok(event));
            }
            if self.known.is_some() {
                let token = self.token.clone();
                tokio::select! {
                    () = token.cancelled() => return None,
                    () = sleep(self.heartbeat) => return Some(Ok(InboxEvent::Heartbeat(self.ports.clock.now()))),
                    news = self.news() => news?,
                }
            }
            if let Err(error) = self.look().await {
                return Some(Err(error));
            }
        }
    }
}

impl Watch {
    /// Waits for a notice about this inbox, and takes along those that are waiting already. `None` when the bus has
    /// closed.
    async fn news(&mut self) -> Option<()> {
        loop {
            let notice = self.notices.next().await?;
            if self.concerns(&notice) {
                break;
            }
        }
        while let Some(notice) = self.notices.next().now_or_never() {
            notice?;
        }
        Some(())
    }

    fn concerns(&self, notice: &Notice) -> bool {
        matches!(notice, Notice::InboxChanged { user_id } if *user_id == self.user)
            || *notice == Notice::Missed
    }

    /// By the set of the newest and not by the last id: of two that are written at the same time, the one with the
    /// smaller id may show itself later.
    async fn look(&mut self) -> Result<()> {
        let store = &self.ports.store;
        let newest = store
            .notification_list(self.user, false, PageRequest::first(LOOK_BACK))
            .await?
            .items;
        let unread = store.notification_unread(self.user).await?;
        let ids: BTreeSet<NotificationId> = newest.iter().map(|notification| notification.id).collect();
        let Some(known) = self.known.replace(ids) else {
            self.unread = unread;
            self.told.push_back(InboxEvent::Unread(unread));
            return Ok(());
        };
        let oldest_known = known.first().copied();
        let locale = store.user_get(self.user).await?.locale;
        for notification in newest.into_iter().rev() {
            // What shows up below all that was known has come up from behind those that were removed.
            let new = !known.contains(&notification.id)
                && oldest_known.is_none_or(|oldest| notification.id > oldest);
            if new {
                self.told.push_back(InboxEvent::Arrived {
                    notification: Box::new(shown(&self.writer, notification, locale)),
                    unread,
                });
            }
        }
        if self.told.is_empty() && unread != self.unread {
            self.told.push_back(InboxEvent::Unread(unread));
        }
        self.unread = unread;
        Ok(())
    }
}
