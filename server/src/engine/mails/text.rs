//! What the files of the languages give.

use std::borrow::Cow;

/// What is written about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailKind {
    /// Carries the link that verifies the address.
    Verification,
    /// Carries the link that sets a new password.
    PasswordReset,
    /// Somebody signed up with an address that has an account. Carries the link to the sign-in page.
    AlreadyRegistered,
    /// Carries the link to the page that asks for a reset.
    PasswordChanged,
    /// Carries the link to the page that lists API tokens.
    ApiTokenCreated,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailText {
    pub subject: Cow<'static, str>,
    pub text: String,
}
