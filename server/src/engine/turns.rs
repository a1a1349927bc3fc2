//! Streams that read the store: each turn, from waiting for news to having read it, runs in a task of its own.
//!
//! A stream is polled by its connection, and only while its reader takes what is sent. A turn polled there would
//! stand still in the middle of a read when the reader stops, with a connection to the database in its hand, and a
//! few such readers would have them all.

use std::future::Future;
use std::panic::resume_unwind;

use futures_util::stream::{self, Stream};
use tokio_util::task::AbortOnDropHandle;

use super::error::Result;

pub(super) trait Turns: Send + 'static {
    type Event: Send + 'static;

    /// Waits for what is to be told next; `None` is the end. Not called again after an error.
    fn next(&mut self) -> impl Future<Output = Option<Result<Self::Event>>> + Send;
}

/// Turn after turn, each begun when the reader asks. A turn ends with its stream.
pub(super) fn stream<T: Turns>(turns: T) -> impl Stream<Item = Result<T::Event>> + Send + 'static {
    stream::unfold(Some(turns), |turns| async move {
        let mut turns = turns?;
        let turn = tokio::spawn(async move {
            let event = turns.next().await;
            (event, turns)
        });
        match AbortOnDropHandle::new(turn).await {
            Ok((event, turns)) => {
                let event = event?;
                let more = event.is_ok().then_some(turns);
                Some((event, more))
            }
            Err(failure) => match failure.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(_the_runtime_ends) => None,
            },
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::{FutureExt as _, StreamExt as _};
    use tokio::sync::Semaphore;

    use super::*;
    use crate::engine::error::Error;

    /// Tells how often it was asked, with a permit in hand while it works.
    struct Reads {
        connections: Arc<Semaphore>,
        turn: u8,
        fails_at: u8,
    }

    impl Turns for Reads {
        type Event = u8;

        async fn next(&mut self) -> Option<Result<u8>> {
            let _connection = self.connections.acquire().await.ok()?;
            tokio::task::yield_now().await;
            self.turn += 1;
            assert!(self.turn < 10, "on purpose");
            Some(if self.turn == self.fails_at {
                Err(Error::Deadline)
            } else {
                Ok(self.turn)
            })
        }
    }

    fn reads(connections: &Arc<Semaphore>, fails_at: u8) -> impl Stream<Item = Result<u8>> + Send + 'static {
        stream(Reads {
            connections: Arc::clone(connections),
            turn: 0,
            fails_at,
        })
    }

    #[tokio::test]
    async fn a_turn_that_was_begun_ends_though_nobody_asks_again() {
        let connections = Arc::new(Semaphore::new(1));
        let mut unread = Box::pin(reads(&connections, 0));
        assert!(unread.next().now_or_never().is_none(), "the turn takes a while");
        tokio::task::yield_now().await;
        let another = Box::pin(reads(&connections, 0)).next().await;
        assert!(matches!(another, Some(Ok(1))), "the connection is free again");
        assert!(matches!(unread.next().await, Some(Ok(1))), "nothing is lost");
        assert!(matches!(unread.next().await, Some(Ok(2))));
    }

    #[tokio::test]
    async fn a_turn_ends_with_its_stream() {
        let connections = Arc::new(Semaphore::new(0));
        let mut waiting = Box::pin(reads(&connections, 0));
        assert!(waiting.next().now_or_never().is_none());
        tokio::task::yield_now().await;
        drop(waiting);
        while Arc::strong_count(&connections) > 1 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn nothing_follows_an_error() {
        let events: Vec<_> = reads(&Arc::new(Semaphore::new(1)), 2).collect().await;
        assert!(matches!(events.as_slice(), [Ok(1), Err(_)]));
    }

    #[tokio::test]
    #[should_panic(expected = "on purpose")]
    async fn a_panic_reaches_who_asked() {
        let _: Vec<_> = reads(&Arc::new(Semaphore::new(1)), 0).collect().await;
    }
}
