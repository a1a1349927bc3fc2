//! From what callers say to what is kept: addresses are judged, secrets are sealed.

use super::input::TargetInput;
use crate::domain::channel::{ChannelTarget, SealedSecret};
use crate::domain::fields::FieldErrors;
use crate::domain::ids::ChannelId;
use crate::domain::names::Email;
use crate::domain::secret::Secret;
use crate::engine::error::{Error, Result};
use crate::engine::secrets::{Keys, channel_secret};
use crate::ports::notifier::Notifier;

/// Characters of a secret that its owner is shown, and how long it must be for that.
const SHOWN: usize = 4;
const LONG_ENOUGH: usize = 16;

/// Seals the secrets of one channel.
pub(super) struct Sealing<'a> {
    pub(super) keys: &'a Keys,
    pub(super) notifier: &'a dyn Notifier,
    pub(super) id: ChannelId,
    /// The verified address of the channel's owner, who need not ask himself.
    pub(super) own: Option<Email>,
}

impl Sealing<'_> {
    /// A new channel needs everything.
    pub(super) fn create(&self, input: TargetInput) -> Result<ChannelTarget> {
        match input {
            TargetInput::Email { addresses } if addresses.is_empty() => missing("channel.email.addresses"),
            TargetInput::Email { addresses } => Ok(self.mailing(addresses, &[])),
            TargetInput::Slack { url: None } => missing("channel.slack.url"),
            TargetInput::Slack { url: Some(url) } => Ok(ChannelTarget::Slack {
                url: self.address("channel.slack.url", &url)?,
            }),
            TargetInput::Teams { url: None } => missing("channel.teams.url"),
            TargetInput::Teams { url: Some(url) } => Ok(ChannelTarget::Teams {
                url: self.address("channel.teams.url", &url)?,
            }),
            TargetInput::Webhook { url: None, .. } => missing("channel.webhook.url"),
            TargetInput::Webhook { secret: None, .. } => missing("channel.webhook.secret"),
            TargetInput::Webhook {
                url: Some(url),
                secret: Some(secret),
            } => {
                self.judge("channel.webhook.url", &url)?;
                Ok(ChannelTarget::Webhook {
                    url,
                    secret: self.seal("secret", &secret)?,
                })
            }
        }
    }

    /// What is left out stays, and what the channel is stays, too.
    pub(super) fn update(&self, current: ChannelTarget, input: TargetInput) -> Result<ChannelTarget> {
        match (current, input) {
            (ChannelTarget::Email { confirmed, .. }, TargetInput::Email { addresses })
                if !addresses.is_empty() =>
            {
                Ok(self.mailing(addresses, &confirmed))
            }
            (current @ ChannelTarget::Email { .. }, TargetInput::Email { .. })
            | (current @ ChannelTarget::Slack { .. }, TargetInput::Slack { url: None })
            | (current @ ChannelTarget::Teams { .. }, TargetInput::Teams { url: None }) => Ok(current),
            (ChannelTarget::Slack { .. }, input @ TargetInput::Slack { .. })
            | (ChannelTarget::Teams { .. }, input @ TargetInput::Teams { .. }) => self.create(input),
            (
                ChannelTarget::Webhook {
                    url: old_url,
                    secret: old_secret,
                },
                TargetInput::Webhook { url, secret },
            ) => {
                if let Some(url) = &url {
                    self.judge("channel.webhook.url", url)?;
                }
                Ok(ChannelTarget::Webhook {
                    url: url.unwrap_or(old_url),
                    secret: match secret {
                        Some(secret) => self.seal("secret", &secret)?,
                        None => old_secret,
                    },
                })
            }
            (
                ChannelTarget::Email { .. }
                | ChannelTarget::Slack { .. }
                | ChannelTarget::Teams { .. }
                | ChannelTarget::Webhook { .. },
                _,
            ) => Err(bad(
                "channel.target",
                "must be of the kind that the channel is of",
            )),
        }
    }

    fn mailing(&self, addresses: Vec<Email>, confirmed: &[Email]) -> ChannelTarget {
        let known = |address: &&Email| confirmed.contains(address) || self.own.as_ref() == Some(*address);
        ChannelTarget::Email {
            confirmed: addresses.iter().filter(known).cloned().collect(),
            addresses,
        }
    }

    fn address(&self, field: &'static str, url: &Secret) -> Result<SealedSecret> {
        self.judge(field, url.expose())?;
        self.seal("url", url)
    }

    fn judge(&self, field: &'static str, url: &str) -> Result<()> {
        self.notifier.check(url).map_err(|problem| bad(field, problem))
    }

    fn seal(&self, field: &'static str, secret: &Secret) -> Result<SealedSecret> {
        let sealed = self
            .keys
            .seal(&channel_secret(self.id, field), secret)
            .map_err(|error| Error::Internal(Box::new(error)))?;
        Ok(SealedSecret {
            sealed,
            hint: hint(secret.expose()),
        })
    }
}

/// Enough to tell two secrets apart, and nothing of a short one.
fn hint(secret: &str) -> String {
    let length = secret.chars().count();
    let shown = if length >= LONG_ENOUGH { SHOWN } else { 0 };
    let end: String = secret.chars().skip(length - shown).collect();
    format!("…{end}")
}

fn missing<T>(field: &'static str) -> Result<T> {
    Err(bad(field, "must be given"))
}

fn bad(field: &'static str, problem: impl Into<String>) -> Error {
    Error::Invalid(FieldErrors::one(field, problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_shows_the_end_of_a_long_secret_and_nothing_of_a_short_one() {
        assert_eq!(hint("https://hooks.example.org/T0/B0/abcdef"), "…cdef");
        assert_eq!(hint("short"), "…");
        assert_eq!(hint(""), "…");
    }
}
