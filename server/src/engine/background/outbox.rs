//! Delivers what changes have left in the outbox, at least once.
//!
//! A message is claimed for a while, sent, and marked. A process that dies in between lets the claim run
//! out and somebody sends it again. A mail server that is down is asked again, ever more rarely, for
//! three days.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use rand::RngExt;
use tokio_util::sync::CancellationToken;

use super::task::{Schedule, Task, TaskError};
use crate::domain::ids::{EmailTokenId, UserId};
use crate::domain::outbox::{OutboxBody, OutboxMessage};
use crate::domain::time::Timestamp;
use crate::domain::user::User;
use crate::engine::context::Ports;
use crate::engine::mails::MailWriter;
use crate::ports::bus::Notice;
use crate::ports::mailer::{Mail, MailError};
use crate::ports::store::{StoreError, StoreResult};

/// Messages that are sent at the same time.
const BATCH: u32 = 10;
/// How long a claim holds: longer than a batch can take.
const CLAIM: Duration = Duration::from_mins(5);
/// A mail server that takes longer has failed.
const SEND_LIMIT: Duration = Duration::from_mins(1);
const FIRST_RETRY: Duration = Duration::from_secs(30);
const LONGEST_RETRY: Duration = Duration::from_hours(1);
const GIVE_UP: Duration = Duration::from_hours(3 * 24);
/// Characters of an error that are kept.
const MAX_ERROR: usize = 500;

pub struct OutboxDelivery {
    ports: Ports,
    writer: MailWriter,
    /// This instance, in claims.
    owner: String,
}

/// What one turn did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutboxStatus {
    pub sent: u32,
    pub retried: u32,
    pub given_up: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Sent,
    Retry(String),
    GiveUp(String),
}

impl OutboxDelivery {
    pub fn new(ports: Ports, writer: MailWriter, owner: String) -> Self {
        Self { ports, writer, owner }
    }

    /// Sends all that is due.
    pub async fn deliver(&self, token: &CancellationToken) -> StoreResult<OutboxStatus> {
        let mut status = OutboxStatus::default();
        while !token.is_cancelled() {
            let now = self.ports.clock.now();
            let messages = self
                .ports
                .store
                .outbox_claim(&self.owner, now, now + CLAIM, BATCH)
                .await?;
            let more = messages.len() >= BATCH as usize;
            let outcomes = join_all(messages.iter().map(|message| self.send(message))).await;
            for (message, outcome) in messages.iter().zip(outcomes) {
                self.record(message, outcome, &mut status).await?;
            }
            if !more {
                break;
            }
        }
        Ok(status)
    }

    async fn send(&self, message: &OutboxMessage) -> Outcome {
        let mail = match self.mail(message).await {
            Ok(mail) => mail,
            Err(outcome) => return outcome,
        };
        match tokio::time::timeout(SEND_LIMIT, self.ports.mailer.send(&mail)).await {
            Ok(Ok(())) => Outcome::Sent,
            Ok(Err(error @ MailError::Temporary(_))) => Outcome::Retry(error.to_string()),
            Ok(Err(error @ MailError::Rejected(_))) => Outcome::GiveUp(error.to_string()),
            Err(_) => Outcome::Retry("the mail server took too long".to_owned()),
        }
    }

    /// The mail that a message stands for, or what becomes of the message without one.
    async fn mail(&self, message: &OutboxMessage) -> Result<Mail, Outcome> {
        let now = self.ports.clock.now();
        if now.since(message.create_time) > GIVE_UP {
            return Err(Outcome::GiveUp("not delivered within three days".to_owned()));
        }
        match message.body {
            OutboxBody::VerificationEmail { user_id, token_id } => {
                let user = self.user(user_id).await?;
                self.refuse_dead_link(token_id, now).await?;
                Ok(self.writer.verification(&user, token_id))
            }
            OutboxBody::PasswordResetEmail { user_id, token_id } => {
                let user = self.user(user_id).await?;
                self.refuse_dead_link(token_id, now).await?;
                Ok(self.writer.password_reset(&user, token_id))
            }
            OutboxBody::AlreadyRegisteredEmail { user_id } => {
                Ok(self.writer.already_registered(&self.user(user_id).await?))
            }
            OutboxBody::PasswordChangedEmail { user_id } => {
                Ok(self.writer.password_changed(&self.user(user_id).await?))
            }
            OutboxBody::ApiTokenCreatedEmail { user_id } => {
                Ok(self.writer.api_token_created(&self.user(user_id).await?))
            }
            OutboxBody::AlertChanged { transition_id } => {
                let transition = self.ports.store.alert_transition_get(transition_id).await;
                let transition = transition.map_err(|error| missing(&error, "the alert is forgotten"))?;
                let owner = self.user(transition.alert.owner_id).await?;
                Ok(self.writer.alert(&owner, &transition))
            }
        }
    }

    async fn user(&self, id: UserId) -> Result<User, Outcome> {
        self.ports
            .store
            .user_get(id)
            .await
            .map_err(|error| missing(&error, "the account is gone"))
    }

    /// A link that does nothing any more is not sent.
    async fn refuse_dead_link(&self, id: EmailTokenId, now: Timestamp) -> Result<(), Outcome> {
        let gone = "the link was used or has expired";
        let link = self
            .ports
            .store
            .email_token_get(id)
            .await
            .map_err(|error| missing(&error, gone))?;
        if link.is_good(now) {
            Ok(())
        } else {
            Err(Outcome::GiveUp(gone.to_owned()))
        }
    }

    async fn record(
        &self,
        message: &OutboxMessage,
        outcome: Outcome,
        status: &mut OutboxStatus,
    ) -> StoreResult<()> {
        let store = &self.ports.store;
        let now = self.ports.clock.now();
        let recorded = match &outcome {
            Outcome::Sent => {
                status.sent += 1;
                store.outbox_done(message.id, &self.owner, None, now).await
            }
            Outcome::GiveUp(why) => {
                status.given_up += 1;
                tracing::warn!(message = %message.id, why, "a message was given up");
                store
                    .outbox_done(message.id, &self.owner, Some(short(why)), now)
                    .await
            }
            Outcome::Retry(why) => {
                status.retried += 1;
                let run_after = now + backoff(message.attempt, rand::rng().random_range(0.8..1.2));
                store
                    .outbox_retry(message.id, &self.owner, run_after, short(why))
                    .await
            }
        };
        match recorded {
            // The claim ran out and another instance has the message: it does the same again.
            Ok(()) | Err(StoreError::Stale | StoreError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl Task for OutboxDelivery {
    fn name(&self) -> &'static str {
        "outbox"
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            period: Duration::from_secs(15),
            // Claims keep instances apart.
            leader_only: false,
        }
    }

    fn wakes_on(&self, notice: &Notice) -> bool {
        matches!(notice, Notice::OutboxReady | Notice::Missed)
    }

    async fn run_once(&self, token: &CancellationToken) -> Result<String, TaskError> {
        let status = self
            .deliver(token)
            .await
            .map_err(TaskError::during("deliver messages"))?;
        Ok(status.to_string())
    }
}

impl fmt::Display for OutboxStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "sent {}, retried {}, gave up {}",
            self.sent, self.retried, self.given_up
        )
    }
}

impl fmt::Debug for OutboxDelivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboxDelivery")
            .field("owner", &self.owner)
            .finish_non_exhaustive()
    }
}

fn missing(error: &StoreError, gone: &str) -> Outcome {
    if matches!(error, StoreError::NotFound) {
        Outcome::GiveUp(gone.to_owned())
    } else {
        Outcome::Retry(error.to_string())
    }
}

/// The wait after this many failures: doubled each time, and spread so that messages do not move in step.
fn backoff(failures: u32, spread: f64) -> Duration {
    let doubled = FIRST_RETRY.saturating_mul(1 << failures.min(10));
    doubled.min(LONGEST_RETRY).mul_f64(spread)
}

fn short(text: &str) -> &str {
    match text.char_indices().nth(MAX_ERROR) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_an_hour() {
        assert_eq!(backoff(0, 1.0), Duration::from_secs(30));
        assert_eq!(backoff(3, 1.0), Duration::from_mins(4));
        assert_eq!(backoff(7, 1.0), LONGEST_RETRY);
        assert_eq!(backoff(u32::MAX, 1.0), LONGEST_RETRY);
    }

    #[test]
    fn a_long_error_is_cut_between_characters() {
        assert_eq!(short("brief"), "brief");
        assert_eq!(short(&"я".repeat(600)).chars().count(), MAX_ERROR);
    }
}
