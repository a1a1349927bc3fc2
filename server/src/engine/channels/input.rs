//! What callers say of channels.

use crate::domain::names::Email;
use crate::domain::secret::Secret;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChannel {
    pub display_name: String,
    pub target: TargetInput,
    pub disabled: bool,
    pub rate_per_minute: u32,
    /// Of the installation, and not the caller's own.
    pub installation: bool,
}

/// `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChannelPatch {
    pub display_name: Option<String>,
    pub target: Option<TargetInput>,
    pub disabled: Option<bool>,
    pub rate_per_minute: Option<u32>,
}

/// Where to. `None`, and no addresses, leave what there is; a new channel needs everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetInput {
    Email {
        addresses: Vec<Email>,
    },
    Slack {
        url: Option<Secret>,
    },
    Teams {
        url: Option<Secret>,
    },
    Webhook {
        url: Option<String>,
        secret: Option<Secret>,
    },
}
