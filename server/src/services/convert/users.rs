//! Requests and answers of `Users`.

use hostler_proto::v1;

use super::reader::Reader;
use super::time::wire_time;
use super::update::Update;
use crate::domain::codes::Code as _;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::UserId;
use crate::domain::user::{Locale, Role, User, UserFilter, UserPatch, UserState};

const MAX_NAME: usize = 64;
const MAX_EMAIL: usize = 254;

impl TryFrom<v1::ListUsersRequest> for UserFilter {
    type Error = FieldErrors;

    fn try_from(request: v1::ListUsersRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let email = read.line("email", &request.email, 0, MAX_EMAIL);
        let role = role(&mut read, "role", request.role);
        let state = state(&mut read, "state", request.state);
        read.finish(|| {
            Some(Self {
                email_contains: Some(email?.to_lowercase()).filter(|text| !text.is_empty()),
                role: role?,
                state: state?,
            })
        })
    }
}

impl TryFrom<v1::GetUserRequest> for UserId {
    type Error = FieldErrors;

    fn try_from(request: v1::GetUserRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("user_id", &request.user_id);
        read.finish(|| id)
    }
}

/// A change of one's own account.
#[derive(Debug)]
pub(in crate::services) struct OwnUpdate {
    pub(in crate::services) patch: UserPatch,
    pub(in crate::services) etag: Option<String>,
}

impl TryFrom<v1::UpdateMeRequest> for OwnUpdate {
    type Error = FieldErrors;

    fn try_from(request: v1::UpdateMeRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::inside("user.");
        let user = request.user.unwrap_or_default();
        let mask = read.mask(request.update_mask, &["display_name", "locale"]);
        let mut patch = UserPatch::default();
        if mask.names("display_name", !user.display_name.is_empty()) {
            patch.display_name = read.line("display_name", &user.display_name, 0, MAX_NAME);
        }
        if mask.names("locale", !user.locale.is_empty()) {
            patch.locale = locale(&mut read, &user.locale);
        }
        let etag = read.etag(&request.etag);
        read.finish(|| Some(Self { patch, etag: etag? }))
    }
}

impl TryFrom<v1::UpdateUserRequest> for Update<UserId, UserPatch> {
    type Error = FieldErrors;

    fn try_from(request: v1::UpdateUserRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::inside("user.");
        let user = request.user.unwrap_or_default();
        let id = read.id("id", &user.id);
        let mask = read.mask(request.update_mask, &["role", "state", "display_name"]);
        let mut patch = UserPatch::default();
        if mask.names("role", user.role != 0) {
            patch.role = required(&mut read, "role", user.role, role);
        }
        if mask.names("state", user.state != 0) {
            patch.state = required(&mut read, "state", user.state, state);
        }
        if mask.names("display_name", !user.display_name.is_empty()) {
            patch.display_name = read.line("display_name", &user.display_name, 0, MAX_NAME);
        }
        let etag = read.etag(&request.etag);
        read.finish(|| {
            Some(Self {
                id: id?,
                patch,
                etag: etag?,
            })
        })
    }
}

pub(super) fn locale(read: &mut Reader, text: &str) -> Option<Locale> {
    read.take("locale", Locale::from_code(text).ok_or("must be en, ru or ja"))
}

/// An enum value that may not be left unspecified.
fn required<T>(
    read: &mut Reader,
    field: &str,
    value: i32,
    parse: fn(&mut Reader, &str, i32) -> Option<Option<T>>,
) -> Option<T> {
    let parsed = parse(read, field, value)?;
    if parsed.is_none() {
        read.bad(field, "must be given");
    }
    parsed
}

/// Unspecified is `None`.
fn role(read: &mut Reader, field: &str, value: i32) -> Option<Option<Role>> {
    match v1::UserRole::try_from(value) {
        Ok(v1::UserRole::Unspecified) => Some(None),
        Ok(v1::UserRole::Customer) => Some(Some(Role::Customer)),
        Ok(v1::UserRole::Support) => Some(Some(Role::Support)),
        Ok(v1::UserRole::Operator) => Some(Some(Role::Operator)),
        Err(_) => {
            read.bad(field, "must be a role that this server knows");
            None
        }
    }
}

/// Unspecified is `None`.
fn state(read: &mut Reader, field: &str, value: i32) -> Option<Option<UserState>> {
    match v1::UserState::try_from(value) {
        Ok(v1::UserState::Unspecified) => Some(None),
        Ok(v1::UserState::Active) => Some(Some(UserState::Active)),
        Ok(v1::UserState::Suspended) => Some(Some(UserState::Suspended)),
        Err(_) => {
            read.bad(field, "must be a state that this server knows");
            None
        }
    }
}

pub(in crate::services) fn wire_user(user: User) -> v1::User {
    let role = match user.role {
        Role::Customer => v1::UserRole::Customer,
        Role::Support => v1::UserRole::Support,
        Role::Operator => v1::UserRole::Operator,
    };
    let state = match user.state {
        UserState::Active => v1::UserState::Active,
        UserState::Suspended => v1::UserState::Suspended,
    };
    v1::User {
        id: user.id.to_string(),
        email: user.email.into(),
        email_verified: user.email_verified,
        display_name: user.display_name,
        locale: user.locale.code().to_owned(),
        role: role.into(),
        state: state.into(),
        create_time: wire_time(user.create_time),
        update_time: wire_time(user.update_time),
        etag: user.generation.to_string(),
    }
}
