//! What `/readyz` answers: remembered for a second, so that probes cost the database nothing.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::engine::readiness::Readiness;

const FRESH: Duration = Duration::from_secs(1);
/// A database that takes longer is as good as none.
const PATIENCE: Duration = Duration::from_secs(2);

pub(in crate::services) struct ReadyCache {
    readiness: Arc<Readiness>,
    draining: CancellationToken,
    last: Mutex<Option<(Instant, bool)>>,
}

impl ReadyCache {
    pub(in crate::services) fn new(readiness: Arc<Readiness>, draining: CancellationToken) -> Self {
        Self {
            readiness,
            draining,
            last: Mutex::new(None),
        }
    }

    pub(super) async fn is_ready(&self) -> bool {
        if self.draining.is_cancelled() {
            return false;
        }
        // Held over the query: of many probes at once, one asks and the others wait for its answer.
        let mut last = self.last.lock().await;
        if let Some((at, ready)) = *last
            && at.elapsed() < FRESH
        {
            return ready;
        }
        let ready = matches!(timeout(PATIENCE, self.readiness.check()).await, Ok(Ok(())));
        *last = Some((Instant::now(), ready));
        ready
    }
}
