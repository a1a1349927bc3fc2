//! Follows alerts that fire: all of them, then each change, from a place in the log on.
//!
//! The log is the truth and the bus only says "look": nothing is kept for a slow reader, and one that comes back
//! reads on behind what it has read.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::Stream;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::book::Shelf;
use super::service::{Alerts, ShownAlert};
use super::tail::Tail;
use crate::domain::alert::{AlertFilter, AlertState, AlertTransition, TransitionKind};
use crate::domain::ids::UserId;
use crate::domain::page::{MAX_PAGE_SIZE, PageRequest};
use crate::domain::time::Timestamp;
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::Result;
use crate::engine::turns::{self, Turns};
use crate::ports::bus::{BusReceiver, Notice};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlertsEvent {
    /// Alerts that fire, in parts; the last one has the place where the log goes on.
    Snapshot {
        alerts: Vec<ShownAlert>,
        end: Option<i64>,
    },
    Changed(Box<ShownChange>),
    Heartbeat {
        time: Timestamp,
        position: i64,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownChange {
    pub position: i64,
    pub kind: TransitionKind,
    pub time: Timestamp,
    pub alert: ShownAlert,
}

impl Alerts {
    /// What the caller may see. Goes on behind `cursor`, or begins anew without one or when the log does not
    /// reach back so far. Ends with the token.
    pub fn watch(
        &self,
        caller: &Caller,
        cursor: Option<i64>,
        token: CancellationToken,
    ) -> Result<impl Stream<Item = Result<AlertsEvent>> + Send + 'static + use<>> {
        let watch = Watch {
            owner: caller.signed_in()?.sees_only(),
            // Subscribed before the first read, so that no change falls in between.
            notices: self.ports.bus.subscribe(),
            ports: self.ports.clone(),
            shelf: Arc::clone(&self.shelf),
            tail: Arc::clone(&self.tail),
            token,
            heartbeat: self.heartbeat,
            stage: cursor.map_or(Stage::Begin, Stage::Resume),
            look: true,
            told: VecDeque::new(),
        };
        Ok(turns::stream(watch))
    }
}

enum Stage {
    Begin,
    /// A cursor that is to be looked at first.
    Resume(i64),
    /// The page of the snapshot that is due, and the place where the log goes on.
    Snapshot(PageRequest, i64),
    /// Everything up to here is told, or in `told`.
    Follow(i64),
}

struct Watch {
    ports: Ports,
    shelf: Arc<Shelf>,
    tail: Arc<Tail>,
    notices: Box<dyn BusReceiver>,
    owner: Option<UserId>,
    token: CancellationToken,
    /// The log is looked at then, too, for those who write without our bus.
    heartbeat: Duration,
    stage: Stage,
    /// There may be news in the log.
    look: bool,
    /// Read and not yet told: one page at most.
    told: VecDeque<AlertsEvent>,
}

impl Turns for Watch {
    type Event = AlertsEvent;

    async fn next(&mut self) -> Option<Result<AlertsEvent>> {
        let mut heartbeat = Instant::now() + self.heartbeat;
        loop {
            if self.token.is_cancelled() {
                return None;
            }
            if let Some(event) = self.told.pop_front() {
                return Some(Ok(event));
            }
            let position = match self.stage {
                Stage::Begin | Stage::Resume(_) => match self.begin().await {
                    Ok(()) => continue,
                    Err(error) => return Some(Err(error)),
                },
                Stage::Snapshot(page, end) => return Some(self.snapshot(page, end).await),
                Stage::Follow(position) => position,
            };
            if self.look {
                match self.read(position).await {
                    Ok(more) => self.look = more,
                    Err(error) => return Some(Err(error)),
                }
                continue;
            }
            let token = self.token.clone();
            tokio::select! {
                () = token.cancelled() => return None,
                () = sleep_until(heartbeat) => {
                    match self.read_on(position).await {
                        Ok(more) => self.look = more,
                        Err(error) => return Some(Err(error)),
                    }
                    if self.told.is_empty() {
                        let Stage::Follow(position) = self.stage else { continue };
                        let time = self.ports.clock.now();
                        return Some(Ok(AlertsEvent::Heartbeat { time, position }));
                    }
                    heartbeat = Instant::now() + self.heartbeat;
                }
                open = self.hear() => {
                    if !open {
                        return None;
                    }
                    self.look = true;
                }
            }
        }
    }
}

impl Watch {
    async fn begin(&mut self) -> Result<()> {
        let bounds = self.ports.store.alert_log_bounds().await?;
        self.stage = match self.stage {
            Stage::Resume(cursor) if (bounds.before_first..=bounds.last).contains(&cursor) => {
                Stage::Follow(cursor)
            }
            Stage::Begin | Stage::Resume(_) | Stage::Snapshot(..) | Stage::Follow(_) => {
                Stage::Snapshot(PageRequest::first(MAX_PAGE_SIZE), bounds.last)
            }
        };
        Ok(())
    }

    async fn snapshot(&mut self, page: PageRequest, end: i64) -> Result<AlertsEvent> {
        let filter = AlertFilter {
            states: vec![AlertState::Firing],
            owner_id: self.owner,
            ..AlertFilter::default()
        };
        let book = self.shelf.current().await?;
        let found = self.ports.store.alert_list(&filter, page).await?;
        let now = self.ports.clock.now();
        let alerts = found.items.into_iter();
        let alerts = alerts.map(|alert| ShownAlert::new(alert, &book, now)).collect();
        let last = found.next.is_none();
        self.stage = match found.next {
            Some(after) => Stage::Snapshot(
                PageRequest {
                    after: Some(after),
                    ..page
                },
                end,
            ),
            None => Stage::Follow(end),
        };
        Ok(AlertsEvent::Snapshot {
            alerts,
            end: last.then_some(end),
        })
    }

    /// The same as [`Self::read`], where most likely there is nothing: all who follow ask together whether there is.
    async fn read_on(&mut self, position: i64) -> Result<bool> {
        if self.tail.position().await? <= position {
            return Ok(false);
        }
        self.read(position).await
    }

    /// Reads a page of the log; true when there may be more behind it.
    async fn read(&mut self, position: i64) -> Result<bool> {
        let store = &self.ports.store;
        let page = store.alert_log(position, self.owner, MAX_PAGE_SIZE).await?;
        self.stage = Stage::Follow(page.end);
        if page.lines.is_empty() {
            return Ok(page.more);
        }
        let book = self.shelf.current().await?;
        let now = self.ports.clock.now();
        let shown = |change: AlertTransition| {
            AlertsEvent::Changed(Box::new(ShownChange {
                position: change.position,
                kind: change.kind,
                time: change.time,
                alert: ShownAlert::new(change.alert, &book, now),
            }))
        };
        self.told.extend(page.lines.into_iter().map(shown));
        Ok(page.more)
    }

    /// Waits for a notice that concerns this watch. False when the bus has closed.
    async fn hear(&mut self) -> bool {
        while let Some(notice) = self.notices.next().await {
            if notice == Notice::Missed {
                return true;
            }
            if let Notice::AlertsChanged { owners } = notice
                && self
                    .owner
                    .is_none_or(|me| owners.is_empty() || owners.contains(&me))
            {
                return true;
            }
        }
        false
    }
}
