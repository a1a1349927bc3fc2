//! The queue of files: samples go to the end of the newest and are taken from the beginning of the oldest.
//!
//! How much of the oldest is sent is not on disk: after a crash some samples are sent once more, with the sequence that they have, and
//! the server knows them by it.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use hostler_proto::v1::NodeSample;

use super::files::{Disk, Files};
use super::record;
use super::segment::Segment;
use crate::state::{NumberFile, StateDirectory, StateError, private_file};

const FOLDER: &str = "spool";
const DROPPED: &str = "dropped";
/// The oldest file is what is dropped when there is no more room: a small part of the whole.
const SEGMENTS: u64 = 64;
/// A file is read as a whole, and the agent is to be small.
const LARGEST_SEGMENT: u64 = 256 << 10;

/// Samples on disk.
#[derive(Debug)]
pub(crate) struct Spool {
    folder: PathBuf,
    files: Box<dyn Files>,
    segments: VecDeque<Segment>,
    /// Never given again, so that what was read from one file is never taken for another's.
    next_number: u64,
    most_bytes: u64,
    dropped: u64,
    dropped_file: NumberFile,
    /// The disk takes nothing at the moment, and the log says so.
    fails: bool,
    buffer: Vec<u8>,
    given: Option<Given>,
}

/// Where the batch that is being sent lies.
#[derive(Clone, Debug)]
struct Given {
    count: u64,
    number: u64,
    begin: u64,
    bytes: u64,
}

impl Spool {
    /// Takes up what a former agent left; the torn end of a file is cut off.
    pub(crate) fn open(state: &StateDirectory, most_bytes: u64) -> Result<Self, StateError> {
        Self::open_on(Box::new(Disk), state, most_bytes)
    }

    fn open_on(
        mut files: Box<dyn Files>,
        state: &StateDirectory,
        most_bytes: u64,
    ) -> Result<Self, StateError> {
        let folder = state.join(FOLDER);
        private_file::make_directory(&folder).map_err(StateError::at("make", &folder))?;
        let numbers = numbers_in(&folder).map_err(StateError::at("read", &folder))?;
        let mut segments = VecDeque::new();
        for number in numbers {
            let path = Segment::new(number).path(&folder);
            let content = files.read(&path).map_err(StateError::at("read", &path))?;
            let segment = Segment::of(number, &content);
            if segment.waiting == 0 {
                files.remove(&path).map_err(StateError::at("remove", &path))?;
                continue;
            }
            if segment.bytes < content.len() as u64 {
                tracing::info!(path = %path.display(), "cut the torn end of a file of the spool");
                files
                    .cut(&path, segment.bytes)
                    .map_err(StateError::at("cut", &path))?;
            }
            segments.push_back(segment);
        }
        let dropped_file = NumberFile::at(folder.join(DROPPED));
        Ok(Self {
            dropped: dropped_file.read().unwrap_or(0),
            next_number: segments
                .back()
                .map_or(1, |newest| newest.number.saturating_add(1)),
            folder,
            files,
            segments,
            most_bytes,
            dropped_file,
            fails: false,
            buffer: Vec::new(),
            given: None,
        })
    }

    /// Nothing waits here.
    pub(crate) fn is_empty(&self) -> bool {
        self.segments.iter().all(|segment| segment.waiting == 0)
    }

    /// Samples that were lost since the agent was installed, for want of room.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The highest sequence in it: the next one must be above.
    pub(crate) fn last_sequence(&self) -> Option<u64> {
        let newest = self.segments.back()?;
        let content = self.files.read(&newest.path(&self.folder)).ok()?;
        let (samples, _) = newest.next(&content, usize::MAX, usize::MAX);
        samples.iter().map(|sample| sample.sequence).max()
    }

    /// Puts a sample at the end. One that the disk does not take is dropped.
    pub(crate) fn append(&mut self, sample: &NodeSample) {
        let bytes = record::length(sample) as u64;
        while self.bytes() + bytes > self.most_bytes && !self.segments.is_empty() {
            self.drop_oldest();
        }
        let most = LARGEST_SEGMENT.min(self.most_bytes / SEGMENTS);
        if self
            .segments
            .back()
            .is_none_or(|newest| newest.bytes > 0 && newest.bytes + bytes > most)
        {
            self.segments.push_back(Segment::new(self.next_number));
            self.next_number = self.next_number.saturating_add(1);
        }
        let Some(newest) = self.segments.back_mut() else {
            return;
        };
        self.buffer.clear();
        record::encode(sample, &mut self.buffer);
        let path = newest.path(&self.folder);
        match self.files.append(&path, &self.buffer) {
            Ok(()) => {
                newest.bytes += bytes;
                newest.waiting += 1;
                if self.fails {
                    self.fails = false;
                    tracing::info!("the spool can be written again");
                }
            }
            Err(error) => {
                // The part of the record that was written would make all behind it unreadable.
                let whole = newest.bytes;
                self.files.cut(&path, whole).ok();
                self.count_dropped(1);
                if !self.fails {
                    self.fails = true;
                    tracing::error!(
                        path = %path.display(), %error,
                        "samples cannot be kept on disk and are dropped until they can; make room, or let the agent write there"
                    );
                }
            }
        }
    }

    /// The oldest samples, at most so many and so many bytes, but one in any case. They stay until they are forgotten.
    pub(crate) fn oldest(&mut self, most: usize, most_bytes: usize) -> Option<Vec<NodeSample>> {
        loop {
            let oldest = self.segments.front()?;
            let content = if oldest.waiting == 0 {
                Ok(Vec::new())
            } else {
                self.files.read(&oldest.path(&self.folder))
            };
            let content = content.unwrap_or_else(|error| {
                tracing::warn!(%error, "a file of the spool cannot be read; its samples are dropped");
                Vec::new()
            });
            let (mut samples, bytes) = oldest.next(&content, most, most_bytes);
            if samples.is_empty() {
                self.drop_oldest();
                continue;
            }
            // Samples that were on their way when the connection broke came here behind later ones.
            samples.sort_by_key(|sample| sample.sequence);
            self.given = Some(Given {
                count: samples.len() as u64,
                number: oldest.number,
                begin: oldest.sent,
                bytes,
            });
            return Some(samples);
        }
    }

    /// Forgets the samples that were given last as the oldest: they are stored. Those that made room meanwhile are gone already.
    pub(crate) fn forget_oldest(&mut self) {
        let Some(given) = self.given.take() else {
            return;
        };
        let Some(oldest) = self.segments.front_mut() else {
            return;
        };
        if oldest.number != given.number || oldest.sent != given.begin {
            return;
        }
        oldest.sent += given.bytes;
        oldest.waiting = oldest.waiting.saturating_sub(given.count);
        if oldest.sent >= oldest.bytes {
            self.remove_oldest();
        }
    }

    fn bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.bytes).sum()
    }

    fn drop_oldest(&mut self) {
        let lost = self.segments.front().map_or(0, |oldest| oldest.waiting);
        self.remove_oldest();
        if lost > 0 {
            self.count_dropped(lost);
        }
    }

    fn remove_oldest(&mut self) {
        let Some(oldest) = self.segments.pop_front() else {
            return;
        };
        let path = oldest.path(&self.folder);
        match self.files.remove(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(path = %path.display(), %error, "cannot remove a file of the spool");
            }
            Ok(()) | Err(_) => {}
        }
    }

    fn count_dropped(&mut self, samples: u64) {
        self.dropped = self.dropped.saturating_add(samples);
        if let Err(error) = self.dropped_file.write(self.dropped) {
            // It is told in heartbeats all the same, until the agent stops.
            tracing::debug!(%error, "cannot note how many samples were dropped");
        }
    }
}

/// Forgets all that waits: it belongs to another node. How much was dropped is forgotten, too.
pub(crate) fn remove_spool(state: &StateDirectory) -> Result<(), StateError> {
    let folder = state.join(FOLDER);
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StateError::at("remove", &folder)(error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

fn numbers_in(folder: &Path) -> io::Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(folder)? {
        numbers.extend(Segment::number_of(&entry?.path()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
