//! What `hostlerd user …` does on the machine itself, without signing in: the first operator, and
//! emergencies. A server that runs beside it sees the change with the next call.

use uuid::Uuid;

use super::service::Users;
use crate::domain::etag::Generation;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::UserId;
use crate::domain::names::Email;
use crate::domain::principal::Origin;
use crate::domain::session::AccessToRevoke;
use crate::domain::user::{Locale, Role, User, UserPatch, UserState};
use crate::engine::caller::Caller;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::passwords::{check_password, generate_password};
use crate::engine::secrets::Secret;
use crate::ports::store::Mutation;

#[derive(Clone, Debug)]
pub struct NewAccount {
    pub email: Email,
    /// `None` has one made up.
    pub password: Option<Secret>,
    pub role: Role,
    pub email_verified: bool,
    pub locale: Locale,
}

impl Users {
    /// Makes an account. The second part is the password that was made up, to be shown once.
    pub async fn create_by_command(&self, account: NewAccount) -> Result<(User, Option<Secret>)> {
        if let Some(given) = &account.password {
            check_password(given.expose(), &account.email)
                .map_err(|problem| FieldErrors::one("password", problem))?;
        }
        let made_up = account.password.is_none();
        let password = account.password.unwrap_or_else(generate_password);
        let hash = self.passwords.hash(&password).await?;
        let now = self.ports.clock.now();
        let user = User {
            id: UserId::generate(),
            email: account.email,
            email_verified: account.email_verified,
            display_name: String::new(),
            locale: account.locale,
            role: account.role,
            state: UserState::Active,
            create_time: now,
            update_time: now,
            generation: Generation::FIRST,
        };
        let mutation = self.command("user create", &user);
        self.ports
            .store
            .user_insert(&user, &hash, None, None, &mutation)
            .await?;
        Ok((user, made_up.then_some(password)))
    }

    /// Gives an account another role. A suspended account that becomes an operator stays suspended.
    pub async fn set_role_by_command(&self, email: &Email, role: Role) -> Result<User> {
        let user = self.by_email(email).await?;
        let patch = UserPatch {
            role: Some(role),
            ..UserPatch::default()
        };
        let mutation = self.command("user set-role", &user);
        self.change(user.id, &patch, None, &mutation).await
    }

    /// Makes up a new password, to be shown once, and ends every session and API token of the account.
    pub async fn reset_password_by_command(&self, email: &Email) -> Result<Secret> {
        let user = self.by_email(email).await?;
        let password = generate_password();
        let hash = self.passwords.hash(&password).await?;
        let now = self.ports.clock.now();
        let mutation = self.command("user reset-password", &user);
        self.ports
            .store
            .user_password_set(user.id, &hash, AccessToRevoke::All, None, None, now, &mutation)
            .await
            .map_err(Error::of(Noun::User))?;
        Ok(password)
    }

    async fn by_email(&self, email: &Email) -> Result<User> {
        self.ports
            .store
            .user_by_email(email)
            .await
            .map_err(Error::of(Noun::User))
    }

    fn command(&self, action: &'static str, user: &User) -> Mutation {
        let caller = Caller {
            principal: None,
            node: None,
            origin: Origin::default(),
            action,
            request_id: None,
        };
        let mut mutation = caller.mutation(format!("user:{}", user.id), Uuid::nil(), self.ports.clock.now());
        "command line".clone_into(&mut mutation.audit.credential);
        mutation
    }
}
