//! Signing in and out, sessions, passwords and API tokens.

use futures_util::stream::BoxStream;
use hostler_proto::v1;
use hostler_proto::v1::auth_client::AuthClient;

use crate::connection::{Connection, Rule, fill_request_id};
use crate::credentials::SessionTokens;
use crate::error::{Error, present};
use crate::page::{self, Page};
use crate::secret::Secret;

/// Signs in and out and manages sessions, passwords and API tokens.
#[derive(Clone, Debug)]
pub struct Auth {
    connection: Connection,
}

/// A new API token.
#[derive(Clone, Debug)]
pub struct CreatedApiToken {
    /// The token without its secret.
    pub api_token: v1::ApiToken,
    /// What to call with, shown this once. `None` when the answer that held it was lost and had to be asked for again; then revoke the
    /// token and create another.
    pub secret: Option<Secret>,
}

impl Auth {
    pub(crate) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Creates a customer account and mails a link that verifies the address.
    pub async fn sign_up(&self, mut request: v1::SignUpRequest) -> Result<v1::User, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::PUBLIC_SAFE, request, |channel, request| async move {
                AuthClient::new(channel).sign_up(request).await
            })
            .await?;
        present(answer.user, "the account")
    }

    /// Marks the address that a mailed token belongs to as verified.
    pub async fn verify_email(&self, token: &str) -> Result<(), Error> {
        let request = v1::VerifyEmailRequest {
            token: token.to_owned(),
        };
        self.connection
            .call(Rule::PUBLIC_ONCE, request, |channel, request| async move {
                AuthClient::new(channel).verify_email(request).await
            })
            .await?;
        Ok(())
    }

    /// Mails a new verification link.
    pub async fn request_email_verification(&self, email: &str) -> Result<(), Error> {
        let request = v1::RequestEmailVerificationRequest {
            email: email.to_owned(),
        };
        self.connection
            .call(Rule::PUBLIC_ONCE, request, |channel, request| async move {
                AuthClient::new(channel).request_email_verification(request).await
            })
            .await?;
        Ok(())
    }

    /// Opens a session; the client calls with it from now on, and keeps it in its store.
    pub async fn sign_in(&self, request: v1::SignInRequest) -> Result<v1::User, Error> {
        let answer = self
            .connection
            .call(Rule::PUBLIC_ONCE, request, |channel, request| async move {
                AuthClient::new(channel).sign_in(request).await
            })
            .await?;
        let tokens = SessionTokens::try_from(present(answer.tokens, "tokens")?)?;
        self.connection.session.adopt(tokens).await?;
        present(answer.user, "the account")
    }

    /// Ends the session, here and on the server. One that has ended already is no error.
    pub async fn sign_out(&self) -> Result<(), Error> {
        let outcome = self
            .connection
            .call(Rule::ONCE, v1::SignOutRequest {}, |channel, request| async move {
                AuthClient::new(channel).sign_out(request).await
            })
            .await;
        match outcome {
            Err(error) if !error.is_unauthenticated() => Err(error),
            Ok(_) | Err(_) => self.forget().await,
        }
    }

    /// Forgets the session here only: on the server it stays open until it expires.
    pub async fn forget(&self) -> Result<(), Error> {
        self.connection.session.forget().await
    }

    /// Mails a link that sets a new password.
    pub async fn request_password_reset(&self, email: &str) -> Result<(), Error> {
        let request = v1::RequestPasswordResetRequest {
            email: email.to_owned(),
        };
        self.connection
            .call(Rule::PUBLIC_ONCE, request, |channel, request| async move {
                AuthClient::new(channel).request_password_reset(request).await
            })
            .await?;
        Ok(())
    }

    /// Sets a new password by a mailed token and ends every session of the account.
    pub async fn reset_password(&self, token: &str, new_password: &str) -> Result<(), Error> {
        let request = v1::ResetPasswordRequest {
            token: token.to_owned(),
            new_password: new_password.to_owned(),
        };
        self.connection
            .call(Rule::PUBLIC_ONCE, request, |channel, request| async move {
                AuthClient::new(channel).reset_password(request).await
            })
            .await?;
        Ok(())
    }

    /// Changes the caller's password.
    pub async fn change_password(&self, mut request: v1::ChangePasswordRequest) -> Result<(), Error> {
        fill_request_id(&mut request.request_id);
        self.connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AuthClient::new(channel).change_password(request).await
            })
            .await?;
        Ok(())
    }

    /// Returns one page of the caller's open sessions, newest first.
    pub async fn list_sessions(&self, request: v1::ListSessionsRequest) -> Result<Page<v1::Session>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AuthClient::new(channel).list_sessions(request).await
            })
            .await?;
        Ok(Page {
            items: answer.sessions,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all open sessions of the caller, newest first.
    pub fn list_all_sessions(
        &self,
        filter: v1::ListSessionsRequest,
    ) -> BoxStream<'static, Result<v1::Session, Error>> {
        let this = self.clone();
        page::all(move |page_token| {
            let (this, filter) = (this.clone(), filter.clone());
            async move {
                this.list_sessions(v1::ListSessionsRequest { page_token, ..filter })
                    .await
            }
        })
    }

    /// Ends one of the caller's sessions.
    pub async fn revoke_session(&self, mut request: v1::RevokeSessionRequest) -> Result<(), Error> {
        fill_request_id(&mut request.request_id);
        self.connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AuthClient::new(channel).revoke_session(request).await
            })
            .await?;
        Ok(())
    }

    /// Creates an API token.
    pub async fn create_api_token(
        &self,
        mut request: v1::CreateApiTokenRequest,
    ) -> Result<CreatedApiToken, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AuthClient::new(channel).create_api_token(request).await
            })
            .await?;
        Ok(CreatedApiToken {
            api_token: present(answer.api_token, "the token")?,
            secret: Secret::unless_empty(answer.secret),
        })
    }

    /// Returns one page of the caller's API tokens, newest first.
    pub async fn list_api_tokens(
        &self,
        request: v1::ListApiTokensRequest,
    ) -> Result<Page<v1::ApiToken>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AuthClient::new(channel).list_api_tokens(request).await
            })
            .await?;
        Ok(Page {
            items: answer.api_tokens,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all API tokens of the caller, newest first.
    pub fn list_all_api_tokens(
        &self,
        filter: v1::ListApiTokensRequest,
    ) -> BoxStream<'static, Result<v1::ApiToken, Error>> {
        let this = self.clone();
        page::all(move |page_token| {
            let (this, filter) = (this.clone(), filter.clone());
            async move {
                this.list_api_tokens(v1::ListApiTokensRequest { page_token, ..filter })
                    .await
            }
        })
    }

    /// Deletes one of the caller's API tokens; it stops working at once.
    pub async fn revoke_api_token(&self, mut request: v1::RevokeApiTokenRequest) -> Result<(), Error> {
        fill_request_id(&mut request.request_id);
        self.connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AuthClient::new(channel).revoke_api_token(request).await
            })
            .await?;
        Ok(())
    }
}
