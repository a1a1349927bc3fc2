//! The `Notifications` service.

use std::sync::Arc;

use futures_util::StreamExt as _;
use hostler_proto::v1;
use hostler_proto::v1::notifications_server::Notifications as NotificationsRpcs;
use tonic::{Request, Response, Status};

use crate::domain::notification::ReadMark;
use crate::engine::notifications::Notifications;
use crate::services::convert::{
    Nothing, PreferencesUpdate, UnreadOnly, wire_count, wire_inbox_event, wire_notification, wire_preferences,
};
use crate::services::inbound::{Inbound, ask};
use crate::services::streams::{Answers, Streams};

pub(super) struct NotificationsService {
    pub(super) notifications: Arc<Notifications>,
    pub(super) inbound: Inbound,
    pub(super) streams: Streams,
}

#[tonic::async_trait]
impl NotificationsRpcs for NotificationsService {
    async fn list_notifications(
        &self,
        request: Request<v1::ListNotificationsRequest>,
    ) -> Result<Response<v1::ListNotificationsResponse>, Status> {
        let (caller, UnreadOnly(unread), listing) = self.inbound.list(request)?;
        let inbox = self.notifications.list(&caller, unread, listing.page).await?;
        let next_page_token = listing.next(&inbox.page);
        Ok(Response::new(v1::ListNotificationsResponse {
            notifications: inbox.page.map(wire_notification).items,
            next_page_token,
            unread_count: wire_count(inbox.unread),
        }))
    }

    type WatchNotificationsStream = Answers<v1::WatchNotificationsResponse>;

    async fn watch_notifications(
        &self,
        request: Request<v1::WatchNotificationsRequest>,
    ) -> Result<Response<Self::WatchNotificationsStream>, Status> {
        let (caller, Nothing) = ask(request)?;
        let events = self.notifications.watch(&caller, self.streams.stop())?;
        let answers = events.map(|event| event.map(wire_inbox_event));
        self.streams.answer(&caller, answers)
    }

    async fn mark_read(
        &self,
        request: Request<v1::MarkReadRequest>,
    ) -> Result<Response<v1::MarkReadResponse>, Status> {
        let (caller, mark) = self.inbound.change::<_, ReadMark>(request)?;
        let unread = self.notifications.mark_read(&caller, &mark).await?;
        Ok(Response::new(v1::MarkReadResponse {
            unread_count: wire_count(unread),
        }))
    }

    async fn get_notification_preferences(
        &self,
        request: Request<v1::GetNotificationPreferencesRequest>,
    ) -> Result<Response<v1::GetNotificationPreferencesResponse>, Status> {
        let (caller, Nothing) = ask(request)?;
        let preferences = self.notifications.preferences(&caller).await?;
        Ok(Response::new(v1::GetNotificationPreferencesResponse {
            preferences: Some(wire_preferences(&preferences)),
        }))
    }

    async fn update_notification_preferences(
        &self,
        request: Request<v1::UpdateNotificationPreferencesRequest>,
    ) -> Result<Response<v1::UpdateNotificationPreferencesResponse>, Status> {
        let (caller, PreferencesUpdate { changes, etag }) = self.inbound.change(request)?;
        let preferences = self
            .notifications
            .update_preferences(&caller, &changes, etag.as_deref())
            .await?;
        Ok(Response::new(v1::UpdateNotificationPreferencesResponse {
            preferences: Some(wire_preferences(&preferences)),
        }))
    }
}
