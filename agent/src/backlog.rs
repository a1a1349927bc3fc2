//! Samples from the moment in which they are taken to the moment in which the server has stored them.
//!
//! While there is a session they wait in memory, for a minute or so; without one they wait on disk. One message is on its way at a time,
//! so that what the server says it has stored is never in doubt. Fresh samples and those of the disk take turns: a long backlog holds no
//! news up, and news no backlog.

use std::collections::VecDeque;
use std::time::Duration;

use hostler_proto::v1::{NodeSample, NodeSamples};
use prost::Message as _;
use tokio::time::Instant;

use crate::spool::Spool;
use crate::state::{StateDirectory, StateError};

/// Looks that the protocol allows in one message.
pub(crate) const MOST_SAMPLES: usize = 360;
/// An eighth of what the protocol allows: a message is in memory as samples and as bytes, and the agent is to be small.
pub(crate) const MOST_BYTES: usize = 128 << 10;

/// Samples that the server has not stored.
#[derive(Debug)]
pub(crate) struct Backlog {
    spool: Spool,
    /// Newer than all on disk, oldest first.
    fresh: VecDeque<Fresh>,
    on_the_way: Option<Sent>,
    /// There is a session.
    attached: bool,
    /// The message before was of fresh samples.
    was_fresh: bool,
    /// How long samples may wait in memory.
    patience: Duration,
    /// Since when the server has stored nothing, although there is something.
    waiting_since: Option<Instant>,
}

#[derive(Debug)]
struct Fresh {
    taken: Instant,
    sample: NodeSample,
}

/// A message that the server has not answered.
#[derive(Debug)]
struct Sent {
    last_sequence: u64,
    what: What,
}

#[derive(Debug)]
enum What {
    /// Samples that are nowhere else.
    Fresh(Vec<Fresh>),
    /// The oldest of the disk.
    OfDisk,
    /// Samples that were put on disk meanwhile, and are sent from there once more.
    PutOnDisk,
}

impl Backlog {
    /// Goes on with what a former agent left on disk.
    pub(crate) fn open(
        state: &StateDirectory,
        most_bytes: u64,
        patience: Duration,
    ) -> Result<Self, StateError> {
        Ok(Self {
            spool: Spool::open(state, most_bytes)?,
            fresh: VecDeque::new(),
            on_the_way: None,
            attached: false,
            was_fresh: false,
            patience,
            waiting_since: None,
        })
    }

    /// Takes a sample in.
    pub(crate) fn add(&mut self, sample: NodeSample) {
        if !self.attached {
            self.spool.append(&sample);
            return;
        }
        let taken = Instant::now();
        self.fresh.push_back(Fresh { taken, sample });
        self.waiting_since.get_or_insert(taken);
        if self
            .oldest_in_memory()
            .is_some_and(|oldest| taken - oldest > self.patience)
        {
            self.put_on_disk();
        }
    }

    /// A session has begun.
    pub(crate) fn attach(&mut self) {
        self.attached = true;
    }

    /// The session has ended: whatever the server did not say it has stored is to be sent again.
    pub(crate) fn detach(&mut self) {
        self.attached = false;
        self.put_on_disk();
        self.on_the_way = None;
        self.waiting_since = None;
    }

    /// The next message to send; `None` while one is on its way, and when there is nothing to say.
    pub(crate) fn next(&mut self) -> Option<NodeSamples> {
        if self.on_the_way.is_some() || !self.attached {
            return None;
        }
        let is_turn_of_disk = self.fresh.is_empty() || (self.was_fresh && !self.spool.is_empty());
        let (what, samples) = if is_turn_of_disk {
            let samples = self.spool.oldest(MOST_SAMPLES, MOST_BYTES)?;
            (What::OfDisk, samples)
        } else {
            let fresh = self.take_fresh();
            let samples = fresh.iter().map(|fresh| fresh.sample.clone()).collect();
            (What::Fresh(fresh), samples)
        };
        self.was_fresh = !is_turn_of_disk;
        self.on_the_way = Some(Sent {
            last_sequence: samples.last()?.sequence,
            what,
        });
        self.waiting_since.get_or_insert_with(Instant::now);
        Some(NodeSamples { samples })
    }

    /// The server has stored the message whose last sample this is. What it says of other samples is old news.
    pub(crate) fn stored(&mut self, sequence: u64) {
        let Some(sent) = self.on_the_way.take_if(|sent| sent.last_sequence == sequence) else {
            tracing::debug!(sequence, "the server has stored what is not on its way");
            return;
        };
        match sent.what {
            What::OfDisk => self.spool.forget_oldest(),
            What::Fresh(_) | What::PutOnDisk => {}
        }
        self.waiting_since = (!self.fresh.is_empty()).then(Instant::now);
    }

    /// For how long the server has stored nothing, although there is something.
    pub(crate) fn waiting(&self) -> Duration {
        self.waiting_since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Nothing waits on disk.
    pub(crate) fn is_disk_empty(&self) -> bool {
        self.spool.is_empty()
    }

    /// Samples that were lost since the agent was installed, for want of room.
    pub(crate) fn dropped(&self) -> u64 {
        self.spool.dropped()
    }

    /// The highest sequence on disk.
    pub(crate) fn last_sequence(&self) -> Option<u64> {
        self.spool.last_sequence()
    }

    fn oldest_in_memory(&self) -> Option<Instant> {
        let sent = match self.on_the_way.as_ref().map(|sent| &sent.what) {
            Some(What::Fresh(samples)) => samples.first(),
            Some(What::OfDisk | What::PutOnDisk) | None => None,
        };
        sent.or(self.fresh.front()).map(|oldest| oldest.taken)
    }

    fn take_fresh(&mut self) -> Vec<Fresh> {
        let mut bytes = 0;
        let fitting = self.fresh.iter().take(MOST_SAMPLES).take_while(|fresh| {
            bytes += fresh.sample.encoded_len();
            bytes <= MOST_BYTES
        });
        let count = fitting.count().max(1).min(self.fresh.len());
        self.fresh.drain(..count).collect()
    }

    /// Puts on disk what is in memory, the oldest first.
    fn put_on_disk(&mut self) {
        if let Some(sent) = &mut self.on_the_way
            && let What::Fresh(samples) = &mut sent.what
        {
            for fresh in samples.drain(..) {
                self.spool.append(&fresh.sample);
            }
            sent.what = What::PutOnDisk;
        }
        for fresh in self.fresh.drain(..) {
            self.spool.append(&fresh.sample);
        }
    }
}

#[cfg(test)]
#[path = "backlog_tests.rs"]
mod tests;
