//! Stores what agents have told. What came within a second is stored together: looks of many machines are taken at the
//! same moments, and share a write.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::batch::Batch;
use super::order::Order;
use crate::domain::ids::NodeId;
use crate::domain::sample::{Sample, Subject, Values};
use crate::domain::time::Timestamp;
use crate::engine::context::Ports;

/// Batches that are stored together.
const AT_ONCE: usize = 20_000;
const TRY_AGAIN: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub struct Keeping {
    ports: Ports,
    batches: mpsc::UnboundedReceiver<Batch>,
    gather: Duration,
}

impl Keeping {
    pub(super) const fn new(ports: Ports, batches: mpsc::UnboundedReceiver<Batch>, gather: Duration) -> Self {
        Self {
            ports,
            batches,
            gather,
        }
    }

    /// Until the token is cancelled. What is not stored by then is sent again, to the next process.
    pub async fn run(mut self, stop: CancellationToken) {
        stop.run_until_cancelled(self.keep()).await;
    }

    async fn keep(&mut self) {
        let mut batches = Vec::new();
        while self.batches.recv_many(&mut batches, AT_ONCE).await > 0 {
            sleep(self.gather).await;
            while batches.len() < AT_ONCE
                && let Ok(batch) = self.batches.try_recv()
            {
                batches.push(batch);
            }
            self.store(&batches).await;
            for batch in batches.drain(..) {
                let stored = Order::SamplesStored { sequence: batch.last };
                // An agent that has gone, or reads nothing, sends them again.
                batch.orders.try_send(stored).ok();
            }
        }
    }

    /// Tries until it succeeds: nobody is told before.
    async fn store(&self, batches: &[Batch]) {
        let mut looks: BTreeMap<Timestamp, HashMap<NodeId, Values>> = BTreeMap::new();
        for batch in batches {
            for (time, values) in &batch.looks {
                looks.entry(*time).or_default().insert(batch.node, *values);
            }
        }
        for (time, values) in looks {
            let values: Vec<(Subject, Values)> = values
                .into_iter()
                .map(|(node, values)| (Subject::Node(node), values))
                .collect();
            self.store_one(time, &values).await;
            let sample = |(subject, values): &(Subject, Values)| Sample {
                subject: *subject,
                time,
                values: *values,
            };
            let samples: Vec<Sample> = values.iter().map(sample).collect();
            self.ports.samples.offer(&samples);
        }
    }

    async fn store_one(&self, time: Timestamp, values: &[(Subject, Values)]) {
        let mut failing = false;
        while let Err(error) = self
            .ports
            .store
            .stats_add(time, values, self.ports.clock.now())
            .await
        {
            if !failing {
                tracing::warn!(%error, "figures of nodes cannot be stored; trying again");
            }
            failing = true;
            sleep(TRY_AGAIN).await;
        }
    }
}
