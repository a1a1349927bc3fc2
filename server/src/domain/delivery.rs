//! One message to one place, and what became of it.

use super::codes::coded;
use super::ids::{AlertId, ChannelId, DeliveryId, OutboxId, UserId};
use super::occasion::Occasion;
use super::time::Timestamp;

coded! {
    DeliveryState {
        /// Waits for its first or its next try.
        Pending = "pending",
        Delivered = "delivered",
        /// Refused, or given up.
        Failed = "failed",
    }
}

coded! {
    /// What a delivery leaves by. Each has its own task, so that a dead mail server holds up no webhook.
    Lane {
        Mail = "mail",
        Post = "post",
    }
}

coded! {
    /// What sort of place it goes to.
    RecipientKind {
        Account = "account",
        Channel = "channel",
    }
}

/// Where a delivery goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recipient {
    /// The address of an account, as it is when the mail is sent.
    Account(UserId),
    Channel(ChannelId),
}

impl Recipient {
    pub const fn kind(self) -> RecipientKind {
        match self {
            Self::Account(_) => RecipientKind::Account,
            Self::Channel(_) => RecipientKind::Channel,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The same in every try: how the other side knows a message that it has already.
    pub id: DeliveryId,
    /// What it came from. A message has one delivery a recipient, however often it is expanded.
    pub message_id: OutboxId,
    pub recipient: Recipient,
    pub lane: Lane,
    pub occasion: Occasion,
    pub state: DeliveryState,
    /// Tries so far.
    pub attempts: u32,
    /// Of the last HTTP answer.
    pub status_code: Option<u16>,
    /// Why the last try failed; empty when it did not.
    pub error: String,
    pub run_after: Timestamp,
    /// When it came up, or was last asked for again: it is given up so long after.
    pub start_time: Timestamp,
    pub create_time: Timestamp,
    pub end_time: Option<Timestamp>,
}

impl Delivery {
    /// One to make as soon as it is committed.
    pub fn due(
        message_id: OutboxId,
        recipient: Recipient,
        lane: Lane,
        occasion: Occasion,
        now: Timestamp,
    ) -> Self {
        Self {
            id: DeliveryId::generate(),
            message_id,
            recipient,
            lane,
            occasion,
            state: DeliveryState::Pending,
            attempts: 0,
            status_code: None,
            error: String::new(),
            run_after: now,
            start_time: now,
            create_time: now,
            end_time: None,
        }
    }
}

/// What a try came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Try {
    pub outcome: TryOutcome,
    pub status_code: Option<u16>,
    /// Empty when it was delivered.
    pub error: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryOutcome {
    Delivered,
    /// Will not be better later.
    Failed,
    /// Tried again at that time.
    Again(Timestamp),
}

/// Which deliveries a list is about; one has to pass all that is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    pub state: Option<DeliveryState>,
    pub alert_id: Option<AlertId>,
}
