//! Posts announcements to chats and webhooks.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

use crate::domain::ids::DeliveryId;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;

/// Where to, with its secrets in the clear for as long as the call takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    Slack { url: Secret },
    Teams { url: Secret },
    Webhook { url: String, secret: Secret },
}

/// How bad it is, for what can show a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Neutral,
    Good,
    Warning,
    Bad,
}

/// One message in words, for people, and in facts, for programs.
#[derive(Clone, Debug, PartialEq)]
pub struct Announcement {
    /// Stable, such as `server_created`.
    pub kind: &'static str,
    pub tone: Tone,
    /// One line.
    pub title: String,
    pub paragraphs: Vec<String>,
    pub link: Option<Link>,
    /// What programs read.
    pub facts: Value,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub label: String,
    pub url: String,
}

/// An announcement on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Post {
    /// The same in every try.
    pub delivery_id: DeliveryId,
    /// When it came up.
    pub create_time: Timestamp,
    /// When this try is made.
    pub now: Timestamp,
    pub announcement: Announcement,
}

/// Why the other side does not have it, or may not. Neither says an address: some are secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct PostError {
    /// Of the answer, if there was one.
    pub status_code: Option<u16>,
    pub text: String,
    pub again: Again,
}

/// Whether another try is worth it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    Never,
    Later,
    /// The other side says when.
    After(Duration),
}

#[async_trait]
pub trait Notifier: Send + Sync {
    /// What is wrong with an address, as far as it says so itself.
    fn check(&self, url: &str) -> Result<(), String>;

    /// Gives the status of the answer.
    async fn post(&self, destination: &Destination, post: &Post) -> Result<u16, PostError>;
}
