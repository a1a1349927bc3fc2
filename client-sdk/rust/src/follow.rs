//! A stream that goes on over broken connections.

use std::future::Future;
use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt as _};
use tokio::time::{sleep, timeout};
use tonic::{Code, Streaming};

use crate::backoff::Backoff;
use crate::connection::Connection;
use crate::error::Error;

/// Three of the server's heartbeats: who says nothing for longer is not there.
const SILENCE: Duration = Duration::from_secs(45);

/// What is followed.
pub(crate) trait Source: Send + 'static {
    type Message: Send + 'static;
    type Event: Send + 'static;

    fn open(
        &self,
        connection: &Connection,
    ) -> impl Future<Output = Result<Streaming<Self::Message>, Error>> + Send;

    /// Not every message is one: kinds that this version does not know are let pass.
    fn event(message: Self::Message) -> Option<Self::Event>;

    /// What says that the stream has broken.
    fn reconnecting(after: Duration, error: Error) -> Self::Event;
}

pub(crate) fn follow<S: Source + Sync>(
    connection: Connection,
    source: S,
) -> BoxStream<'static, Result<S::Event, Error>> {
    let follow = Follow {
        connection,
        source,
        stream: None,
        pause: None,
        backoff: Backoff::of_streams(),
        ended: false,
    };
    stream::unfold(follow, |mut follow| async move {
        Some((follow.next().await?, follow))
    })
    .boxed()
}

struct Follow<S: Source> {
    connection: Connection,
    source: S,
    stream: Option<Streaming<S::Message>>,
    /// Announced, and still to be waited for.
    pause: Option<Duration>,
    backoff: Backoff,
    ended: bool,
}

impl<S: Source> Follow<S> {
    async fn next(&mut self) -> Option<Result<S::Event, Error>> {
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

    /// Reads one message, opening the stream first if there is none.
    async fn read(&mut self) -> Result<Option<S::Event>, Error> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            none => none.insert(self.source.open(&self.connection).await?),
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
        Ok(S::event(message))
    }

    fn break_off(&mut self, error: Error) -> Result<S::Event, Error> {
        self.stream = None;
        let pause = if error.ends_a_stream_only() {
            self.backoff.next(error.retry_after())
        } else {
            None
        };
        if let Some(after) = pause {
            self.pause = Some(after);
            Ok(S::reconnecting(after, error))
        } else {
            self.ended = true;
            Err(error)
        }
    }
}
