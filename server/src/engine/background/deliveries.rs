//! Makes deliveries, at least once each.
//!
//! A delivery is claimed for a while, tried, and recorded. A process that dies in between lets the claim run out and
//! somebody tries again, under the same id. What is down is asked again, ever more rarely, for three days.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt as _;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::task::{Schedule, Task, TaskError};
use crate::domain::delivery::{Delivery, Lane, Recipient, TryOutcome};
use crate::domain::time::Timestamp;
use crate::engine::context::Ports;
use crate::engine::delivery::{Attempt, Attempts};
use crate::ports::bus::Notice;
use crate::ports::store::{StoreError, StoreResult};

/// Deliveries that are tried at the same time.
const AT_A_TIME: usize = 32;
/// While tries run, what has come up since is looked for as often as this.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Longer than the window of any rate.
const LONGEST_REST: Duration = Duration::from_mins(2);
/// How long a claim holds: longer than a try can take.
const CLAIM: Duration = Duration::from_mins(5);

#[derive(Clone)]
pub struct Deliveries {
    ports: Ports,
    attempts: Arc<Attempts>,
    lane: Lane,
    /// This instance, in claims.
    owner: String,
    resting: Arc<Resting>,
}

/// What a turn is made of.
trait Work: Clone {
    /// What is due to others than those.
    fn claim(&self, busy: &[Recipient]) -> impl Future<Output = StoreResult<Vec<Delivery>>> + Send;

    /// Tries, and writes down what became of it before anything else does.
    fn make(
        self,
        delivery: Delivery,
    ) -> impl Future<Output = (Recipient, StoreResult<Outcome>)> + Send + 'static;
}

/// Recipients that have had enough for now, and until when: none of what waits for them is claimed before.
#[derive(Default)]
struct Resting(Mutex<HashMap<Recipient, Timestamp>>);

impl Resting {
    fn add(&self, recipient: Recipient, until: Timestamp) {
        let mut resting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        resting.insert(recipient, until);
    }

    fn at(&self, now: Timestamp) -> Vec<Recipient> {
        let mut resting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was ahead lets nobody rest for longer.
        resting.retain(|_, until| (now..now + LONGEST_REST).contains(until));
        resting.keys().copied().collect()
    }
}

/// What one turn did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeliveryStatus {
    pub sent: u32,
    pub retried: u32,
    pub given_up: u32,
    /// Put off, because their channels have had enough for now.
    pub postponed: u32,
}

#[derive(Clone, Copy)]
enum Outcome {
    Sent,
    Retried,
    GivenUp,
    Postponed,
}

impl DeliveryStatus {
    const fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Sent => self.sent += 1,
            Outcome::Retried => self.retried += 1,
            Outcome::GivenUp => self.given_up += 1,
            Outcome::Postponed => self.postponed += 1,
        }
    }
}

impl Deliveries {
    pub fn new(ports: Ports, attempts: Arc<Attempts>, lane: Lane, owner: String) -> Self {
        Self {
            ports,
            attempts,
            lane,
            owner,
            resting: Arc::default(),
        }
    }

    /// Makes all that is due.
    pub async fn deliver(&self, token: &CancellationToken) -> StoreResult<DeliveryStatus> {
        turn(self, token).await
    }

    async fn reach(&self, point: &str) {
        self.ports
            .faults
            .reach(&format!("{} delivery {point}", self.lane))
            .await;
    }

    async fn record(&self, delivery: &Delivery, attempt: Attempt) -> StoreResult<Outcome> {
        let store = &self.ports.store;
        let now = self.ports.clock.now();
        let (outcome, recorded) = match attempt {
            Attempt::Made(made) => {
                let outcome = match made.outcome {
                    TryOutcome::Delivered => Outcome::Sent,
                    TryOutcome::Again(_) => Outcome::Retried,
                    TryOutcome::Failed => {
                        tracing::warn!(delivery = %delivery.id, why = made.error, "a delivery was given up");
                        Outcome::GivenUp
                    }
                };
                let recorded = store.delivery_record(delivery.id, &self.owner, &made, now).await;
                (outcome, recorded)
            }
            Attempt::TooMany(wait) => {
                let until = now + wait;
                self.resting.add(delivery.recipient, until);
                let recorded = store.delivery_postpone(delivery.id, &self.owner, until).await;
                (Outcome::Postponed, recorded)
            }
        };
        match recorded {
            // The claim ran out and another instance has the delivery: it does the same again.
            Ok(()) | Err(StoreError::Stale | StoreError::NotFound) => Ok(outcome),
            Err(error) => Err(error),
        }
    }
}

impl Work for Deliveries {
    async fn claim(&self, busy: &[Recipient]) -> StoreResult<Vec<Delivery>> {
        let now = self.ports.clock.now();
        let free = u32::try_from(AT_A_TIME - busy.len()).unwrap_or_default();
        let mut left_out = self.resting.at(now);
        left_out.extend(busy);
        let store = &self.ports.store;
        let due = store
            .delivery_claim(self.lane, &self.owner, now, now + CLAIM, free, &left_out)
            .await?;
        if !due.is_empty() {
            self.reach("claimed").await;
        }
        Ok(due)
    }

    async fn make(self, delivery: Delivery) -> (Recipient, StoreResult<Outcome>) {
        let attempt = AssertUnwindSafe(self.attempts.attempt(&delivery)).catch_unwind();
        let attempt = attempt.await.unwrap_or_else(|_panic| {
            tracing::error!(delivery = %delivery.id, "a delivery could not be tried because of a fault in this program");
            self.attempts.faulty(&delivery)
        });
        self.reach("made").await;
        (delivery.recipient, self.record(&delivery, attempt).await)
    }
}

/// Makes all that is due, several at a time and one to each recipient: who answers slowly holds up nobody else,
/// nor what comes up in the meantime.
async fn turn<W: Work>(work: &W, token: &CancellationToken) -> StoreResult<DeliveryStatus> {
    let mut status = DeliveryStatus::default();
    let mut failed = None;
    let mut busy: Vec<Recipient> = Vec::new();
    // Tasks of their own: a try that has to wait for the next claim could hold the connection that the claim waits for.
    let mut running = JoinSet::new();
    loop {
        // After a failure as well: what has come up does not wait for those that take long.
        if !token.is_cancelled() && busy.len() < AT_A_TIME {
            match work.claim(&busy).await {
                Ok(due) => {
                    busy.extend(due.iter().map(|delivery| delivery.recipient));
                    for delivery in due {
                        running.spawn(work.clone().make(delivery));
                    }
                }
                Err(error) => failed = Some(error),
            }
        }
        let (recipient, made) = match timeout(LOOK_AGAIN, running.join_next()).await {
            Err(_nothing_ended) => continue,
            Ok(Some(Ok(ended))) => ended,
            // The runtime is going down.
            Ok(None | Some(Err(_))) => break,
        };
        busy.retain(|one| *one != recipient);
        match made {
            Ok(outcome) => status.count(outcome),
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(status), Err)
}

#[async_trait]
impl Task for Deliveries {
    fn name(&self) -> &'static str {
        match self.lane {
            Lane::Mail => "deliveries_mail",
            Lane::Post => "deliveries_post",
        }
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            period: Duration::from_secs(15),
            // Claims keep instances apart.
            leader_only: false,
        }
    }

    fn wakes_on(&self, notice: &Notice) -> bool {
        matches!(notice, Notice::DeliveryReady | Notice::Missed)
    }

    async fn run_once(&self, token: &CancellationToken) -> Result<String, TaskError> {
        let status = self
            .deliver(token)
            .await
            .map_err(TaskError::during("make deliveries"))?;
        Ok(status.to_string())
    }
}

impl fmt::Display for DeliveryStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "sent {}, retried {}, gave up {}, postponed {}",
            self.sent, self.retried, self.given_up, self.postponed
        )
    }
}

impl fmt::Debug for Deliveries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deliveries")
            .field("lane", &self.lane)
            .field("owner", &self.owner)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use tokio::sync::Notify;

    use super::*;
    use crate::domain::ids::{OutboxId, UserId};
    use crate::domain::occasion::Occasion;

    /// Claims as scripted. The slow try ends once another one was made.
    #[derive(Clone)]
    struct Script {
        claims: Arc<Mutex<VecDeque<StoreResult<Vec<Delivery>>>>>,
        slow: Recipient,
        other_made: Arc<Notify>,
    }

    impl Work for Script {
        async fn claim(&self, _busy: &[Recipient]) -> StoreResult<Vec<Delivery>> {
            let next = self.claims.lock().unwrap().pop_front();
            next.unwrap_or_else(|| Ok(Vec::new()))
        }

        async fn make(self, delivery: Delivery) -> (Recipient, StoreResult<Outcome>) {
            if delivery.recipient == self.slow {
                self.other_made.notified().await;
            } else {
                self.other_made.notify_one();
            }
            (delivery.recipient, Ok(Outcome::Sent))
        }
    }

    fn delivery() -> Delivery {
        let recipient = Recipient::Account(UserId::generate());
        let occasion = Occasion::PasswordChanged;
        Delivery::due(
            OutboxId::generate(),
            recipient,
            Lane::Post,
            occasion,
            Timestamp::default(),
        )
    }

    #[tokio::test]
    async fn a_claim_that_fails_is_made_again_while_a_slow_try_goes_on() {
        let slow = delivery();
        let work = Script {
            slow: slow.recipient,
            claims: Arc::new(Mutex::new(VecDeque::from([
                Ok(vec![slow]),
                Err(StoreError::Stale),
                Ok(vec![delivery()]),
            ]))),
            other_made: Arc::default(),
        };
        let token = CancellationToken::new();
        let ended = timeout(LOOK_AGAIN * 10, turn(&work, &token)).await;
        let failed = ended.expect("what came up meanwhile does not wait for the slow one");
        assert!(
            matches!(failed, Err(StoreError::Stale)),
            "and the failure is told"
        );
        assert!(work.claims.lock().unwrap().is_empty());
    }
}
