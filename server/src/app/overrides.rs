//! What tests and development mode put in place of what the configuration would build.

use std::sync::Arc;
use std::time::Duration;

use crate::engine::operations::WorkerSettings;
use crate::ports::clock::Clock;
use crate::ports::faults::Faults;
use crate::ports::hypervisor::Hypervisors;
use crate::ports::mailer::Mailer;
use crate::services::http::WebClient;

#[derive(Default)]
pub struct Overrides {
    pub hypervisors: Option<Hypervisors>,
    pub clock: Option<Arc<dyn Clock>>,
    pub mailer: Option<Arc<dyn Mailer>>,
    pub faults: Option<Arc<dyn Faults>>,
    /// How patient the workers are, in all that the configuration does not say.
    pub worker: Option<WorkerSettings>,
    pub web_client: Option<WebClient>,
    /// How often streams of figures, alerts and notifications say that they have nothing to tell.
    pub heartbeat: Option<Duration>,
    /// Makes tariffs, systems and an IP pool when the catalog is empty.
    pub seed_catalog: bool,
    /// Refuses an old schema in place of bringing it up to date.
    pub no_migrate: bool,
}

impl std::fmt::Debug for Overrides {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Overrides")
            .field("seed_catalog", &self.seed_catalog)
            .finish_non_exhaustive()
    }
}
