//! Ends commands of nodes whose deadline is over: nobody has done them, or nobody has said how they ended.

use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::task::{Schedule, Task, TaskError};
use crate::engine::context::Ports;
use crate::ports::bus::Notice;

/// After its deadline an agent that has begun has that long to say how it ended.
const GRACE: Duration = Duration::from_mins(1);
const AT_ONCE: u32 = 500;

#[derive(Debug)]
pub struct NodeCommandDeadlines {
    ports: Ports,
}

impl NodeCommandDeadlines {
    pub const fn new(ports: Ports) -> Self {
        Self { ports }
    }
}

#[async_trait]
impl Task for NodeCommandDeadlines {
    fn name(&self) -> &'static str {
        "node_command_deadlines"
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            period: Duration::from_secs(5),
            leader_only: true,
        }
    }

    async fn run_once(&self, _token: &CancellationToken) -> Result<String, TaskError> {
        let now = self.ports.clock.now();
        let expired = self
            .ports
            .store
            .node_command_expire(now, now - GRACE, AT_ONCE)
            .await;
        let expired = expired.map_err(TaskError::during("end commands of nodes"))?;
        for (id, _) in &expired {
            self.ports.bus.publish(Notice::NodeCommandChanged { id: *id });
        }
        Ok(format!("ended {}", expired.len()))
    }
}
