//! What running commands put out, in memory: the newest of each, for whoever watches.
//!
//! A watcher remembers up to which byte it has told, and is told how many it has missed.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::domain::ids::{NodeCommandId, NodeId};

/// Of one command; what is older is dropped.
const MOST_BYTES: usize = 256 * 1024;
/// Commands whose output is kept; that of others is not. Only those that put out that much cost it.
const MOST_COMMANDS: usize = 200;
/// After the end of a command, for those who come late.
const KEEP: Duration = Duration::from_mins(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputKind {
    Stdout,
    Stderr,
    /// A line of plain words.
    Progress,
    /// JSON.
    Document,
}

/// A piece of output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub kind: OutputKind,
    pub data: Vec<u8>,
    /// Bytes before it that are not told.
    pub dropped: u64,
}

#[derive(Debug)]
pub struct Outputs {
    commands: Mutex<HashMap<NodeCommandId, Entry>>,
    /// Counts pieces of all commands.
    version: watch::Sender<u64>,
}

#[derive(Debug)]
struct Entry {
    node: NodeId,
    pieces: VecDeque<Piece>,
    kept: usize,
    /// Bytes so far, those that were dropped included.
    total: u64,
    ended: bool,
    forget_at: Instant,
}

impl Entry {
    fn push(&mut self, piece: Piece) {
        self.kept += piece.data.len();
        self.total += piece.dropped + piece.data.len() as u64;
        self.pieces.push_back(piece);
        while self.kept > MOST_BYTES
            && let Some(oldest) = self.pieces.pop_front()
        {
            self.kept -= oldest.data.len();
            if let Some(next) = self.pieces.front_mut() {
                next.dropped += oldest.dropped + oldest.data.len() as u64;
            }
        }
    }

    /// What comes after the first `told` bytes.
    fn after(&self, told: u64) -> Vec<Piece> {
        let mut end = self.total;
        let mut found = VecDeque::new();
        for piece in self.pieces.iter().rev() {
            if end <= told {
                break;
            }
            let begin = end - piece.data.len() as u64;
            found.push_front(Piece {
                // Some of what was dropped before it may have been told.
                dropped: begin.saturating_sub(told).min(piece.dropped),
                ..piece.clone()
            });
            end = begin - piece.dropped;
        }
        found.into()
    }
}

impl Outputs {
    pub fn new() -> Self {
        Self {
            commands: Mutex::default(),
            version: watch::Sender::new(0),
        }
    }

    /// From now on this node may put something out for this command, which ends in that time.
    pub(super) fn expect(&self, id: NodeCommandId, node: NodeId, timeout: Duration) {
        let mut commands = self.commands();
        let now = Instant::now();
        commands.retain(|_, entry| entry.forget_at > now);
        if commands.len() < MOST_COMMANDS {
            commands.entry(id).or_insert_with(|| Entry {
                node,
                pieces: VecDeque::new(),
                kept: 0,
                total: 0,
                ended: false,
                forget_at: now + timeout + KEEP,
            });
        }
    }

    /// The node is not here: whoever it is connected to has what it puts out. What it has told before stays.
    pub(super) fn expect_no_more(&self, node: NodeId) {
        let mut commands = self.commands();
        commands.retain(|_, entry| entry.node != node || entry.total > 0);
    }

    /// Of a command that is not this node's nothing is taken.
    pub(super) fn push(&self, id: NodeCommandId, node: NodeId, piece: Piece) {
        if let Some(entry) = self.commands().get_mut(&id)
            && entry.node == node
            && !entry.ended
        {
            entry.push(piece);
            self.version.send_modify(|version| *version += 1);
        }
    }

    pub(super) fn end(&self, id: NodeCommandId) {
        if let Some(entry) = self.commands().get_mut(&id)
            && !entry.ended
        {
            entry.ended = true;
            entry.forget_at = Instant::now() + KEEP;
        }
    }

    /// What has been put out since the first `told` bytes, which is then up to date.
    pub(super) fn news(&self, id: NodeCommandId, told: &mut u64) -> Vec<Piece> {
        let commands = self.commands();
        let Some(entry) = commands.get(&id) else {
            return Vec::new();
        };
        let news = entry.after(*told);
        *told = entry.total;
        news
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    fn commands(&self) -> MutexGuard<'_, HashMap<NodeCommandId, Entry>> {
        self.commands.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Outputs {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(data: &[u8]) -> Piece {
        Piece {
            kind: OutputKind::Stdout,
            data: data.to_vec(),
            dropped: 0,
        }
    }

    fn texts(pieces: &[Piece]) -> Vec<(&[u8], u64)> {
        pieces
            .iter()
            .map(|piece| (piece.data.as_slice(), piece.dropped))
            .collect()
    }

    #[test]
    fn each_watcher_is_told_every_piece_once() {
        let (outputs, id, node) = (Outputs::new(), NodeCommandId::generate(), NodeId::generate());
        outputs.push(id, node, piece(b"too early"));
        outputs.expect(id, node, KEEP);
        outputs.push(id, node, piece(b"one"));
        outputs.push(id, NodeId::generate(), piece(b"another node's"));
        let mut told = 0;
        assert_eq!(texts(&outputs.news(id, &mut told)), [(b"one".as_slice(), 0)]);
        assert!(outputs.news(id, &mut told).is_empty());
        outputs.push(id, node, piece(b"two"));
        assert_eq!(texts(&outputs.news(id, &mut told)), [(b"two".as_slice(), 0)]);
        outputs.end(id);
        outputs.push(id, node, piece(b"too late"));
        assert!(outputs.news(id, &mut told).is_empty());
        assert_eq!(outputs.news(id, &mut 0).len(), 2, "for another one");
    }

    #[test]
    fn the_oldest_is_dropped_and_counted_for_those_who_have_not_seen_it() {
        let (outputs, id, node) = (Outputs::new(), NodeCommandId::generate(), NodeId::generate());
        outputs.expect(id, node, KEEP);
        let half = vec![b'x'; MOST_BYTES / 2];
        outputs.push(id, node, piece(&half));
        let mut told = 0;
        outputs.news(id, &mut told);
        for _ in 0..3 {
            outputs.push(id, node, piece(&half));
        }
        let of_first = outputs.news(id, &mut told);
        let dropped: Vec<u64> = of_first.iter().map(|piece| piece.dropped).collect();
        assert_eq!(dropped, [half.len() as u64, 0], "it has seen the first half");
        let of_second: Vec<u64> = outputs
            .news(id, &mut 0)
            .iter()
            .map(|piece| piece.dropped)
            .collect();
        assert_eq!(of_second, [2 * half.len() as u64, 0]);
    }

    #[test]
    fn commands_that_never_end_take_no_place_from_others() {
        let (outputs, here, away) = (Outputs::new(), NodeId::generate(), NodeId::generate());
        let fill = |node| {
            for _ in 0..MOST_COMMANDS {
                outputs.expect(NodeCommandId::generate(), node, KEEP);
            }
        };
        let has_room = || {
            let id = NodeCommandId::generate();
            outputs.expect(id, here, KEEP);
            outputs.push(id, here, piece(b"one"));
            !outputs.news(id, &mut 0).is_empty()
        };
        fill(away);
        assert!(!has_room());
        outputs.expect_no_more(away);
        assert!(has_room(), "the node is not here");
        fill(here);
        assert!(!has_room());
        for entry in outputs.commands().values_mut() {
            entry.forget_at = Instant::now();
        }
        assert!(has_room(), "their time is over");
    }

    #[test]
    fn what_the_agent_itself_has_dropped_is_counted_once() {
        let (outputs, id, node) = (Outputs::new(), NodeCommandId::generate(), NodeId::generate());
        outputs.expect(id, node, KEEP);
        let late = Piece {
            dropped: 10,
            ..piece(b"late")
        };
        outputs.push(id, node, late);
        let mut told = 0;
        assert_eq!(texts(&outputs.news(id, &mut told)), [(b"late".as_slice(), 10)]);
        assert_eq!(told, 14);
    }
}
