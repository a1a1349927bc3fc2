//! What use cases, steps and background tasks are given: ports, and nothing else.

use std::sync::Arc;

use crate::ports::bus::Bus;
use crate::ports::clock::Clock;
use crate::ports::faults::Faults;
use crate::ports::hypervisor::Hypervisors;
use crate::ports::mailer::Mailer;
use crate::ports::notifier::Notifier;
use crate::ports::sample_sink::SampleSink;
use crate::ports::store::Store;

#[derive(Clone)]
pub struct Ports {
    pub store: Arc<dyn Store>,
    pub hypervisors: Hypervisors,
    pub mailer: Arc<dyn Mailer>,
    pub notifier: Arc<dyn Notifier>,
    pub samples: Arc<dyn SampleSink>,
    pub bus: Arc<dyn Bus>,
    pub clock: Arc<dyn Clock>,
    pub faults: Arc<dyn Faults>,
}

impl std::fmt::Debug for Ports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ports")
            .field("hypervisors", &self.hypervisors)
            .finish_non_exhaustive()
    }
}
