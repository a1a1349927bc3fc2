//! The inbox of the account that calls.

use futures_util::stream::BoxStream;
use hostler_proto::v1;
use hostler_proto::v1::notifications_client::NotificationsClient;

use crate::connection::{Connection, Rule, fill_request_id};
use crate::error::{Error, present};
use crate::page::{self, Page};
use crate::watch_inbox::{self, InboxEvent};

/// Shows the caller's own inbox, and says what else they want to hear.
#[derive(Clone, Debug)]
pub struct Notifications {
    connection: Connection,
}

impl Notifications {
    pub(crate) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Returns one page of notifications, newest first.
    pub async fn list(&self, request: v1::ListNotificationsRequest) -> Result<Page<v1::Notification>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NotificationsClient::new(channel)
                    .list_notifications(request)
                    .await
            })
            .await?;
        Ok(Page {
            items: answer.notifications,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all notifications that pass the filter, newest first.
    pub fn list_all(
        &self,
        filter: v1::ListNotificationsRequest,
    ) -> BoxStream<'static, Result<v1::Notification, Error>> {
        let this = self.clone();
        page::all(move |page_token| {
            let (this, filter) = (this.clone(), filter.clone());
            async move {
                this.list(v1::ListNotificationsRequest { page_token, ..filter })
                    .await
            }
        })
    }

    /// Marks notifications as read; tells how many are unread then.
    pub async fn mark_read(&self, mut request: v1::MarkReadRequest) -> Result<i32, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NotificationsClient::new(channel).mark_read(request).await
            })
            .await?;
        Ok(answer.unread_count)
    }

    /// Returns what the caller wants to hear of, and how.
    pub async fn preferences(&self) -> Result<v1::NotificationPreferences, Error> {
        let request = v1::GetNotificationPreferencesRequest {};
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NotificationsClient::new(channel)
                    .get_notification_preferences(request)
                    .await
            })
            .await?;
        present(answer.preferences, "the preferences")
    }

    /// Changes it.
    pub async fn update_preferences(
        &self,
        mut request: v1::UpdateNotificationPreferencesRequest,
    ) -> Result<v1::NotificationPreferences, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                NotificationsClient::new(channel)
                    .update_notification_preferences(request)
                    .await
            })
            .await?;
        present(answer.preferences, "the preferences")
    }

    /// Tells how many are unread, and each notification that comes. The stream outlives broken connections and restarts of the server; what
    /// came in between is in the list. It ends after an error that trying again would not cure.
    pub fn watch(&self) -> BoxStream<'static, Result<InboxEvent, Error>> {
        watch_inbox::inbox(self.connection.clone())
    }
}
