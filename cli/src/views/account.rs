//! Accounts, their sessions and their API tokens.

use hostler_client::v1;
use serde::Serialize;

use super::word::enum_word;
use crate::output::View;
use crate::table::{Cell, Tone};
use crate::units::time;

/// An account.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct UserView {
    id: String,
    pub(crate) email: String,
    email_verified: bool,
    display_name: String,
    locale: String,
    pub(crate) role: String,
    state: String,
    create_time: Option<String>,
    update_time: Option<String>,
    etag: String,
    #[serde(skip)]
    tone: Tone,
}

impl From<v1::User> for UserView {
    fn from(user: v1::User) -> Self {
        let (role, state) = (user.role(), user.state());
        Self {
            id: user.id,
            email: user.email,
            email_verified: user.email_verified,
            display_name: user.display_name,
            locale: user.locale,
            role: enum_word(role.as_str_name(), "USER_ROLE_"),
            state: enum_word(state.as_str_name(), "USER_STATE_"),
            create_time: time::machine(user.create_time),
            update_time: time::machine(user.update_time),
            etag: user.etag,
            tone: match state {
                v1::UserState::Unspecified => Tone::Plain,
                v1::UserState::Active => Tone::Good,
                v1::UserState::Suspended => Tone::Bad,
            },
        }
    }
}

impl View for UserView {
    const COLUMNS: &'static [&'static str] = &["EMAIL", "NAME", "ROLE", "STATE", "VERIFIED", "CREATED", "ID"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.email.as_str().into(),
            self.display_name.as_str().into(),
            self.role.as_str().into(),
            Cell::toned(self.state.as_str(), self.tone),
            yes_or_no(self.email_verified).into(),
            time::human(self.create_time.as_deref()).into(),
            self.id.as_str().into(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("Email", self.email.as_str().into()),
            ("Verified", yes_or_no(self.email_verified).into()),
            ("Name", self.display_name.as_str().into()),
            ("Role", self.role.as_str().into()),
            ("State", Cell::toned(self.state.as_str(), self.tone)),
            ("Language", self.locale.as_str().into()),
            ("Created", time::human(self.create_time.as_deref()).into()),
            ("Id", self.id.as_str().into()),
        ]
    }
}

/// One sign-in of one device.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SessionView {
    id: String,
    device_name: String,
    user_agent: String,
    address: String,
    create_time: Option<String>,
    last_used_time: Option<String>,
    expire_time: Option<String>,
    current: bool,
}

impl From<v1::Session> for SessionView {
    fn from(session: v1::Session) -> Self {
        Self {
            id: session.id,
            device_name: session.device_name,
            user_agent: session.user_agent,
            address: session.address,
            create_time: time::machine(session.create_time),
            last_used_time: time::machine(session.last_used_time),
            expire_time: time::machine(session.expire_time),
            current: session.current,
        }
    }
}

impl View for SessionView {
    const COLUMNS: &'static [&'static str] = &["DEVICE", "ADDRESS", "SINCE", "LAST USED", "THIS ONE", "ID"];

    fn cells(&self) -> Vec<Cell> {
        self.details().into_iter().map(|(_, cell)| cell).collect()
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("Device", self.device_name.as_str().into()),
            ("Address", self.address.as_str().into()),
            ("Since", time::human(self.create_time.as_deref()).into()),
            ("Last used", time::human(self.last_used_time.as_deref()).into()),
            ("This one", yes_or_no(self.current).into()),
            ("Id", self.id.as_str().into()),
        ]
    }
}

/// An API token without its secret.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TokenView {
    id: String,
    pub(crate) name: String,
    scopes: Vec<String>,
    prefix: String,
    create_time: Option<String>,
    expire_time: Option<String>,
    last_used_time: Option<String>,
}

impl From<v1::ApiToken> for TokenView {
    fn from(token: v1::ApiToken) -> Self {
        Self {
            id: token.id,
            name: token.name,
            scopes: token.scopes,
            prefix: token.prefix,
            create_time: time::machine(token.create_time),
            expire_time: time::machine(token.expire_time),
            last_used_time: time::machine(token.last_used_time),
        }
    }
}

impl View for TokenView {
    const COLUMNS: &'static [&'static str] = &["NAME", "SCOPES", "PREFIX", "EXPIRES", "LAST USED", "ID"];

    fn cells(&self) -> Vec<Cell> {
        self.details().into_iter().map(|(_, cell)| cell).collect()
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("Name", self.name.as_str().into()),
            ("Scopes", self.scopes.join(",").into()),
            ("Prefix", self.prefix.as_str().into()),
            ("Expires", time::human(self.expire_time.as_deref()).into()),
            ("Last used", time::human(self.last_used_time.as_deref()).into()),
            ("Id", self.id.as_str().into()),
        ]
    }
}

const fn yes_or_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}
