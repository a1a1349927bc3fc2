//! Keeps the live board true: rows that change, and figures that grow old.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::board::Board;
use crate::domain::ids::ServerId;
use crate::domain::page::MAX_PAGE_SIZE;
use crate::engine::context::Ports;
use crate::ports::bus::{BusReceiver, Notice};
use crate::ports::store::StoreError;

/// How often figures are looked at for their age, and a row is tried again.
const TICK: Duration = Duration::from_secs(1);
/// A change that no notice told of, by another instance or the command line, is seen after so many ticks.
const TICKS_UNTIL_ALL: u32 = 60;

#[derive(Debug)]
pub struct BoardKeeper {
    ports: Ports,
    board: Arc<Board>,
}

impl BoardKeeper {
    pub fn new(ports: Ports, board: Arc<Board>) -> Self {
        Self { ports, board }
    }

    /// Until the token is cancelled.
    pub async fn run(self, token: CancellationToken) {
        let mut notices = self.ports.bus.subscribe();
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut due = BTreeSet::new();
        let (mut counted, mut failing) = (0, false);
        loop {
            tokio::select! {
                () = token.cancelled() => return,
                _ = ticks.tick() => {
                    self.board.age(self.ports.clock.now());
                    counted += 1;
                    if counted % TICKS_UNTIL_ALL == 0 {
                        due.extend(self.board.watched());
                    }
                }
                open = self.hear(notices.as_mut(), &mut due) => if !open { return },
            }
            match self.read(&mut due).await {
                Ok(()) => failing = false,
                Err(error) => {
                    if !failing {
                        tracing::warn!(%error, "rows of watched servers cannot be read; trying again");
                    }
                    failing = true;
                }
            }
        }
    }

    /// Waits for a notice that concerns a watched server. False when the bus has closed.
    async fn hear(&self, notices: &mut dyn BusReceiver, due: &mut BTreeSet<ServerId>) -> bool {
        while let Some(notice) = notices.next().await {
            if let Notice::ServerChanged { id, .. } = notice
                && self.board.is_watched(id)
            {
                due.insert(id);
                return true;
            }
            if notice == Notice::Missed {
                due.extend(self.board.watched());
                return true;
            }
        }
        false
    }

    async fn read(&self, due: &mut BTreeSet<ServerId>) -> Result<(), StoreError> {
        while !due.is_empty() {
            let batch: Vec<ServerId> = due.iter().copied().take(MAX_PAGE_SIZE as usize).collect();
            let servers = self.ports.store.server_get_many(&batch).await?;
            self.board.learn(&servers);
            let found: HashSet<ServerId> = servers.iter().map(|server| server.id).collect();
            self.board
                .forget(batch.iter().copied().filter(|id| !found.contains(id)));
            for id in batch {
                due.remove(&id);
            }
        }
        Ok(())
    }
}
