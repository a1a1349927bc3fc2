//! Identifiers: one type per noun, so that mixing them does not compile.
//!
//! Every id is a `UUIDv7`: it sorts by creation time, which is what the keyset pages rely on.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id that sorts after those made before it.
            pub fn generate() -> Self {
                Self(Uuid::now_v7())
            }

            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            pub const fn as_uuid(self) -> Uuid {
                self.0
            }

            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    UserId,
    SessionId,
    ApiTokenId,
    /// A link sent by e-mail: verification or password reset.
    EmailTokenId,
    TariffId,
    OperatingSystemId,
    IpPoolId,
    IpAddressId,
    ServerId,
    SnapshotId,
    OperationId,
    EventId,
    AuditEventId,
    OutboxId,
    ChannelId,
    DeliveryId,
    NotificationId,
    AlertRuleId,
    AlertId,
    /// A line of the log of alerts.
    AlertTransitionId,
    SilenceId,
    NodeId,
    NodeEventId,
    EnrolmentTokenId,
    NodeCommandId,
}
