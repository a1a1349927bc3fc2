//! What `/readyz` answers: remembered for a second, so that probes cost the database nothing.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::engine::readiness::{MissedSweep, Readiness};

const FRESH: Duration = Duration::from_secs(1);
/// A database that takes longer is as good as none.
const PATIENCE: Duration = Duration::from_secs(2);

pub(in crate::services) struct ReadyCache {
    readiness: Arc<Readiness>,
    draining: CancellationToken,
    last: Mutex<Option<(Instant, Ready)>>,
}

/// Whether this instance is ready, and what there is to know beside it.
#[derive(Clone, Default)]
pub(super) struct Ready {
    pub(super) ready: bool,
    /// A line for each hypervisor that is not swept as it should be.
    pub(super) detail: String,
}

impl ReadyCache {
    pub(in crate::services) fn new(readiness: Arc<Readiness>, draining: CancellationToken) -> Self {
        Self {
            readiness,
            draining,
            last: Mutex::new(None),
        }
    }

    pub(super) async fn look(&self) -> Ready {
        if self.draining.is_cancelled() {
            return Ready::default();
        }
        // Held over the query: of many probes at once, one asks and the others wait for its answer.
        let mut last = self.last.lock().await;
        if let Some((at, ready)) = &*last
            && at.elapsed() < FRESH
        {
            return ready.clone();
        }
        let ready = match timeout(PATIENCE, self.readiness.check()).await {
            Ok(Ok(())) => Ready {
                ready: true,
                detail: self.detail().await,
            },
            Ok(Err(_)) | Err(_) => Ready::default(),
        };
        *last = Some((Instant::now(), ready.clone()));
        ready
    }

    async fn detail(&self) -> String {
        match timeout(PATIENCE, self.readiness.missed_sweeps()).await {
            Ok(Ok(missed)) => missed.iter().map(line).collect(),
            // Beside the point: the database has just answered.
            Ok(Err(_)) | Err(_) => String::new(),
        }
    }
}

fn line(missed: &MissedSweep) -> String {
    let good = match missed.last_good {
        Some(age) => format!("the last good one was {} s ago", age.as_secs()),
        None => "there was no good one yet".to_owned(),
    };
    format!("hypervisor {}: the sweep was missed, {good}\n", missed.hypervisor)
}
