//! The live stream of figures, over broken connections.

use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt as _};
use hostler_proto::v1;
use hostler_proto::v1::monitoring_client::MonitoringClient;
use tokio::time::{sleep, timeout};
use tonic::{Code, Streaming};
use v1::watch_stats_response::Event;

use crate::backoff::Backoff;
use crate::connection::Connection;
use crate::error::Error;

/// Three of the server's heartbeats: who says nothing for longer is not there.
const SILENCE: Duration = Duration::from_secs(45);

/// What a watcher of figures is told.
#[derive(Clone, Debug)]
pub enum StatsEvent {
    /// All figures as they are now: first in the stream, and anew after a gap. It replaces what was known.
    All(Vec<v1::ServerStats>),
    /// Newer figures of some servers.
    Changed(Vec<v1::ServerStats>),
    /// The id of a server that is deleted, or that the caller may no longer see.
    Removed(String),
    /// The stream has broken. What was told before may be old by now; [`StatsEvent::All`] follows once the connection is back.
    Reconnecting {
        /// How long until the next try.
        after: Duration,
        /// Why it broke.
        error: Error,
    },
}

pub(crate) fn stats(
    connection: Connection,
    server_ids: Vec<String>,
) -> BoxStream<'static, Result<StatsEvent, Error>> {
    let watch = Watch {
        connection,
        server_ids,
        stream: None,
        pause: None,
        backoff: Backoff::of_streams(),
        begun: false,
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
    /// Those that are not removed.
    server_ids: Vec<String>,
    stream: Option<Streaming<v1::WatchStatsResponse>>,
    /// Announced, and still to be waited for.
    pause: Option<Duration>,
    backoff: Backoff,
    begun: bool,
    ended: bool,
}

impl Watch {
    async fn next(&mut self) -> Option<Result<StatsEvent, Error>> {
        // Nothing to follow any more; the server refuses who asks for nothing from the beginning.
        if self.ended || self.begun && self.server_ids.is_empty() {
            return None;
        }
        self.begun = true;
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
    async fn read(&mut self) -> Result<Option<StatsEvent>, Error> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            none => {
                let request = v1::WatchStatsRequest {
                    server_ids: self.server_ids.clone(),
                };
                let opened = self
                    .connection
                    .open(request, |channel, request| async move {
                        MonitoringClient::new(channel).watch_stats(request).await
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
            Some(Event::Snapshot(snapshot)) => Some(StatsEvent::All(snapshot.stats)),
            Some(Event::Changes(changes)) => Some(StatsEvent::Changed(changes.stats)),
            Some(Event::Removed(removed)) => {
                self.server_ids.retain(|id| *id != removed.server_id);
                Some(StatsEvent::Removed(removed.server_id))
            }
            Some(Event::Heartbeat(_)) | None => None,
        })
    }

    fn break_off(&mut self, error: Error) -> Result<StatsEvent, Error> {
        self.stream = None;
        let pause = if error.ends_a_stream_only() {
            self.backoff.next(error.retry_after())
        } else {
            None
        };
        if let Some(after) = pause {
            self.pause = Some(after);
            Ok(StatsEvent::Reconnecting { after, error })
        } else {
            self.ended = true;
            Err(error)
        }
    }
}
