//! People who sign in.

use super::codes::coded;
use super::etag::Generation;
use super::ids::UserId;
use super::names::Email;
use super::time::Timestamp;

coded! {
    /// What a user may do beyond their own things.
    Role {
        /// Rents servers; sees their own things only.
        Customer = "customer",
        /// Sees everybody's things, changes none of them.
        Support = "support",
        /// Runs the business: sees and changes everything.
        Operator = "operator",
    }
}

impl Role {
    pub const fn is_staff(self) -> bool {
        match self {
            Self::Customer => false,
            Self::Support | Self::Operator => true,
        }
    }
}

coded! {
    UserState {
        Active = "active",
        /// Cannot sign in; sessions and tokens are refused. Their servers keep running.
        Suspended = "suspended",
    }
}

coded! {
    /// The language of e-mails and of the web client.
    Locale {
        English = "en",
        Russian = "ru",
        Japanese = "ja",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub email: Email,
    pub email_verified: bool,
    pub display_name: String,
    pub locale: Locale,
    pub role: Role,
    pub state: UserState,
    pub create_time: Timestamp,
    pub update_time: Timestamp,
    pub generation: Generation,
}

/// What `UpdateUser` and `UpdateMe` change; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserPatch {
    pub display_name: Option<String>,
    pub locale: Option<Locale>,
    pub role: Option<Role>,
    pub state: Option<UserState>,
}

impl UserPatch {
    /// What of it the user is not already.
    #[must_use]
    pub fn beyond(self, user: &User) -> Self {
        Self {
            display_name: self.display_name.filter(|name| *name != user.display_name),
            locale: self.locale.filter(|locale| *locale != user.locale),
            role: self.role.filter(|role| *role != user.role),
            state: self.state.filter(|state| *state != user.state),
        }
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Part of the e-mail address, in lower case.
    pub email_contains: Option<String>,
    pub role: Option<Role>,
    pub state: Option<UserState>,
}
