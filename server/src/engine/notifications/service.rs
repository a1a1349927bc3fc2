//! Reading the inbox, and marking what was read.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::ids::UserId;
use crate::domain::notification::{Notification, ReadMark};
use crate::domain::page::{Page, PageRequest};
use crate::domain::user::Locale;
use crate::engine::announcements::Writer;
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::Result;
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

pub struct Notifications {
    pub(super) ports: Ports,
    pub(super) writer: Arc<Writer>,
    /// From one to the next.
    pub(super) heartbeat: Duration,
}

/// A notification in the words of its reader's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownNotification {
    pub notification: Notification,
    pub title: String,
    pub text: String,
}

/// A page of the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbox {
    pub page: Page<ShownNotification>,
    pub unread: u64,
}

impl Notifications {
    pub fn new(ports: Ports, writer: Arc<Writer>, heartbeat: Duration) -> Self {
        Self {
            ports,
            writer,
            heartbeat,
        }
    }

    /// The caller's own, newest first.
    pub async fn list(&self, caller: &Caller, unread: bool, page: PageRequest) -> Result<Inbox> {
        let user = caller.signed_in()?.user_id;
        let locale = self.locale_of(user).await?;
        let found = self.ports.store.notification_list(user, unread, page).await?;
        Ok(Inbox {
            page: found.map(|notification| shown(&self.writer, notification, locale)),
            unread: self.ports.store.notification_unread(user).await?,
        })
    }

    /// Tells how many are unread then.
    pub async fn mark_read(&self, caller: &Caller, mark: &ReadMark) -> Result<u64> {
        let user = caller.signed_in()?.user_id;
        let now = self.ports.clock.now();
        let mutation = caller.mutation(format!("user:{user}"), user.as_uuid(), now);
        match self
            .ports
            .store
            .notification_mark_read(user, mark, now, &mutation)
            .await
        {
            Ok(()) => self.ports.bus.publish(Notice::InboxChanged { user_id: user }),
            Err(StoreError::Replayed { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(self.ports.store.notification_unread(user).await?)
    }

    pub(super) async fn locale_of(&self, user: UserId) -> Result<Locale> {
        Ok(self.ports.store.user_get(user).await?.locale)
    }
}

pub(super) fn shown(writer: &Writer, notification: Notification, locale: Locale) -> ShownNotification {
    let words = writer.announcement(&notification.occasion, locale);
    ShownNotification {
        notification,
        title: words.title,
        text: words.paragraphs.join("\n\n"),
    }
}

impl fmt::Debug for Notifications {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Notifications(..)")
    }
}
