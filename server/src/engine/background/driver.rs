//! Runs one background task until the token is cancelled.
//!
//! A failure that repeats is logged once, and its end is logged too. A turn that panics counts as
//! failed: one bad row must not end a task for good.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::task::Task;
use crate::domain::leader::lease;
use crate::engine::context::Ports;
use crate::ports::bus::{BusReceiver, Notice};

/// One task with what drives it.
pub struct Driver {
    ports: Ports,
    task: Arc<dyn Task>,
    /// This instance, in leader leases.
    holder: String,
}

impl std::fmt::Debug for Driver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Driver")
            .field("task", &self.task.name())
            .finish_non_exhaustive()
    }
}

impl Driver {
    pub fn new(ports: Ports, task: Arc<dyn Task>, holder: String) -> Self {
        Self { ports, task, holder }
    }

    /// Runs turns until the token is cancelled; a turn that has begun is finished first.
    pub async fn run(self, token: CancellationToken) {
        let mut notices = self.ports.bus.subscribe();
        let mut failing = None;
        while !token.is_cancelled() {
            if self.leads().await {
                failing = self.turn(&token, failing).await;
            }
            let wait = with_jitter(self.task.schedule().period, rand::random_range(-1.0..=1.0));
            tokio::select! {
                () = token.cancelled() => break,
                () = self.rest(&mut notices, wait) => {}
            }
        }
        if self.task.schedule().leader_only {
            let released = self
                .ports
                .store
                .leader_release(self.task.name(), &self.holder)
                .await;
            if let Err(error) = released {
                tracing::debug!(task = self.task.name(), %error, "leader lease is left to run out");
            }
        }
    }

    async fn leads(&self) -> bool {
        let schedule = self.task.schedule();
        if !schedule.leader_only {
            return true;
        }
        let now = self.ports.clock.now();
        let until = now + lease(schedule.period);
        self.ports
            .store
            .leader_acquire(self.task.name(), &self.holder, now, until)
            .await
            .unwrap_or_else(|error| {
                tracing::warn!(task = self.task.name(), %error, "leader lease cannot be taken");
                false
            })
    }

    /// One turn. Takes why the last one failed, and returns why this one did.
    async fn turn(&self, token: &CancellationToken, before: Option<String>) -> Option<String> {
        let outcome = AssertUnwindSafe(self.task.run_once(token)).catch_unwind().await;
        let failure = match outcome {
            Ok(Ok(done)) => {
                tracing::debug!(task = self.task.name(), %done, "background task did its turn");
                None
            }
            Ok(Err(error)) => Some(chain(&error)),
            Err(_) => Some("panicked".to_owned()),
        };
        match (&failure, &before) {
            (Some(error), before) if before.as_ref() != Some(error) => {
                tracing::warn!(task = self.task.name(), %error, "background task failed");
            }
            (None, Some(_)) => tracing::info!(task = self.task.name(), "background task works again"),
            (Some(_), _) | (None, None) => {}
        }
        failure
    }

    /// Waits for the period to pass or for a notice that wakes the task.
    async fn rest(&self, notices: &mut Box<dyn BusReceiver>, period: Duration) {
        let until = Instant::now() + period;
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(until) => return,
                notice = notices.next() => match notice {
                    Some(notice) if notice == Notice::Missed || self.task.wakes_on(&notice) => return,
                    Some(_) => {}
                    None => return tokio::time::sleep_until(until).await,
                },
            }
        }
    }
}

/// The period moved by up to a tenth, so that instances and tasks do not beat as one.
fn with_jitter(period: Duration, unit: f64) -> Duration {
    period.mul_f64(1.0 + unit.clamp(-1.0, 1.0) / 10.0)
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::stats::StatsSettings;

    #[test]
    fn jitter_moves_a_period_by_a_tenth_at_most() {
        let period = Duration::from_secs(10);
        assert_eq!(with_jitter(period, -5.0), Duration::from_secs(9));
        assert_eq!(with_jitter(period, 0.0), period);
        assert_eq!(with_jitter(period, 1.0), Duration::from_secs(11));
    }

    #[test]
    fn a_sweep_is_given_up_before_another_instance_may_begin_one() {
        for seconds in [1, 2, 5, 10, 30, 60, 3600] {
            let settings = StatsSettings {
                sweep_period: Duration::from_secs(seconds),
                ..StatsSettings::default()
            };
            assert!(
                settings.turn_limit() < lease(settings.sweep_period),
                "{seconds} s"
            );
            assert!(settings.sweep_limit() < settings.turn_limit(), "{seconds} s");
        }
    }
}
