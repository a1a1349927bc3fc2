//! Server streams: bounded in number and age, and ended by the server's stop or the end of access.
//!
//! A stream is polled by its connection and by nothing else, so it makes no more than is read, and goes when
//! its reader goes. What ends it before its time does not wait for the reader: a task drops what the stream
//! holds, and the reader finds out when it reads again.

use std::collections::HashMap;
use std::mem;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::task::AbortHandle;
use tokio_stream::Stream;
use tokio_util::sync::CancellationToken;
use tonic::{Response, Status};

use crate::domain::ids::UserId;
use crate::engine::access_watch::{AccessEnd, AccessWatch};
use crate::engine::caller::Caller;
use crate::engine::error::Error;
use crate::services::fault;
use crate::services::metrics::{EdgeMetrics, Open};
use crate::services::refusal::Refusal;

/// A stream that is older comes back and is let in anew.
const MAX_AGE: Duration = Duration::from_secs(3600);

pub(super) type Answers<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[derive(Clone)]
pub(super) struct Streams {
    open: Arc<OpenStreams>,
    per_user: u32,
    metrics: EdgeMetrics,
    access: AccessWatch,
    stop: CancellationToken,
    max_age: Duration,
}

impl Streams {
    /// Each user may have `per_user` of them open at a time.
    pub(super) fn new(
        access: AccessWatch,
        metrics: EdgeMetrics,
        stop: CancellationToken,
        per_user: u32,
    ) -> Self {
        Self {
            open: Arc::default(),
            per_user,
            metrics,
            access,
            stop,
            max_age: MAX_AGE,
        }
    }

    /// The token that ends every stream.
    pub(super) fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Answers with a stream, unless its caller has too many open.
    pub(super) fn answer<T, S>(&self, caller: &Caller, source: S) -> Result<Response<Answers<T>>, Status>
    where
        T: Send + 'static,
        S: Stream<Item = Result<T, Error>> + Send + 'static,
    {
        let principal = caller.signed_in()?;
        let slot = self.open.take(principal.user_id, self.per_user)?;
        let trace_id = caller.origin.trace_id.clone();
        let source = AssertUnwindSafe(source).catch_unwind().map(move |item| {
            let status = match item {
                Ok(Ok(message)) => return Ok(message),
                Ok(Err(error)) => Status::from(error),
                Err(_panic) => Refusal::Panicked.into(),
            };
            if status.code() == tonic::Code::Internal {
                tracing::error!(trace_id, error = fault::chain(&status), "a stream failed");
            }
            Err(fault::complete(status, &trace_id))
        });
        let (access, stop) = (self.access.follow(principal), self.stop.clone());
        let max_age = self.max_age;
        let inner = Arc::new(Mutex::new(Inner::Open {
            source: Box::pin(source),
            reader: None,
            _slot: slot,
            _counted: self.metrics.stream(),
        }));
        let watched = Arc::clone(&inner);
        let ending = tokio::spawn(async move {
            let refusal = tokio::select! {
                () = stop.cancelled() => Refusal::Stopping,
                end = access => match end {
                    AccessEnd::Revoked => Refusal::AccessEnded,
                    AccessEnd::Changed => Refusal::StreamEnded,
                },
                () = tokio::time::sleep(max_age) => Refusal::StreamEnded,
            };
            end(&watched, refusal);
        });
        Ok(Response::new(Box::pin(Watched {
            inner,
            ending: ending.abort_handle(),
            stop: self.stop.clone(),
        })))
    }
}

/// The reader's half of a stream.
struct Watched<T> {
    inner: Arc<Mutex<Inner<T>>>,
    /// The task that ends the stream before its time.
    ending: AbortHandle,
    stop: CancellationToken,
}

enum Inner<T> {
    Open {
        source: Answers<T>,
        /// Whom to wake when the stream ends.
        reader: Option<Waker>,
        _slot: Slot,
        _counted: Open,
    },
    /// Ended before its time, which the reader is yet to be told.
    Ended(Refusal),
    Over,
}

/// Drops what the stream holds, and tells its reader.
fn end<T>(inner: &Mutex<Inner<T>>, refusal: Refusal) {
    let mut held = inner.lock().unwrap_or_else(PoisonError::into_inner);
    if matches!(&*held, Inner::Open { .. }) {
        let open = mem::replace(&mut *held, Inner::Ended(refusal));
        drop(held);
        if let Inner::Open {
            reader: Some(reader), ..
        } = open
        {
            reader.wake();
        }
    }
}

impl<T> Stream for Watched<T> {
    type Item = Result<T, Status>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let item = match &mut *inner {
            Inner::Open { source, reader, .. } => match source.as_mut().poll_next(cx) {
                Poll::Pending => {
                    match reader {
                        Some(reader) => reader.clone_from(cx.waker()),
                        None => *reader = Some(cx.waker().clone()),
                    }
                    return Poll::Pending;
                }
                // A source that watches the token too has been quicker; its end is no good end.
                Poll::Ready(None) if self.stop.is_cancelled() => Some(Err(Refusal::Stopping.into())),
                Poll::Ready(item) => item,
            },
            Inner::Ended(refusal) => Some(Err((*refusal).into())),
            Inner::Over => None,
        };
        if !matches!(item, Some(Ok(_))) {
            *inner = Inner::Over;
        }
        Poll::Ready(item)
    }
}

impl<T> Drop for Watched<T> {
    fn drop(&mut self) {
        self.ending.abort();
        // The task holds the stream, too, until it has noticed.
        let mut held = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let open = mem::replace(&mut *held, Inner::Over);
        drop(held);
        drop(open);
    }
}

/// How many streams each user has open.
#[derive(Default)]
struct OpenStreams(Mutex<HashMap<UserId, u32>>);

/// One open stream; gives its place back when dropped.
struct Slot {
    open: Arc<OpenStreams>,
    user: UserId,
}

impl OpenStreams {
    fn take(self: &Arc<Self>, user: UserId, limit: u32) -> Result<Slot, Refusal> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(user).or_default();
        if *count >= limit {
            return Err(Refusal::TooManyStreams { limit });
        }
        *count += 1;
        Ok(Slot {
            open: Arc::clone(self),
            user,
        })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut open = self.open.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use prometheus_client::registry::Registry;
    use tokio::sync::broadcast;
    use tonic::Code;

    use super::*;
    use crate::domain::ids::SessionId;
    use crate::domain::principal::{Credential, Origin, Principal};
    use crate::domain::user::Role;
    use crate::engine::access_watch::{Standing, Standings};
    use crate::ports::bus::{Bus, BusReceiver, Notice};

    struct TestBus(broadcast::Sender<Notice>);
    struct TestReceiver(broadcast::Receiver<Notice>);

    impl Bus for TestBus {
        fn publish(&self, notice: Notice) {
            self.0.send(notice).unwrap();
        }

        fn subscribe(&self) -> Box<dyn BusReceiver> {
            Box::new(TestReceiver(self.0.subscribe()))
        }
    }

    #[async_trait]
    impl BusReceiver for TestReceiver {
        async fn next(&mut self) -> Option<Notice> {
            self.0.recv().await.ok()
        }
    }

    struct AsBefore;

    #[async_trait]
    impl Standings for AsBefore {
        async fn standing(&self, _: &Principal) -> Standing {
            Standing::Holds { left: None }
        }
    }

    fn world() -> (Arc<TestBus>, CancellationToken, Streams, SessionId, Caller) {
        let bus = Arc::new(TestBus(broadcast::channel(8).0));
        let stop = CancellationToken::new();
        let access = AccessWatch::new(bus.clone(), Arc::new(AsBefore));
        let metrics = EdgeMetrics::register(&mut Registry::default());
        let streams = Streams::new(access, metrics, stop.clone(), 3);
        let session = SessionId::generate();
        let caller = Caller {
            node: None,
            principal: Some(Principal {
                user_id: UserId::generate(),
                role: Role::Customer,
                credential: Credential::Session(session),
            }),
            origin: Origin::default(),
            action: "Test.Watch",
            request_id: None,
        };
        (bus, stop, streams, session, caller)
    }

    fn silent() -> impl Stream<Item = Result<u8, Error>> + Send + 'static {
        tokio_stream::pending()
    }

    async fn last_code(mut answers: Answers<u8>) -> Code {
        let status = answers.next().await.unwrap().unwrap_err();
        assert!(answers.next().await.is_none(), "nothing follows an error");
        status.code()
    }

    #[tokio::test]
    async fn a_stream_ends_when_the_server_stops() {
        let (_bus, stop, streams, _, caller) = world();
        let answers = streams.answer(&caller, silent()).unwrap().into_inner();
        stop.cancel();
        assert_eq!(last_code(answers).await, Code::Unavailable);
    }

    #[tokio::test]
    async fn a_stream_ends_with_its_session() {
        let (bus, _stop, streams, session, caller) = world();
        let answers = streams.answer(&caller, silent()).unwrap().into_inner();
        bus.publish(Notice::SessionRevoked { id: session });
        assert_eq!(last_code(answers).await, Code::Unauthenticated);
    }

    #[tokio::test]
    async fn a_stream_that_nobody_reads_gives_its_place_back_when_it_ends() {
        let (bus, _stop, streams, session, caller) = world();
        let answers = streams.answer(&caller, silent()).unwrap().into_inner();
        bus.publish(Notice::SessionRevoked { id: session });
        while !streams.open.0.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(last_code(answers).await, Code::Unauthenticated);
    }

    #[tokio::test]
    async fn a_stream_does_not_live_for_ever() {
        let (_bus, _stop, mut streams, _, caller) = world();
        streams.max_age = Duration::from_millis(1);
        let answers = streams.answer(&caller, silent()).unwrap().into_inner();
        assert_eq!(last_code(answers).await, Code::Unavailable);
    }

    #[tokio::test]
    async fn a_panic_in_a_stream_is_an_internal_error() {
        let (_bus, _stop, streams, _, caller) = world();
        let source = tokio_stream::once(1u8).map(|_| -> Result<u8, Error> { panic!("on purpose") });
        let answers = streams.answer(&caller, source).unwrap().into_inner();
        assert_eq!(last_code(answers).await, Code::Internal);
    }

    #[tokio::test]
    async fn a_user_has_so_many_streams_and_gets_their_places_back() {
        let (_bus, _stop, streams, _, caller) = world();
        let mut open: Vec<_> = (0..3)
            .map(|_| streams.answer(&caller, silent()).unwrap())
            .collect();
        let refused = streams.answer(&caller, silent()).err().unwrap();
        assert_eq!(refused.code(), Code::ResourceExhausted);
        open.pop();
        assert!(streams.answer(&caller, silent()).is_ok());
        drop(open);
        assert!(streams.open.0.lock().unwrap().is_empty());
    }
}
