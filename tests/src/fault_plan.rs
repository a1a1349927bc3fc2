//! Holds durable work at a named point for as long as a test wants to look at it.

use std::sync::Arc;

use async_trait::async_trait;
use hostlerd::ports::faults::Faults;
use tokio::sync::watch;

/// Which point is held, and which was reached.
#[derive(Clone, Debug)]
pub struct FaultPlan {
    held: Arc<watch::Sender<Option<String>>>,
    reached: Arc<watch::Sender<Option<String>>>,
}

impl FaultPlan {
    /// Holds nothing yet.
    pub fn new() -> Self {
        Self {
            held: Arc::new(watch::channel(None).0),
            reached: Arc::new(watch::channel(None).0),
        }
    }

    /// Work stops at points that contain this, such as `server.start/1 start do before_act`.
    pub fn hold(&self, part: &str) {
        self.reached.send_replace(None);
        self.held.send_replace(Some(part.to_owned()));
    }

    /// Waits until something is held; the point.
    pub async fn reached(&self) -> String {
        let mut reached = self.reached.subscribe();
        let point = reached
            .wait_for(Option::is_some)
            .await
            .expect("the plan is alive");
        point.clone().unwrap_or_default()
    }

    /// Lets everything go on.
    pub fn release(&self) {
        self.held.send_replace(None);
    }
}

impl Default for FaultPlan {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Faults for FaultPlan {
    async fn reach(&self, point: &str) {
        let mut held = self.held.subscribe();
        let is_held = |part: &Option<String>| part.as_ref().is_some_and(|part| point.contains(part));
        if is_held(&held.borrow()) {
            self.reached.send_replace(Some(point.to_owned()));
        }
        // An error means that the plan is gone, and with it the wish to hold anything.
        drop(held.wait_for(|part| !is_held(part)).await);
    }
}
