//! The live stream of notifications, over broken connections.

use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt as _};
use hostler_proto::v1;
use hostler_proto::v1::notifications_client::NotificationsClient;
use tokio::time::{sleep, timeout};
use tonic::{Code, Streaming};
use v1::watch_notifications_response::Event;

use crate::backoff::Backoff;
use crate::connection::Connection;
use crate::error::Error;

/// Three of the server's heartbeats: who says nothing for longer is not there.
const SILENCE: Duration = Duration::from_secs(45);

/// What a watcher of the inbox is told.
#[derive(Clone, Debug)]
pub enum InboxEvent {
    /// How many are unread: first in the stream, after a gap, and whenever it changes.
    Unread(i32),
    /// Something new, and how many are unread with it.
    Arrived {
        /// What came.
        notification: Box<v1::Notification>,
        /// How many are unread.
        unread: i32,
    },
    /// The stream has broken. [`InboxEvent::Unread`] follows once the connection is back.
    Reconnecting {
        /// How long until the next try.
        after: Duration,
        /// Why it broke.
        error: Error,
    },
}

pub(crate) fn inbox(connection: Connection) -> BoxStream<'static, Result<InboxEvent, Error>> {
    let watch = Watch {
        connection,
        stream: None,
        pause: None,
        backoff: Backoff::of_streams(),
        ended: false,
    };
    stream::unfold(
        watch,
        |mut watch| async move { Some((watch.next().await?, watch)) },
    )
    .boxed()
}

struct Watch {
    connection: Connection,
    stream: Option<Streaming<v1::WatchNotificationsResponse>>,
    /// Announced, and still to be waited for.
    pause: Option<Duration>,
    backoff: Backoff,
    ended: bool,
}

impl Watch {
    async fn next(&mut self) -> Option<Result<InboxEvent, Error>> {
        if self.ended {
            return None;
        }
        if let Some(pause) = self.pause.take() {
            sleep(pause).await;
        }
        loop {
            match self.read().await {
                Ok(Some(event)) => return Some(Ok(event)),
                Ok(None) => {}
                Err(error) => return Some(self.break_off(error)),
            }
        }
    }

    /// Reads one message, opening the stream first if there is none. Not every message is an event.
    async fn read(&mut self) -> Result<Option<InboxEvent>, Error> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            none => {
                let request = v1::WatchNotificationsRequest {};
                let opened = self
                    .connection
                    .open(request, |channel, request| async move {
                        NotificationsClient::new(channel)
                            .watch_notifications(request)
                            .await
                    })
                    .await?;
                none.insert(opened)
            }
        };
        let Ok(message) = timeout(SILENCE, stream.message()).await else {
            return Err(Error::connection("the server has fallen silent"));
        };
        let message = match message {
            Ok(Some(message)) => message,
            Ok(None) => return Err(Error::connection("the server ended the stream")),
            // The access token ran out while the stream was open. The session may be fine: opening the stream again tells.
            Err(status) if status.code() == Code::Unauthenticated => return Err(Error::connection(status)),
            Err(status) => return Err(status.into()),
        };
        self.backoff.reset();
        let unread = message.unread_count.unwrap_or_default();
        Ok(match message.event {
            Some(Event::Notification(notification)) => Some(InboxEvent::Arrived {
                notification: Box::new(notification),
                unread,
            }),
            Some(Event::Heartbeat(_)) => None,
            None => Some(InboxEvent::Unread(unread)),
        })
    }

    fn break_off(&mut self, error: Error) -> Result<InboxEvent, Error> {
        self.stream = None;
        let pause = if error.ends_a_stream_only() {
            self.backoff.next(error.retry_after())
        } else {
            None
        };
        if let Some(after) = pause {
            self.pause = Some(after);
            Ok(InboxEvent::Reconnecting { after, error })
        } else {
            self.ended = true;
            Err(error)
        }
    }
}
