//! Keeps mail in place of sending it.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use hostlerd::ports::mailer::{Mail, MailError, Mailer};

use crate::wait::wait_for;

#[derive(Clone, Debug, Default)]
pub struct Mailbox(Arc<Mutex<Vec<Mail>>>);

#[async_trait]
impl Mailer for Mailbox {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(mail.clone());
        Ok(())
    }
}

impl Mailbox {
    /// All mail to this address so far, oldest first.
    pub fn mails_to(&self, email: &str) -> Vec<Mail> {
        let mails = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        mails
            .iter()
            .filter(|mail| mail.to.iter().any(|to| to.as_str() == email))
            .cloned()
            .collect()
    }

    /// Waits for the nth mail to this address, from 1, and takes the token out of its link.
    pub async fn token_to(&self, email: &str, nth: usize) -> String {
        wait_for("a mail", || async {
            let mails = self.mails_to(email);
            mails
                .get(nth - 1)
                .map(|mail| token(&mail.text))
                .ok_or_else(|| format!("{} mails to {email}", mails.len()))
        })
        .await
    }
}

/// What follows `token=` in the link.
fn token(text: &str) -> String {
    let (_, rest) = text
        .split_once("token=")
        .unwrap_or_else(|| panic!("no token in {text:?}"));
    rest.split(|c: char| c.is_whitespace() || c == '&')
        .next()
        .unwrap_or_default()
        .to_owned()
}
