//! E-mails in English.

use super::text::{MailKind, MailText};

pub(super) fn write(kind: MailKind, link: &str) -> MailText {
    match kind {
        MailKind::Verification => MailText {
            subject: "Confirm your e-mail address".into(),
            text: format!(
                "Welcome to Hostler.\n\n\
                 Please confirm that this e-mail address is yours:\n\n{link}\n\n\
                 The link works once and for 24 hours. If you did not create an account, ignore this \
                 message: without the link the account cannot be used.\n"
            ),
        },
        MailKind::PasswordReset => MailText {
            subject: "Set a new password".into(),
            text: format!(
                "Somebody, probably you, asked to set a new password for your Hostler account.\n\n\
                 Follow this link to do so:\n\n{link}\n\n\
                 The link works once and for one hour. If it was not you, ignore this message: your \
                 password stays as it is.\n"
            ),
        },
        MailKind::AlreadyRegistered => MailText {
            subject: "You already have an account".into(),
            text: format!(
                "Somebody, probably you, tried to create a Hostler account with this e-mail address, \
                 but you already have one.\n\n\
                 Sign in here, or ask there for a new password:\n\n{link}\n\n\
                 If it was not you, there is nothing to do.\n"
            ),
        },
        MailKind::PasswordChanged => MailText {
            subject: "Your password was changed".into(),
            text: format!(
                "The password of your Hostler account was changed a moment ago.\n\n\
                 If it was you, there is nothing to do. If not, set a new password at once:\n\n{link}\n"
            ),
        },
        MailKind::ApiTokenCreated => MailText {
            subject: "An API token was created".into(),
            text: format!(
                "A new API token of your Hostler account was created a moment ago. Programs that have it act in \
                 your name.\n\n\
                 If it was you, there is nothing to do. If not, revoke it here, and set a new password:\n\n{link}\n"
            ),
        },
    }
}
