//! The use cases of alerts: looking at them, and saying that somebody looks after one.

use std::sync::Arc;
use std::time::Duration;

use super::book::{Book, Shelf};
use super::tail::Tail;
use super::writer::AlertWriter;
use crate::domain::alert::{
    Acknowledgement, Alert, AlertFilter, AlertRowChange, AlertState, AlertTransition, AlertWrite,
    NewTransition, TransitionKind,
};
use crate::domain::ids::{AlertId, AlertTransitionId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::principal::Principal;
use crate::domain::time::Timestamp;
use crate::engine::access::{READ_ONLY_ROLE, changeable, list_owner, operator, staff, visible};
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::repeats::repeated;
use crate::ports::store::StoreError;

/// Lines of the log that are shown with one alert.
const SHOWN_CHANGES: u32 = 100;
/// Times that an evaluation may write the same alert first.
const TRIES: u32 = 10;

#[derive(Clone, Debug)]
pub struct Alerts {
    pub(super) ports: Ports,
    pub(super) shelf: Arc<Shelf>,
    pub(super) tail: Arc<Tail>,
    writer: AlertWriter,
    /// From one to the next.
    pub(super) heartbeat: Duration,
}

/// An alert, and until when a silence keeps it from being told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownAlert {
    pub alert: Alert,
    pub silence_end_time: Option<Timestamp>,
}

impl ShownAlert {
    pub(super) fn new(alert: Alert, book: &Book, now: Timestamp) -> Self {
        let open = alert.progress.state != AlertState::Resolved;
        Self {
            silence_end_time: book.silenced_until(&alert, now).filter(|_| open),
            alert,
        }
    }
}

impl Alerts {
    pub fn new(ports: Ports, shelf: Arc<Shelf>, writer: AlertWriter, heartbeat: Duration) -> Self {
        let tail = Arc::new(Tail::new(ports.clone()));
        Self {
            ports,
            shelf,
            tail,
            writer,
            heartbeat,
        }
    }

    pub async fn list(
        &self,
        caller: &Caller,
        mut filter: AlertFilter,
        page: PageRequest,
    ) -> Result<Page<ShownAlert>> {
        filter.owner_id = list_owner(caller, filter.owner_id)?;
        let book = self.shelf.current().await?;
        let found = self.ports.store.alert_list(&filter, page).await?;
        let now = self.ports.clock.now();
        Ok(found.map(|alert| ShownAlert::new(alert, &book, now)))
    }

    /// The alert, and what has happened to it, newest first.
    pub async fn get(&self, caller: &Caller, id: AlertId) -> Result<(ShownAlert, Vec<AlertTransition>)> {
        let alert = self.find(caller, id).await?;
        let changes = self.ports.store.alert_log_of(id, SHOWN_CHANGES).await?;
        Ok((self.shown(alert).await?, changes))
    }

    pub async fn acknowledge(&self, caller: &Caller, id: AlertId) -> Result<ShownAlert> {
        self.look_after(caller, id, true).await
    }

    pub async fn unacknowledge(&self, caller: &Caller, id: AlertId) -> Result<ShownAlert> {
        self.look_after(caller, id, false).await
    }

    async fn look_after(&self, caller: &Caller, id: AlertId, acknowledged: bool) -> Result<ShownAlert> {
        for _ in 0..TRIES {
            let before = self.find(caller, id).await?;
            let user_id = look_after(caller, &before)?.user_id;
            if repeated(&self.ports, caller).await?.is_some() {
                return self.shown(before).await;
            }
            if before.progress.state != AlertState::Firing {
                return Err(Error::Precondition {
                    reason: "ALERT_NOT_FIRING",
                    message: "the alert does not fire".to_owned(),
                });
            }
            if before.acknowledgement.is_some() == acknowledged {
                return self.shown(before).await;
            }
            let now = self.ports.clock.now();
            let write = acknowledgement(
                before,
                acknowledged.then_some(Acknowledgement { user_id, time: now }),
                now,
            );
            let mutation = caller.mutation(format!("alert:{id}"), id.as_uuid(), now);
            match self
                .writer
                .write(std::slice::from_ref(&write), Some(&mutation))
                .await
            {
                Ok(_) => return self.shown(write.alert).await,
                Err(StoreError::Replayed { .. }) => return self.shown(self.find(caller, id).await?).await,
                Err(StoreError::Stale) => {}
                Err(error) => return Err(Error::of(Noun::Alert)(error)),
            }
        }
        Err(Error::Stale)
    }

    async fn find(&self, caller: &Caller, id: AlertId) -> Result<Alert> {
        let alert = self.ports.store.alert_get(id).await;
        let alert = alert.map_err(Error::of(Noun::Alert))?;
        match alert.subject.owner_id() {
            Some(owner) => visible(caller, owner, Noun::Alert)?,
            None => staff(caller, Noun::Alert)?,
        };
        Ok(alert)
    }

    async fn shown(&self, alert: Alert) -> Result<ShownAlert> {
        let book = self.shelf.current().await?;
        Ok(ShownAlert::new(alert, &book, self.ports.clock.now()))
    }
}

/// Of servers whoever may change them, of nodes the operators.
fn look_after<'a>(caller: &'a Caller, alert: &Alert) -> Result<&'a Principal> {
    if let Some(owner) = alert.subject.owner_id() {
        return changeable(caller, owner, Noun::Alert);
    }
    staff(caller, Noun::Alert)?;
    operator(caller).map_err(|_| READ_ONLY_ROLE)
}

fn acknowledgement(before: Alert, acknowledgement: Option<Acknowledgement>, now: Timestamp) -> AlertWrite {
    let guard = before.generation;
    let kind = match acknowledgement {
        Some(_) => TransitionKind::Acknowledged,
        None => TransitionKind::Unacknowledged,
    };
    AlertWrite {
        change: AlertRowChange::Update(guard),
        alert: Alert {
            acknowledgement,
            update_time: now,
            generation: guard.next(),
            ..before
        },
        transition: Some(NewTransition {
            id: AlertTransitionId::generate(),
            kind,
            time: now,
        }),
        message: None,
    }
}
