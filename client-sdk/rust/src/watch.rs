//! The live stream of servers, over broken connections.

use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt as _};
use hostler_proto::v1;
use hostler_proto::v1::servers_client::ServersClient;
use tokio::time::sleep;
use tonic::{Code, Streaming};

use crate::backoff::Backoff;
use crate::connection::Connection;
use crate::error::Error;

/// What a watcher of servers is told.
#[derive(Clone, Debug)]
pub enum ServerEvent {
    /// All servers as they are now: first in the stream, and anew after a gap. It replaces what was known.
    All(Vec<v1::Server>),
    /// A server that is new or has changed.
    Changed(Box<v1::Server>),
    /// The id of a server that is deleted, or that the caller may no longer see.
    Removed(String),
    /// The stream has broken. What was told before may be old by now; [`ServerEvent::All`] follows once the connection is back.
    Reconnecting {
        /// How long until the next try.
        after: Duration,
        /// Why it broke.
        error: Error,
    },
}

pub(crate) fn servers(
    connection: Connection,
    server_ids: Vec<String>,
) -> BoxStream<'static, Result<ServerEvent, Error>> {
    let watch = Watch {
        connection,
        server_ids,
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
    server_ids: Vec<String>,
    stream: Option<Streaming<v1::WatchServersResponse>>,
    /// Of a snapshot whose last part has not come yet.
    parts: Vec<v1::Server>,
    /// Announced, and still to be waited for.
    pause: Option<Duration>,
    backoff: Backoff,
    ended: bool,
}

impl Watch {
    async fn next(&mut self) -> Option<Result<ServerEvent, Error>> {
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
    async fn read(&mut self) -> Result<Option<ServerEvent>, Error> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            none => {
                let request = v1::WatchServersRequest {
                    server_ids: self.server_ids.clone(),
                };
                let opened = self
                    .connection
                    .open(request, |channel, request| async move {
                        ServersClient::new(channel).watch_servers(request).await
                    })
                    .await?;
                self.parts.clear();
                none.insert(opened)
            }
        };
        let message = match stream.message().await {
            Ok(Some(message)) => message,
            Ok(None) => return Err(Error::connection("the server ended the stream")),
            // The access token ran out while the stream was open. The session may be fine: opening the stream again tells.
            Err(status) if status.code() == Code::Unauthenticated => return Err(Error::connection(status)),
            Err(status) => return Err(status.into()),
        };
        self.backoff.reset();
        Ok(match message.event {
            Some(v1::watch_servers_response::Event::Snapshot(part)) => {
                self.parts.extend(part.servers);
                part.last
                    .then(|| ServerEvent::All(std::mem::take(&mut self.parts)))
            }
            Some(v1::watch_servers_response::Event::Changed(server)) => {
                Some(ServerEvent::Changed(Box::new(server)))
            }
            Some(v1::watch_servers_response::Event::Removed(removed)) => {
                Some(ServerEvent::Removed(removed.server_id))
            }
            None => None,
        })
    }

    fn break_off(&mut self, error: Error) -> Result<ServerEvent, Error> {
        self.stream = None;
        let pause = if error.ends_a_stream_only() {
            self.backoff.next(error.retry_after())
        } else {
            None
        };
        if let Some(after) = pause {
            self.pause = Some(after);
            Ok(ServerEvent::Reconnecting { after, error })
        } else {
            self.ended = true;
            Err(error)
        }
    }
}
