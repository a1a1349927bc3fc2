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
    Email { addresses: Vec<Email> },
    Slack { url: SealedSecret },
    Teams { url: SealedSecret },
    Webhook { url: String, secret: SealedSecret },
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
