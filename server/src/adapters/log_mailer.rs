//! Writes mail to the log instead of sending it. For development only: the links in mail are as
//! good as passwords.

use async_trait::async_trait;

use crate::ports::mailer::{Mail, MailError, Mailer};

#[derive(Clone, Copy, Debug, Default)]
pub struct LogMailer;

#[async_trait]
impl Mailer for LogMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        tracing::info!(target: "mail", to = %mail.to, subject = mail.subject, "{}", mail.text);
        Ok(())
    }
}
