//! One try to make one delivery.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::counters::{DeliveryCounters, DeliveryResult};
use super::patience::{again_after, short};
use crate::domain::channel::{Channel, ChannelKind, ChannelTarget, SealedSecret};
use crate::domain::delivery::{Delivery, Lane, Recipient, Try, TryOutcome};
use crate::domain::ids::{ChannelId, EmailTokenId, UserId};
use crate::domain::names::Email;
use crate::domain::occasion::Occasion;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::domain::user::Locale;
use crate::engine::announcements::Writer;
use crate::engine::context::Ports;
use crate::engine::secrets::{Keys, channel_secret, code_days};
use crate::ports::mailer::MailError;
use crate::ports::notifier::{Again, Destination, Post};
use crate::ports::store::StoreError;

/// A mail server that takes longer has failed.
const MAIL_LIMIT: Duration = Duration::from_mins(3);
const GIVE_UP: Duration = Duration::from_hours(3 * 24);
const MINUTE: Duration = Duration::from_mins(1);

pub struct Attempts {
    ports: Ports,
    keys: Arc<Keys>,
    writer: Arc<Writer>,
    counters: Arc<DeliveryCounters>,
    /// Whether mail leaves at all.
    mails: bool,
}

/// What became of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    Made(Try),
    /// Not made: the channel has had enough for now.
    TooMany(Duration),
}

/// Why a try failed.
struct Failed {
    status_code: Option<u16>,
    text: String,
    again: Again,
}

/// How a try ended: the status of an answer, or why there is none that counts.
type Ended = Result<Option<u16>, Failed>;

impl Attempts {
    pub fn new(ports: Ports, keys: Arc<Keys>, writer: Arc<Writer>, mails: bool) -> Self {
        Self {
            ports,
            keys,
            writer,
            counters: Arc::default(),
            mails,
        }
    }

    pub fn counters(&self) -> Arc<DeliveryCounters> {
        Arc::clone(&self.counters)
    }

    /// Whether there is a lane for mail.
    pub const fn mails(&self) -> bool {
        self.mails
    }

    pub async fn attempt(&self, delivery: &Delivery) -> Attempt {
        let now = self.ports.clock.now();
        match delivery.recipient {
            Recipient::Account(user) => {
                let ended = match expired(delivery, now) {
                    Some(failed) => Err(failed),
                    None => self.mail_account(delivery, user, now).await,
                };
                self.end(ChannelKind::Email, delivery, ended, now)
            }
            Recipient::Channel(id) => self.attempt_channel(delivery, id, now).await,
        }
    }

    /// For a try that ended in a panic: the delivery is not lost, and nothing else is held up.
    pub fn faulty(&self, delivery: &Delivery) -> Attempt {
        let kind = match delivery.lane {
            Lane::Mail => ChannelKind::Email,
            Lane::Post => ChannelKind::Webhook,
        };
        let failed = later("a fault in the server: its log has more");
        self.end(kind, delivery, Err(failed), self.ports.clock.now())
    }

    async fn attempt_channel(&self, delivery: &Delivery, id: ChannelId, now: Timestamp) -> Attempt {
        let channel = match self.ports.store.channel_get(id).await {
            Ok(channel) => channel,
            // Of what kind it was is not known any more.
            Err(error) => {
                let failed = missing(&error, "the channel is gone");
                return self.end(ChannelKind::Webhook, delivery, Err(failed), now);
            }
        };
        let kind = channel.target.kind();
        // Somebody waits for it, and has been counted.
        let asked_for = matches!(
            delivery.occasion,
            Occasion::Test | Occasion::ChannelAddress { .. }
        );
        if let Some(failed) = expired(delivery, now) {
            return self.end(kind, delivery, Err(failed), now);
        }
        if channel.disabled && !asked_for {
            return self.end(kind, delivery, Err(never("the channel is switched off")), now);
        }
        if !asked_for {
            match self.limit(&channel, now).await {
                Ok(None) => {}
                Ok(Some(wait)) => {
                    self.counters.count(kind, DeliveryResult::Limited);
                    return Attempt::TooMany(wait);
                }
                Err(error) => return self.end(kind, delivery, Err(later(error.to_string())), now),
            }
        }
        let ended = self.send(delivery, &channel, now).await;
        self.end(kind, delivery, ended, now)
    }

    async fn limit(&self, channel: &Channel, now: Timestamp) -> Result<Option<Duration>, StoreError> {
        let key = format!("channel/{}", channel.id);
        self.ports
            .store
            .throttle_hit(&key, channel.rate_per_minute, MINUTE, now)
            .await
    }

    async fn mail_account(&self, delivery: &Delivery, user: UserId, now: Timestamp) -> Ended {
        let user = self.ports.store.user_get(user).await;
        let user = user.map_err(|error| missing(&error, "the account is gone"))?;
        self.refuse_dead_link(&delivery.occasion, now).await?;
        self.mail(delivery, user.locale, vec![user.email]).await
    }

    /// A link that does nothing any more is not sent.
    async fn refuse_dead_link(&self, occasion: &Occasion, now: Timestamp) -> Result<(), Failed> {
        const GONE: &str = "the link was used or has expired";
        let Some(id) = link_of(occasion) else {
            return Ok(());
        };
        let link = self.ports.store.email_token_get(id).await;
        let link = link.map_err(|error| missing(&error, GONE))?;
        if link.is_good(now) {
            Ok(())
        } else {
            Err(never(GONE))
        }
    }

    async fn mail(&self, delivery: &Delivery, locale: Locale, to: Vec<Email>) -> Ended {
        if !self.mails {
            return Err(never("this installation sends no mail"));
        }
        let mail = self.writer.mail(&delivery.occasion, locale, delivery.id, to);
        match tokio::time::timeout(MAIL_LIMIT, self.ports.mailer.send(&mail)).await {
            Ok(Ok(())) => Ok(None),
            Ok(Err(error)) => Err(untold(delivery, &error)),
            Err(_) => Err(later("the mail server took too long")),
        }
    }

    async fn send(&self, delivery: &Delivery, channel: &Channel, now: Timestamp) -> Ended {
        let locale = self.locale_of(channel).await?;
        let destination = match &channel.target {
            ChannelTarget::Email { addresses, .. } => {
                let to = recipients(delivery, channel, addresses, now)?;
                return self.mail(delivery, locale, to).await;
            }
            ChannelTarget::Slack { url } => Destination::Slack {
                url: self.unsealed(channel.id, "url", url)?,
            },
            ChannelTarget::Teams { url } => Destination::Teams {
                url: self.unsealed(channel.id, "url", url)?,
            },
            ChannelTarget::Webhook { url, secret } => Destination::Webhook {
                url: url.clone(),
                secret: self.unsealed(channel.id, "secret", secret)?,
            },
        };
        let post = Post {
            delivery_id: delivery.id,
            create_time: delivery.create_time,
            now,
            announcement: self.writer.announcement(&delivery.occasion, locale),
        };
        match self.ports.notifier.post(&destination, &post).await {
            Ok(status) => Ok(Some(status)),
            Err(error) => Err(Failed {
                status_code: error.status_code,
                text: error.text,
                again: error.again,
            }),
        }
    }

    /// Channels of the installation speak English.
    async fn locale_of(&self, channel: &Channel) -> Result<Locale, Failed> {
        match channel.owner_id {
            None => Ok(Locale::English),
            Some(owner) => match self.ports.store.user_get(owner).await {
                Ok(user) => Ok(user.locale),
                Err(error) => Err(missing(&error, "the account is gone")),
            },
        }
    }

    fn unsealed(&self, id: ChannelId, field: &'static str, secret: &SealedSecret) -> Result<Secret, Failed> {
        self.keys
            .unseal(&channel_secret(id, field), &secret.sealed)
            .ok_or_else(|| never("the channel's secret was kept under another key: set it again"))
    }

    fn end(&self, kind: ChannelKind, delivery: &Delivery, ended: Ended, now: Timestamp) -> Attempt {
        let made = match ended {
            Ok(status_code) => Try {
                outcome: TryOutcome::Delivered,
                status_code,
                error: String::new(),
            },
            Err(failed) => Try {
                outcome: match failed.again {
                    // Somebody waits for it now, and nobody later.
                    _ if delivery.occasion == Occasion::Test => TryOutcome::Failed,
                    Again::Never => TryOutcome::Failed,
                    Again::Later => TryOutcome::Again(now + again_after(delivery.attempts)),
                    Again::After(wait) => TryOutcome::Again(now + wait.max(again_after(delivery.attempts))),
                },
                status_code: failed.status_code,
                error: short(&failed.text).to_owned(),
            },
        };
        let result = match made.outcome {
            TryOutcome::Delivered => DeliveryResult::Delivered,
            TryOutcome::Again(_) => DeliveryResult::Retried,
            TryOutcome::Failed => DeliveryResult::Failed,
        };
        self.counters.count(kind, result);
        Attempt::Made(made)
    }
}

const fn link_of(occasion: &Occasion) -> Option<EmailTokenId> {
    match occasion {
        Occasion::Verification { token_id } | Occasion::PasswordReset { token_id } => Some(*token_id),
        Occasion::AlreadyRegistered
        | Occasion::PasswordChanged
        | Occasion::ApiTokenCreated
        | Occasion::ServerCreated { .. }
        | Occasion::OperationFailed { .. }
        | Occasion::AlertFired(_)
        | Occasion::AlertResolved(_)
        | Occasion::Test
        | Occasion::ChannelAddress { .. } => None,
    }
}

/// Those who have agreed; or the one who is to be asked, while that is still of use.
fn recipients(
    delivery: &Delivery,
    channel: &Channel,
    addresses: &[Email],
    now: Timestamp,
) -> Result<Vec<Email>, Failed> {
    if let Occasion::ChannelAddress { address, day, .. } = &delivery.occasion {
        return if !addresses.contains(address) {
            Err(never("the channel does not have this address any more"))
        } else if channel.may_mail(address) {
            Err(never("the address is confirmed"))
        } else if code_days(now).any(|good| good == *day) {
            Ok(vec![address.clone()])
        } else {
            Err(never("the code has expired: ask for another one"))
        };
    }
    let agreed = addresses.iter().filter(|address| channel.may_mail(address));
    let agreed: Vec<Email> = agreed.cloned().collect();
    if agreed.is_empty() {
        return Err(never("none of the channel's addresses is confirmed"));
    }
    Ok(agreed)
}

fn expired(delivery: &Delivery, now: Timestamp) -> Option<Failed> {
    // Mail that could not be tried, since none was sent here, is tried once however late it is.
    let untried_mail = delivery.lane == Lane::Mail && delivery.attempts == 0;
    let late = now.since(delivery.start_time) > GIVE_UP;
    (late && !untried_mail).then(|| never("not delivered within three days"))
}

fn never(text: impl Into<String>) -> Failed {
    Failed {
        status_code: None,
        text: text.into(),
        again: Again::Never,
    }
}

fn later(text: impl Into<String>) -> Failed {
    Failed {
        again: Again::Later,
        ..never(text)
    }
}

/// What a mail server says names hosts and accounts of the installation: it is for the log.
fn untold(delivery: &Delivery, error: &MailError) -> Failed {
    tracing::warn!(delivery = %delivery.id, %error, "a mail was not taken");
    match error {
        MailError::Temporary(_) => later("the mail server does not take it for the moment"),
        MailError::Rejected(_) => never("the mail server refused it"),
    }
}

fn missing(error: &StoreError, gone: &str) -> Failed {
    if matches!(error, StoreError::NotFound) {
        never(gone)
    } else {
        later(error.to_string())
    }
}

impl fmt::Debug for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempts")
            .field("mails", &self.mails)
            .finish_non_exhaustive()
    }
}
