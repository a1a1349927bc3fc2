//! Sends e-mail.

use async_trait::async_trait;

use crate::domain::ids::DeliveryId;
use crate::domain::names::Email;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The same in every try, so that who reads it twice can tell.
    pub id: DeliveryId,
    /// At least one.
    pub to: Vec<Email>,
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as a page.
    pub html: String,
}

#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// Worth another try later.
    #[error("the mail server did not take the message: {0}")]
    Temporary(String),
    /// Will not be better later.
    #[error("the mail server refused the message: {0}")]
    Rejected(String),
}

#[async_trait]
pub trait Mailer: Send + Sync {
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}
