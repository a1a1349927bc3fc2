//! What the owner of the machine lets the server ask of it.

use std::fmt;

use hostler_proto::v1::AgentCapability;
use serde::{Deserialize, Serialize};

/// A capability, by the word that stands for it in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grant {
    #[serde(rename = "containers.read")]
    ContainersRead,
    #[serde(rename = "containers.logs")]
    ContainersLogs,
    #[serde(rename = "containers.control")]
    ContainersControl,
    #[serde(rename = "containers.remove")]
    ContainersRemove,
    #[serde(rename = "images.pull")]
    ImagesPull,
    #[serde(rename = "security.read")]
    SecurityRead,
    #[serde(rename = "bans.write")]
    BansWrite,
    #[serde(rename = "guests.password")]
    GuestsPassword,
    #[serde(rename = "agent.update")]
    AgentUpdate,
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ContainersRead => "containers.read",
            Self::ContainersLogs => "containers.logs",
            Self::ContainersControl => "containers.control",
            Self::ContainersRemove => "containers.remove",
            Self::ImagesPull => "images.pull",
            Self::SecurityRead => "security.read",
            Self::BansWrite => "bans.write",
            Self::GuestsPassword => "guests.password",
            Self::AgentUpdate => "agent.update",
        })
    }
}

impl Grant {
    /// As the protocol tells it.
    pub(crate) const fn capability(self) -> AgentCapability {
        match self {
            Self::ContainersRead => AgentCapability::ContainersRead,
            Self::ContainersLogs => AgentCapability::ContainersLogs,
            Self::ContainersControl => AgentCapability::ContainersControl,
            Self::ContainersRemove => AgentCapability::ContainersRemove,
            Self::ImagesPull => AgentCapability::ImagesPull,
            Self::SecurityRead => AgentCapability::SecurityRead,
            Self::BansWrite => AgentCapability::BansWrite,
            Self::GuestsPassword => AgentCapability::GuestsPassword,
            Self::AgentUpdate => AgentCapability::AgentUpdate,
        }
    }
}
