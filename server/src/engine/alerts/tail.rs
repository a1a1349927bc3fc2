//! Where the log of alerts ends: asked once for all who follow it and have heard nothing for a while.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::engine::context::Ports;
use crate::ports::store::StoreResult;

/// Lines of writers that share no bus with this instance are seen this much later at most.
const FRESH: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Tail {
    ports: Ports,
    /// When it was asked, and the last line then. Locked while somebody asks, so that the others wait for that answer.
    seen: Mutex<Option<(Instant, i64)>>,
}

impl Tail {
    pub(super) const fn new(ports: Ports) -> Self {
        Self {
            ports,
            seen: Mutex::const_new(None),
        }
    }

    /// The position of the last line, as of a moment ago.
    pub(super) async fn position(&self) -> StoreResult<i64> {
        let mut seen = self.seen.lock().await;
        if let Some((time, position)) = *seen
            && time.elapsed() < FRESH
        {
            return Ok(position);
        }
        let time = Instant::now();
        let position = self.ports.store.alert_log_bounds().await?.last;
        *seen = Some((time, position));
        Ok(position)
    }
}
