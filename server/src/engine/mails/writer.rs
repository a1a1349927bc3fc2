//! Puts a mail together: its language, its link, its text.

use std::fmt;
use std::sync::Arc;

use super::text::{MailKind, MailText};
use super::{alert, english, japanese, russian};
use crate::domain::alert::AlertTransition;
use crate::domain::ids::EmailTokenId;
use crate::domain::session::EmailTokenKind;
use crate::domain::user::{Locale, User};
use crate::engine::secrets::Keys;
use crate::ports::mailer::Mail;

pub struct MailWriter {
    keys: Arc<Keys>,
    /// Where the web client is, without a slash at the end.
    public_url: String,
}

impl MailWriter {
    pub fn new(keys: Arc<Keys>, public_url: &str) -> Self {
        Self {
            keys,
            public_url: public_url.trim_end_matches('/').to_owned(),
        }
    }

    pub fn verification(&self, user: &User, token: EmailTokenId) -> Mail {
        let secret = self.keys.email_token(EmailTokenKind::Verification, token);
        // After the `#`: a browser sends that part to no server, so it ends up in no log.
        self.mail(
            user,
            MailKind::Verification,
            &format!("/verify-email#token={}", secret.expose()),
        )
    }

    pub fn password_reset(&self, user: &User, token: EmailTokenId) -> Mail {
        let secret = self.keys.email_token(EmailTokenKind::PasswordReset, token);
        self.mail(
            user,
            MailKind::PasswordReset,
            &format!("/reset-password#token={}", secret.expose()),
        )
    }

    pub fn already_registered(&self, user: &User) -> Mail {
        self.mail(user, MailKind::AlreadyRegistered, "/sign-in")
    }

    pub fn password_changed(&self, user: &User) -> Mail {
        self.mail(user, MailKind::PasswordChanged, "/forgot-password")
    }

    pub fn api_token_created(&self, user: &User) -> Mail {
        self.mail(user, MailKind::ApiTokenCreated, "/account")
    }

    pub fn alert(&self, user: &User, transition: &AlertTransition) -> Mail {
        let link = format!("{}/servers/{}", self.public_url, transition.alert.server_id);
        let MailText { subject, text } = alert::write(user.locale, transition, &link);
        Mail {
            to: user.email.clone(),
            subject: subject.into_owned(),
            text,
        }
    }

    fn mail(&self, user: &User, kind: MailKind, page: &str) -> Mail {
        let MailText { subject, text } = write(user.locale, kind, &format!("{}{page}", self.public_url));
        Mail {
            to: user.email.clone(),
            subject: subject.into_owned(),
            text,
        }
    }
}

impl fmt::Debug for MailWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailWriter")
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

fn write(locale: Locale, kind: MailKind, link: &str) -> MailText {
    match locale {
        Locale::English => english::write(kind, link),
        Locale::Russian => russian::write(kind, link),
        Locale::Japanese => japanese::write(kind, link),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::codes::Code;

    #[test]
    fn every_mail_in_every_language_has_a_subject_of_one_line_and_its_link_on_a_line_of_its_own() {
        let kinds = [
            MailKind::Verification,
            MailKind::PasswordReset,
            MailKind::AlreadyRegistered,
            MailKind::PasswordChanged,
            MailKind::ApiTokenCreated,
        ];
        let mut subjects = Vec::new();
        for locale in Locale::ALL {
            for kind in kinds {
                let mail = write(*locale, kind, "https://hostler.example/x#token=abc");
                assert!(!mail.subject.contains('\n'));
                assert!(
                    mail.text.contains("\n\nhttps://hostler.example/x#token=abc\n"),
                    "{}",
                    mail.text
                );
                assert!(
                    mail.text.lines().all(|line| line.len() < 990),
                    "SMTP bounds lines"
                );
                subjects.push(mail.subject);
            }
        }
        subjects.sort_unstable();
        subjects.dedup();
        assert_eq!(subjects.len(), Locale::ALL.len() * kinds.len());
    }
}
