//! Looks at the servers of one hypervisor that somebody watches, on every instance that has watchers. What is
//! seen is shown and not stored: the sweep's figures are.

use std::sync::Arc;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::task::{Schedule, Task, TaskError};
use crate::engine::stats::{Board, Lookout, StatsSettings, is_of};

pub struct LiveLooks {
    task_name: String,
    /// Its name in the configuration.
    hypervisor: String,
    lookout: Arc<Lookout>,
    board: Arc<Board>,
    settings: StatsSettings,
}

impl std::fmt::Debug for LiveLooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveLooks")
            .field("hypervisor", &self.hypervisor)
            .finish_non_exhaustive()
    }
}

impl LiveLooks {
    pub fn new(name: &str, lookout: Arc<Lookout>, board: Arc<Board>, settings: StatsSettings) -> Self {
        Self {
            task_name: format!("live:{name}"),
            hypervisor: name.to_owned(),
            lookout,
            board,
            settings,
        }
    }
}

#[async_trait]
impl Task for LiveLooks {
    fn name(&self) -> &str {
        &self.task_name
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            period: self.settings.live_period,
            leader_only: false,
        }
    }

    async fn run_once(&self, _token: &CancellationToken) -> Result<String, TaskError> {
        if self.board.watched_on(&self.hypervisor).is_empty() {
            self.lookout.rest();
            return Ok("nobody watches".to_owned());
        }
        let turn = self.lookout.turn().await;
        let listing = turn.list(self.settings.live_limit()).await;
        let listing = listing.map_err(|error| TaskError {
            context: "list guests for those who watch",
            source: Box::new(error),
        })?;
        // Who has come or gone meanwhile, has.
        let watched = self.board.watched_on(&self.hypervisor);
        let guests = listing.guests.iter().filter_map(|guest| {
            let server = *watched.get(&guest.vmid)?;
            is_of(guest, server).then_some((server, guest))
        });
        let samples = self.lookout.live(listing.time, guests);
        let count = samples.len();
        self.board.post(samples);
        Ok(format!("took figures of {count} servers"))
    }
}
