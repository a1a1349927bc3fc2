//! Requests and answers of `Auth`.

use hostler_proto::v1;

use super::reader::Reader;
use super::time::wire_time;
use super::users::{locale, wire_user};
use crate::domain::api_token::{ApiToken, Scope};
use crate::domain::codes::Code as _;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::{ApiTokenId, SessionId};
use crate::domain::names::Email;
use crate::domain::session::Session;
use crate::domain::user::Locale;
use crate::engine::api_tokens::CreateApiToken;
use crate::engine::auth::{SignIn, SignUp, SignedIn, Tokens};
use crate::engine::passwords::{check_password, check_password_length};
use crate::engine::secrets::Secret;

const MAX_NAME: usize = 64;

impl TryFrom<v1::SignUpRequest> for SignUp {
    type Error = FieldErrors;

    fn try_from(request: v1::SignUpRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let email = email(&mut read, &request.email);
        let password = secret(&mut read, "password", request.password);
        if let (Some(email), Some(password)) = (&email, &password) {
            read.take("password", check_password(password.expose(), email));
        }
        let display_name = read.line("display_name", &request.display_name, 0, MAX_NAME);
        let locale = match request.locale.as_str() {
            "" => Some(Locale::English),
            text => locale(&mut read, text),
        };
        read.finish(|| {
            Some(Self {
                email: email?,
                password: password?,
                display_name: display_name?,
                locale: locale?,
            })
        })
    }
}

/// The token of a mailed link.
pub(in crate::services) struct MailedToken(pub(in crate::services) String);

impl TryFrom<v1::VerifyEmailRequest> for MailedToken {
    type Error = FieldErrors;

    fn try_from(request: v1::VerifyEmailRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let token = read.opaque("token", &request.token);
        read.finish(|| Some(Self(token?)))
    }
}

/// Where a mail is to go.
pub(in crate::services) struct MailTo(pub(in crate::services) Email);

impl TryFrom<v1::RequestEmailVerificationRequest> for MailTo {
    type Error = FieldErrors;

    fn try_from(request: v1::RequestEmailVerificationRequest) -> Result<Self, FieldErrors> {
        mail_to(&request.email)
    }
}

impl TryFrom<v1::RequestPasswordResetRequest> for MailTo {
    type Error = FieldErrors;

    fn try_from(request: v1::RequestPasswordResetRequest) -> Result<Self, FieldErrors> {
        mail_to(&request.email)
    }
}

fn mail_to(text: &str) -> Result<MailTo, FieldErrors> {
    let mut read = Reader::default();
    let email = email(&mut read, text);
    read.finish(|| Some(MailTo(email?)))
}

impl TryFrom<v1::SignInRequest> for SignIn {
    type Error = FieldErrors;

    fn try_from(request: v1::SignInRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let email = email(&mut read, &request.email);
        let password = secret(&mut read, "password", request.password);
        let device_name = read.line("device_name", &request.device_name, 0, MAX_NAME);
        read.finish(|| {
            Some(Self {
                email: email?,
                password: password?,
                device_name: device_name?,
            })
        })
    }
}

pub(in crate::services) struct Refresh(pub(in crate::services) Secret);

impl TryFrom<v1::RefreshSessionRequest> for Refresh {
    type Error = FieldErrors;

    fn try_from(request: v1::RefreshSessionRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let token = secret(&mut read, "refresh_token", request.refresh_token);
        read.finish(|| Some(Self(token?)))
    }
}

pub(in crate::services) struct PasswordReset {
    pub(in crate::services) token: String,
    pub(in crate::services) new_password: Secret,
}

impl TryFrom<v1::ResetPasswordRequest> for PasswordReset {
    type Error = FieldErrors;

    fn try_from(request: v1::ResetPasswordRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let token = read.opaque("token", &request.token);
        let new_password = new_password(&mut read, request.new_password);
        read.finish(|| {
            Some(Self {
                token: token?,
                new_password: new_password?,
            })
        })
    }
}

pub(in crate::services) struct PasswordChange {
    pub(in crate::services) current_password: Secret,
    pub(in crate::services) new_password: Secret,
    pub(in crate::services) keep_other_sessions: bool,
}

impl TryFrom<v1::ChangePasswordRequest> for PasswordChange {
    type Error = FieldErrors;

    fn try_from(request: v1::ChangePasswordRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let current_password = secret(&mut read, "current_password", request.current_password);
        let new_password = new_password(&mut read, request.new_password);
        read.finish(|| {
            Some(Self {
                current_password: current_password?,
                new_password: new_password?,
                keep_other_sessions: request.keep_other_sessions,
            })
        })
    }
}

impl TryFrom<v1::RevokeSessionRequest> for SessionId {
    type Error = FieldErrors;

    fn try_from(request: v1::RevokeSessionRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("session_id", &request.session_id);
        read.finish(|| id)
    }
}

impl TryFrom<v1::CreateApiTokenRequest> for CreateApiToken {
    type Error = FieldErrors;

    fn try_from(request: v1::CreateApiTokenRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let name = read.line("name", &request.name, 1, MAX_NAME);
        let scopes = scopes(&mut read, &request.scopes);
        let expire_time = read.time("expire_time", request.expire_time);
        read.finish(|| {
            Some(Self {
                name: name?,
                scopes: scopes?,
                expire_time: expire_time?,
            })
        })
    }
}

impl TryFrom<v1::RevokeApiTokenRequest> for ApiTokenId {
    type Error = FieldErrors;

    fn try_from(request: v1::RevokeApiTokenRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("api_token_id", &request.api_token_id);
        read.finish(|| id)
    }
}

/// The letter case of an address is ignored.
fn email(read: &mut Reader, text: &str) -> Option<Email> {
    read.take("email", Email::parse(&text.trim().to_lowercase()))
}

#[expect(clippy::needless_pass_by_value, reason = "the message gives its secret away")]
fn secret(read: &mut Reader, field: &str, text: String) -> Option<Secret> {
    read.opaque(field, &text).map(Secret::new)
}

/// What else a new password has to be depends on its account.
fn new_password(read: &mut Reader, text: String) -> Option<Secret> {
    let password = secret(read, "new_password", text)?;
    read.take("new_password", check_password_length(password.expose()))?;
    Some(password)
}

/// Every scope once, and at least one.
fn scopes(read: &mut Reader, texts: &[String]) -> Option<Vec<Scope>> {
    let mut scopes: Vec<Scope> = texts.iter().filter_map(|text| Scope::from_code(text)).collect();
    if scopes.len() < texts.len() || scopes.is_empty() {
        read.bad("scopes", known_scopes());
        return None;
    }
    scopes.sort_unstable();
    scopes.dedup();
    Some(scopes)
}

/// Short enough for a violation: what is read and written alike is named once.
fn known_scopes() -> String {
    let codes = || Scope::ALL.iter().map(|scope| scope.code());
    let is_written = |noun: &str| codes().any(|code| code.strip_suffix(".write") == Some(noun));
    let read = || codes().filter_map(|code| code.strip_suffix(".read"));
    let both: Vec<_> = read().filter(|noun| is_written(noun)).collect();
    let read_only: Vec<_> = read().filter(|noun| !is_written(noun)).collect();
    format!(
        "must be one or more of: NAME.read and NAME.write, of {}; NAME.read, of {}",
        both.join(", "),
        read_only.join(", ")
    )
}

pub(in crate::services) fn wire_tokens(tokens: &Tokens) -> v1::Tokens {
    v1::Tokens {
        access_token: tokens.access_token.expose().to_owned(),
        access_token_expire_time: wire_time(tokens.access_token_expire_time),
        refresh_token: tokens.refresh_token.expose().to_owned(),
        refresh_token_expire_time: wire_time(tokens.refresh_token_expire_time),
    }
}

pub(in crate::services) fn wire_signed_in(signed_in: SignedIn) -> v1::SignInResponse {
    v1::SignInResponse {
        tokens: Some(wire_tokens(&signed_in.tokens)),
        user: Some(wire_user(signed_in.user)),
    }
}

/// `current` is the session that asks.
pub(in crate::services) fn wire_session(session: Session, current: Option<SessionId>) -> v1::Session {
    v1::Session {
        id: session.id.to_string(),
        device_name: session.device_name,
        user_agent: session.user_agent,
        address: session.address,
        create_time: wire_time(session.create_time),
        last_used_time: wire_time(session.last_used_time),
        expire_time: wire_time(session.expire_time),
        current: Some(session.id) == current,
    }
}

pub(in crate::services) fn wire_api_token(token: ApiToken) -> v1::ApiToken {
    v1::ApiToken {
        id: token.id.to_string(),
        name: token.name,
        scopes: token.scopes.iter().map(|scope| scope.code().to_owned()).collect(),
        prefix: token.prefix,
        create_time: wire_time(token.create_time),
        expire_time: token.expire_time.and_then(wire_time),
        last_used_time: token.last_used_time.and_then(wire_time),
    }
}
