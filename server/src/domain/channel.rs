//! Where notices go besides the inbox.

use serde::{Deserialize, Serialize};

use super::codes::coded;
use super::etag::Generation;
use super::ids::{ChannelId, UserId};
use super::names::Email;
use super::time::Timestamp;

coded! {
    /// What is on the other side.
    ChannelKind {
        Email = "email",
        Slack = "slack",
        Teams = "teams",
        Webhook = "webhook",
    }
}

/// A secret as it is kept: encrypted, with its last characters in the clear for its owner to know it by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedSecret {
    /// Text that only the keys of this installation open, and only for the channel it was made for.
    pub sealed: String,
    pub hint: String,
}

/// Where a channel leads. The addresses of Slack and Teams are secrets: whoever knows one may write there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ChannelTarget {
    Email {
        addresses: Vec<Email>,
        /// Those of the addresses whose owners have agreed, of a channel that belongs to somebody.
        #[serde(default)]
        confirmed: Vec<Email>,
    },
    Slack {
        url: SealedSecret,
    },
    Teams {
        url: SealedSecret,
    },
    Webhook {
        url: String,
        secret: SealedSecret,
    },
}

impl ChannelTarget {
    pub const fn kind(&self) -> ChannelKind {
        match self {
            Self::Email { .. } => ChannelKind::Email,
            Self::Slack { .. } => ChannelKind::Slack,
            Self::Teams { .. } => ChannelKind::Teams,
            Self::Webhook { .. } => ChannelKind::Webhook,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    pub id: ChannelId,
    /// `None` for one of the installation.
    pub owner_id: Option<UserId>,
    pub display_name: String,
    pub target: ChannelTarget,
    pub disabled: bool,
    /// More messages than that in a minute wait.
    pub rate_per_minute: u32,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub generation: Generation,
}

impl Channel {
    /// Whether mail may go to this address. What operators set up for the installation needs no one's consent; others
    /// write to nobody who has not agreed.
    pub fn may_mail(&self, address: &Email) -> bool {
        match &self.target {
            ChannelTarget::Email { addresses, confirmed } => {
                addresses.contains(address) && (self.owner_id.is_none() || confirmed.contains(address))
            }
            ChannelTarget::Slack { .. } | ChannelTarget::Teams { .. } | ChannelTarget::Webhook { .. } => {
                false
            }
        }
    }

    /// Addresses to which nothing is sent yet.
    pub fn unconfirmed(&self) -> impl Iterator<Item = &Email> {
        let addresses = match &self.target {
            ChannelTarget::Email { addresses, .. } => addresses.as_slice(),
            ChannelTarget::Slack { .. } | ChannelTarget::Teams { .. } | ChannelTarget::Webhook { .. } => &[],
        };
        addresses.iter().filter(|address| !self.may_mail(address))
    }
}
