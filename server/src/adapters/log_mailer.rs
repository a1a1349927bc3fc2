//! Writes mail to the log instead of sending it. For development only: the links in mail are as
//! good as passwords.

use async_trait::async_trait;

use crate::domain::names::Email;
use crate::ports::mailer::{Mail, MailError, Mailer};

#[derive(Clone, Copy, Debug, Default)]
pub struct LogMailer;

#[async_trait]
impl Mailer for LogMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let to: Vec<&str> = mail.to.iter().map(Email::as_str).collect();
        tracing::info!(target: "mail", to = to.join(", "), subject = mail.subject, "{}", mail.text);
        Ok(())
    }
}
