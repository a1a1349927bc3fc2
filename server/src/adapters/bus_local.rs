//! The bus of one process.

use async_trait::async_trait;
use tokio::sync::broadcast::{self, error::RecvError};

use crate::ports::bus::{Bus, BusReceiver, Notice};

/// The room for notices is set aside at once, so no setting may ask for all of the memory.
const MAX_CAPACITY: usize = 1 << 20;

#[derive(Debug)]
pub struct BusLocal {
    sender: broadcast::Sender<Notice>,
}

impl BusLocal {
    pub const DEFAULT_CAPACITY: usize = 4096;

    /// `capacity` is how many notices a receiver may be behind before it misses some.
    pub fn new(capacity: usize) -> Self {
        let (sender, _) = broadcast::channel(capacity.clamp(1, MAX_CAPACITY));
        Self { sender }
    }
}

impl Default for BusLocal {
    fn default() -> Self {
        Self::new(Self::DEFAULT_CAPACITY)
    }
}

impl Bus for BusLocal {
    fn publish(&self, notice: Notice) {
        // It fails only when nobody listens, which is fine.
        drop(self.sender.send(notice));
    }

    fn subscribe(&self) -> Box<dyn BusReceiver> {
        Box::new(Receiver(self.sender.subscribe()))
    }
}

struct Receiver(broadcast::Receiver<Notice>);

#[async_trait]
impl BusReceiver for Receiver {
    async fn next(&mut self) -> Option<Notice> {
        match self.0.recv().await {
            Ok(notice) => Some(notice),
            Err(RecvError::Lagged(_)) => Some(Notice::Missed),
            Err(RecvError::Closed) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_receiver_gets_what_is_published_after_it_came() {
        let bus = BusLocal::default();
        bus.publish(Notice::OutboxReady);
        let mut first = bus.subscribe();
        let mut second = bus.subscribe();
        bus.publish(Notice::OperationReady);
        assert_eq!(first.next().await, Some(Notice::OperationReady));
        assert_eq!(second.next().await, Some(Notice::OperationReady));
    }

    #[tokio::test]
    async fn a_slow_receiver_is_told_that_it_missed_notices_and_goes_on() {
        let bus = BusLocal::new(2);
        let mut receiver = bus.subscribe();
        for _ in 0..5 {
            bus.publish(Notice::OperationReady);
        }
        bus.publish(Notice::OutboxReady);
        assert_eq!(receiver.next().await, Some(Notice::Missed));
        assert_eq!(receiver.next().await, Some(Notice::OperationReady));
        assert_eq!(receiver.next().await, Some(Notice::OutboxReady));
    }

    #[tokio::test]
    async fn a_receiver_ends_with_the_bus() {
        let bus = BusLocal::new(0);
        let mut receiver = bus.subscribe();
        bus.publish(Notice::OutboxReady);
        drop(bus);
        assert_eq!(receiver.next().await, Some(Notice::OutboxReady));
        assert_eq!(receiver.next().await, None);
    }
}
