//! Places where tests stop the world.

use async_trait::async_trait;

/// Called at the named points of durable work. In production it returns at once; a test's plan
/// may never return, as if the process had been killed there.
#[async_trait]
pub trait Faults: Send + Sync {
    /// `point` reads like `server.create/1 submit_create do after_act`.
    async fn reach(&self, point: &str);
}

/// No faults: what production runs with.
#[derive(Debug)]
pub struct NoFaults;

#[async_trait]
impl Faults for NoFaults {
    async fn reach(&self, _point: &str) {}
}
