//! How strict signing in is.

use std::time::Duration;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthSettings {
    /// Whether anybody may make an account.
    pub sign_up: bool,
    /// Whether an address must be proven before its first sign-in.
    pub require_verified_email: bool,
    pub access_token_life: Duration,
    /// A session ends when it is not refreshed for so long…
    pub session_idle: Duration,
    /// …and at this age in any case.
    pub session_life: Duration,
    /// Two windows of one browser may refresh at the same moment, and answers get lost: for so long after a
    /// refresh, its token gets the same answer again and is not taken for stolen.
    pub refresh_grace: Duration,
    pub verification_link_life: Duration,
    pub reset_link_life: Duration,
    pub limits: Limits,
}

impl Default for AuthSettings {
    fn default() -> Self {
        Self {
            sign_up: true,
            require_verified_email: true,
            access_token_life: 15 * MINUTE,
            session_idle: 30 * DAY,
            session_life: 180 * DAY,
            refresh_grace: Duration::from_secs(10),
            verification_link_life: DAY,
            reset_link_life: HOUR,
            limits: Limits::default(),
        }
    }
}

/// So many tries in a window of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub tries: u32,
    pub window: Duration,
}

/// Tries counted apart for each account and for each network address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Sign-ins to one account from one network address. A stranger who guesses locks nobody out but
    /// whoever shares that address…
    pub sign_in_by_account_and_address: Limit,
    /// …and many addresses together do not guess much faster.
    pub sign_in_by_account: Limit,
    pub sign_in_by_address: Limit,
    pub sign_up_by_address: Limit,
    /// Mails that somebody who is not signed in can make us send to one address…
    pub mail_by_account: Limit,
    /// …and from one network address to any.
    pub mail_by_address: Limit,
    /// Mailed tokens brought back, right or wrong.
    pub link_by_address: Limit,
    /// Checks of the current password by one session. A thief who guesses locks out nobody but the session
    /// that was stolen…
    pub password_by_session: Limit,
    /// …and many sessions together do not guess much faster.
    pub password_by_account: Limit,
}

impl Default for Limits {
    fn default() -> Self {
        let limit = |tries, window| Limit { tries, window };
        Self {
            sign_in_by_account_and_address: limit(10, 15 * MINUTE),
            sign_in_by_account: limit(100, 15 * MINUTE),
            sign_in_by_address: limit(100, 15 * MINUTE),
            sign_up_by_address: limit(20, HOUR),
            mail_by_account: limit(5, HOUR),
            mail_by_address: limit(30, HOUR),
            link_by_address: limit(60, HOUR),
            password_by_session: limit(10, 15 * MINUTE),
            password_by_account: limit(100, 15 * MINUTE),
        }
    }
}
