//! Follows servers: all as they are, then each change.
//!
//! Nothing is kept for a slow reader but the bus's own bounded queue; one that falls behind it is
//! given everything anew.

use std::collections::{BTreeSet, HashSet, VecDeque};

use futures_util::FutureExt;
use futures_util::stream::Stream;
use tokio_util::sync::CancellationToken;

use super::service::Servers;
use crate::domain::ids::{ServerId, UserId};
use crate::domain::page::{MAX_PAGE_SIZE, PageRequest};
use crate::domain::server::{Server, ServerFilter, ServerState};
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::Result;
use crate::engine::turns::{self, Turns};
use crate::ports::bus::{BusReceiver, Notice};

#[derive(Clone, Debug, PartialEq)]
pub enum ServersEvent {
    /// Servers as they are now, in parts; the first part replaces all that was known.
    Snapshot {
        servers: Vec<Server>,
        last: bool,
    },
    Changed(Box<Server>),
    Removed(ServerId),
}

impl Servers {
    /// What the caller may see of `ids`, or of everything when there are none. Ends with the token.
    pub fn watch(
        &self,
        caller: &Caller,
        ids: Vec<ServerId>,
        token: CancellationToken,
    ) -> Result<impl Stream<Item = Result<ServersEvent>> + Send + 'static + use<>> {
        let owner = caller.signed_in()?.sees_only();
        let watch = Watch {
            // Subscribed before the first read, so that no change falls in between.
            notices: self.ports.bus.subscribe(),
            ports: self.ports.clone(),
            owner,
            only: ids.into_iter().collect(),
            token,
            reading: Some(PageRequest::first(MAX_PAGE_SIZE)),
            changed: VecDeque::new(),
        };
        Ok(turns::stream(watch))
    }
}

struct Watch {
    ports: Ports,
    notices: Box<dyn BusReceiver>,
    owner: Option<UserId>,
    /// Empty is all.
    only: HashSet<ServerId>,
    token: CancellationToken,
    /// The page of the snapshot that is due.
    reading: Option<PageRequest>,
    /// Read and not yet told of; one batch at most.
    changed: VecDeque<ServersEvent>,
}

impl Turns for Watch {
    type Event = ServersEvent;

    async fn next(&mut self) -> Option<Result<ServersEvent>> {
        loop {
            if self.token.is_cancelled() {
                return None;
            }
            if let Some(page) = self.reading {
                return Some(self.snapshot(page).await);
            }
            if let Some(event) = self.changed.pop_front() {
                return Some(Ok(event));
            }
            let token = self.token.clone();
            let batch = tokio::select! {
                () = token.cancelled() => return None,
                batch = self.batch() => batch?,
            };
            if let Err(error) = self.read(batch).await {
                return Some(Err(error));
            }
        }
    }
}

impl Watch {
    async fn snapshot(&mut self, page: PageRequest) -> Result<ServersEvent> {
        let filter = ServerFilter {
            owner_id: self.owner,
            ids: self.only.iter().copied().collect(),
            ..ServerFilter::default()
        };
        let found = self.ports.store.server_list(&filter, page).await?;
        self.reading = found.next.map(|after| PageRequest {
            after: Some(after),
            ..page
        });
        Ok(ServersEvent::Snapshot {
            servers: found.items,
            last: found.next.is_none(),
        })
    }

    /// Waits for a notice that concerns this watch, and takes along those that are waiting already.
    /// `None` when the bus has closed.
    async fn batch(&mut self) -> Option<BTreeSet<ServerId>> {
        let mut batch = BTreeSet::new();
        while batch.is_empty() && self.reading.is_none() {
            let notice = self.notices.next().await?;
            self.note(&notice, &mut batch);
        }
        while batch.len() < MAX_PAGE_SIZE as usize
            && self.reading.is_none()
            && let Some(notice) = self.notices.next().now_or_never()
        {
            self.note(&notice?, &mut batch);
        }
        Some(batch)
    }

    fn note(&mut self, notice: &Notice, batch: &mut BTreeSet<ServerId>) {
        if let Notice::ServerChanged { id, owner_id } = notice {
            let seen = self.owner.is_none_or(|me| me == *owner_id);
            if seen && (self.only.is_empty() || self.only.contains(id)) {
                batch.insert(*id);
            }
        } else if *notice == Notice::Missed {
            self.reading = Some(PageRequest::first(MAX_PAGE_SIZE));
        }
    }

    /// A snapshot that is due tells of these servers too.
    async fn read(&mut self, batch: BTreeSet<ServerId>) -> Result<()> {
        if self.reading.is_some() || batch.is_empty() {
            return Ok(());
        }
        let ids: Vec<ServerId> = batch.into_iter().collect();
        let servers = self.ports.store.server_get_many(&ids).await?;
        self.changed = servers
            .into_iter()
            .map(|server| match server.state {
                ServerState::Deleted => ServersEvent::Removed(server.id),
                ServerState::Creating
                | ServerState::Running
                | ServerState::Stopped
                | ServerState::Starting
                | ServerState::Stopping
                | ServerState::Restarting
                | ServerState::Resizing
                | ServerState::Updating
                | ServerState::Snapshotting
                | ServerState::Restoring
                | ServerState::Deleting
                | ServerState::Failed
                | ServerState::Lost => ServersEvent::Changed(Box::new(server)),
            })
            .collect();
        Ok(())
    }
}
