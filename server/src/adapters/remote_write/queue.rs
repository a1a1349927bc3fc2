//! Samples that wait to be written, bounded: when the other side does not keep up, the oldest make room.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::domain::sample::Sample;
use crate::domain::sink_counts::SinkCounts;
use crate::ports::sample_sink::SampleSink;

/// The end that takes; the writer has the other.
#[derive(Clone)]
pub struct RemoteWrite {
    state: Arc<Mutex<State>>,
    news: Arc<Notify>,
    room: usize,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Sample>,
    sent: u64,
    overflowed: u64,
    refused: u64,
}

impl RemoteWrite {
    pub(super) fn new(room: usize) -> Self {
        Self {
            state: Arc::default(),
            news: Arc::default(),
            room,
        }
    }

    /// The oldest that wait, at most so many, once there are any.
    pub(super) async fn take(&self, most: usize) -> Vec<Sample> {
        loop {
            let news = self.news.notified();
            let taken: Vec<Sample> = self.with(|state| {
                let count = most.min(state.waiting.len());
                state.waiting.drain(..count).collect()
            });
            if !taken.is_empty() {
                return taken;
            }
            news.await;
        }
    }

    pub(super) fn sent(&self, count: usize) {
        self.with(|state| state.sent += count as u64);
    }

    pub(super) fn refused(&self, count: usize) {
        self.with(|state| state.refused += count as u64);
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SampleSink for RemoteWrite {
    fn offer(&self, samples: &[Sample]) {
        self.with(|state| {
            state.waiting.extend(samples);
            let beyond = state.waiting.len().saturating_sub(self.room);
            state.waiting.drain(..beyond);
            state.overflowed += beyond as u64;
        });
        self.news.notify_one();
    }

    fn counts(&self) -> Option<SinkCounts> {
        Some(self.with(|state| SinkCounts {
            sent: state.sent,
            overflowed: state.overflowed,
            refused: state.refused,
            waiting: state.waiting.len() as u64,
        }))
    }
}

impl fmt::Debug for RemoteWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteWrite")
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ServerId;
    use crate::domain::sample::{Subject, Values};
    use crate::domain::time::Timestamp;

    fn sample(second: i64) -> Sample {
        Sample {
            subject: Subject::Server(ServerId::generate()),
            time: Timestamp::from_micros(second * 1_000_000),
            values: Values::NONE,
        }
    }

    #[tokio::test]
    async fn the_newest_stay_when_there_is_no_room_for_all() {
        let queue = RemoteWrite::new(3);
        let all: Vec<Sample> = (0..5).map(sample).collect();
        queue.offer(&all);
        assert_eq!(queue.counts().unwrap().overflowed, 2);
        assert_eq!(queue.take(2).await, all[2..4]);
        assert_eq!(queue.take(2).await, all[4..]);
        queue.sent(3);
        let counts = queue.counts().unwrap();
        assert_eq!((counts.sent, counts.waiting), (3, 0));
    }

    #[tokio::test]
    async fn who_waits_is_woken_by_what_comes() {
        let queue = RemoteWrite::new(3);
        let waiting = tokio::spawn({
            let queue = queue.clone();
            async move { queue.take(1).await }
        });
        tokio::task::yield_now().await;
        queue.offer(&[sample(1)]);
        assert_eq!(waiting.await.unwrap().len(), 1);
    }
}
