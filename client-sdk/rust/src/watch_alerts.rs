//! The live stream of alerts, over broken connections: each change once.

use std::mem;
use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt as _};
use hostler_proto::v1;
use hostler_proto::v1::alerts_client::AlertsClient;
use tokio::time::{sleep, timeout};
use tonic::{Code, Streaming};
use v1::watch_alerts_response::Event;

use crate::backoff::Backoff;
use crate::connection::Connection;
use crate::error::Error;

/// Three of the server's heartbeats: who says nothing for longer is not there.
const SILENCE: Duration = Duration::from_secs(45);

/// What a watcher of alerts is told.
#[derive(Clone, Debug)]
pub enum AlertEvent {
    /// All alerts that fire. It replaces what was known. Begin another watch with the cursor to go on behind it.
    All {
        /// Newest first.
        alerts: Vec<v1::Alert>,
        /// The place in the stream.
        cursor: String,
    },
    /// Something happened to an alert. Begin another watch with its cursor to go on behind it.
    Changed(Box<v1::AlertChange>),
    /// The stream has broken, and goes on where it was once the connection is back.
    Reconnecting {
        /// How long until the next try.
        after: Duration,
        /// Why it broke.
        error: Error,
    },
}

pub(crate) fn alerts(
    connection: Connection,
    cursor: String,
) -> BoxStream<'static, Result<AlertEvent, Error>> {
    let watch = Watch {
        connection,
        cursor,
        stream: None,
        parts: Vec::new(),
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
    /// Everything up to here was told; empty before the first snapshot.
    cursor: String,
    stream: Option<Streaming<v1::WatchAlertsResponse>>,
    /// Of a snapshot that is not whole yet.
    parts: Vec<v1::Alert>,
    /// Announced, and still to be waited for.
    pause: Option<Duration>,
    backoff: Backoff,
    ended: bool,
}

impl Watch {
    async fn next(&mut self) -> Option<Result<AlertEvent, Error>> {
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
    async fn read(&mut self) -> Result<Option<AlertEvent>, Error> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            none => {
                let request = v1::WatchAlertsRequest {
                    cursor: self.cursor.clone(),
                };
                let opened = self
                    .connection
                    .open(request, |channel, request| async move {
                        AlertsClient::new(channel).watch_alerts(request).await
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
        Ok(match message.event {
            Some(Event::Snapshot(part)) => {
                self.parts.extend(part.alerts);
                if !part.last {
                    return Ok(None);
                }
                self.cursor.clone_from(&part.cursor);
                Some(AlertEvent::All {
                    alerts: mem::take(&mut self.parts),
                    cursor: part.cursor,
                })
            }
            Some(Event::Change(change)) => {
                self.cursor.clone_from(&change.cursor);
                Some(AlertEvent::Changed(Box::new(change)))
            }
            Some(Event::Heartbeat(heartbeat)) => {
                self.cursor = heartbeat.cursor;
                None
            }
            None => None,
        })
    }

    fn break_off(&mut self, error: Error) -> Result<AlertEvent, Error> {
        self.stream = None;
        self.parts.clear();
        let pause = if error.ends_a_stream_only() {
            self.backoff.next(error.retry_after())
        } else {
            None
        };
        if let Some(after) = pause {
            self.pause = Some(after);
            Ok(AlertEvent::Reconnecting { after, error })
        } else {
            self.ended = true;
            Err(error)
        }
    }
}
