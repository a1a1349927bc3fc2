//! Looking at figures: the newest of some servers.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use super::board::{Board, Figures};
use crate::domain::ids::ServerId;
use crate::domain::page::MAX_PAGE_SIZE;
use crate::domain::sample::{Sample, Subject};
use crate::domain::server::Server;
use crate::engine::access::visible;
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::{Error, Noun, Result};

pub struct Stats {
    pub(super) ports: Ports,
    pub(super) board: Arc<Board>,
    /// From one to the next.
    pub(super) heartbeat: Duration,
}

impl std::fmt::Debug for Stats {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stats(..)")
    }
}

impl Stats {
    pub fn new(ports: Ports, board: Arc<Board>, heartbeat: Duration) -> Self {
        Self {
            ports,
            board,
            heartbeat,
        }
    }

    /// The newest figures, wherever they were taken: by this instance, or by one that wrote them down.
    pub async fn get(&self, caller: &Caller, ids: Vec<ServerId>) -> Result<Vec<Figures>> {
        let ids = once_each(ids);
        self.servers(caller, &ids).await?;
        let shown = self.board.read(&ids, self.ports.clock.now());
        let old: Vec<ServerId> = shown
            .iter()
            .filter(|figures| figures.stale)
            .map(|figures| figures.server)
            .collect();
        if old.is_empty() {
            return Ok(shown);
        }
        self.board.post(self.stored(&old).await?);
        Ok(self.board.read(&ids, self.ports.clock.now()))
    }

    /// The rows of these servers; an error unless the caller sees all of them.
    pub(super) async fn servers(&self, caller: &Caller, ids: &[ServerId]) -> Result<Vec<Server>> {
        let mut servers = Vec::with_capacity(ids.len());
        for batch in ids.chunks(MAX_PAGE_SIZE as usize) {
            servers.extend(self.ports.store.server_get_many(batch).await?);
        }
        for server in &servers {
            visible(caller, server.owner_id, Noun::Server)?;
        }
        if servers.len() == ids.len() {
            Ok(servers)
        } else {
            Err(Error::NotFound(Noun::Server))
        }
    }

    pub(super) async fn stored(&self, ids: &[ServerId]) -> Result<Vec<Sample>> {
        let subjects: Vec<Subject> = ids.iter().copied().map(Subject::Server).collect();
        let now = self.ports.clock.now();
        Ok(self.ports.store.stats_latest(&subjects, now).await?)
    }
}

pub(super) fn once_each(mut ids: Vec<ServerId>) -> Vec<ServerId> {
    let mut seen = HashSet::with_capacity(ids.len());
    ids.retain(|id| seen.insert(*id));
    ids
}
