//! The `Auth` service.

use std::sync::Arc;

use hostler_proto::v1;
use hostler_proto::v1::auth_server::Auth as AuthRpcs;
use tonic::{Request, Response, Status};

use crate::domain::ids::{ApiTokenId, SessionId};
use crate::domain::principal::Credential;
use crate::engine::api_tokens::{ApiTokens, CreateApiToken};
use crate::engine::auth::{Auth, SignIn, SignUp};
use crate::engine::caller::Caller;
use crate::services::convert::{
    MailTo, MailedToken, Nothing, PasswordChange, PasswordReset, Refresh, wire_api_token, wire_session,
    wire_signed_in, wire_tokens, wire_user,
};
use crate::services::inbound::{Inbound, ask};
use crate::services::session_cookie::SessionCookies;

pub(super) struct AuthService {
    pub(super) auth: Arc<Auth>,
    pub(super) api_tokens: Arc<ApiTokens>,
    pub(super) cookies: SessionCookies,
    pub(super) inbound: Inbound,
}

#[tonic::async_trait]
impl AuthRpcs for AuthService {
    async fn sign_up(
        &self,
        request: Request<v1::SignUpRequest>,
    ) -> Result<Response<v1::SignUpResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, SignUp>(request)?;
        let user = self.auth.sign_up(&caller, input).await?;
        Ok(Response::new(v1::SignUpResponse {
            user: Some(wire_user(user)),
        }))
    }

    async fn verify_email(
        &self,
        request: Request<v1::VerifyEmailRequest>,
    ) -> Result<Response<v1::VerifyEmailResponse>, Status> {
        let (caller, MailedToken(token)) = ask(request)?;
        self.auth.verify_email(&caller, &token).await?;
        Ok(Response::new(v1::VerifyEmailResponse {}))
    }

    async fn request_email_verification(
        &self,
        request: Request<v1::RequestEmailVerificationRequest>,
    ) -> Result<Response<v1::RequestEmailVerificationResponse>, Status> {
        let (caller, MailTo(email)) = ask(request)?;
        self.auth.request_email_verification(&caller, &email).await?;
        Ok(Response::new(v1::RequestEmailVerificationResponse {}))
    }

    async fn sign_in(
        &self,
        request: Request<v1::SignInRequest>,
    ) -> Result<Response<v1::SignInResponse>, Status> {
        let cookie = self.cookies.of_request(&request);
        let (caller, input) = ask::<_, SignIn>(request)?;
        let signed_in = self.auth.sign_in(&caller, input).await?;
        let life = signed_in.tokens.refresh_life();
        let response = Response::new(wire_signed_in(signed_in));
        match cookie {
            Some(cookie) => cookie.take_over(response, |answer| answer.tokens.as_mut(), life),
            None => Ok(response),
        }
    }

    async fn refresh_session(
        &self,
        mut request: Request<v1::RefreshSessionRequest>,
    ) -> Result<Response<v1::RefreshSessionResponse>, Status> {
        let cookie = self.cookies.of_request(&request);
        if let Some(cookie) = cookie {
            cookie.fill(&mut request)?;
        }
        let (caller, Refresh(token)) = ask(request)?;
        let tokens = self.auth.refresh_session(&caller, &token).await?;
        let response = Response::new(v1::RefreshSessionResponse {
            tokens: Some(wire_tokens(&tokens)),
        });
        match cookie {
            Some(cookie) => {
                cookie.take_over(response, |answer| answer.tokens.as_mut(), tokens.refresh_life())
            }
            None => Ok(response),
        }
    }

    async fn sign_out(
        &self,
        request: Request<v1::SignOutRequest>,
    ) -> Result<Response<v1::SignOutResponse>, Status> {
        let (caller, Nothing) = ask(request)?;
        self.auth.sign_out(&caller).await?;
        Ok(Response::new(v1::SignOutResponse {}))
    }

    async fn request_password_reset(
        &self,
        request: Request<v1::RequestPasswordResetRequest>,
    ) -> Result<Response<v1::RequestPasswordResetResponse>, Status> {
        let (caller, MailTo(email)) = ask(request)?;
        self.auth.request_password_reset(&caller, &email).await?;
        Ok(Response::new(v1::RequestPasswordResetResponse {}))
    }

    async fn reset_password(
        &self,
        request: Request<v1::ResetPasswordRequest>,
    ) -> Result<Response<v1::ResetPasswordResponse>, Status> {
        let (caller, input) = ask::<_, PasswordReset>(request)?;
        self.auth
            .reset_password(&caller, &input.token, &input.new_password)
            .await?;
        Ok(Response::new(v1::ResetPasswordResponse {}))
    }

    async fn change_password(
        &self,
        request: Request<v1::ChangePasswordRequest>,
    ) -> Result<Response<v1::ChangePasswordResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, PasswordChange>(request)?;
        let (old, new) = (&input.current_password, &input.new_password);
        self.auth
            .change_password(&caller, old, new, input.keep_other_sessions)
            .await?;
        Ok(Response::new(v1::ChangePasswordResponse {}))
    }

    async fn list_sessions(
        &self,
        request: Request<v1::ListSessionsRequest>,
    ) -> Result<Response<v1::ListSessionsResponse>, Status> {
        let (caller, Nothing, listing) = self.inbound.list(request)?;
        let page = self.auth.list_sessions(&caller, listing.page).await?;
        let next_page_token = listing.next(&page);
        let current = current_session(&caller);
        let sessions = page.map(|session| wire_session(session, current)).items;
        Ok(Response::new(v1::ListSessionsResponse {
            sessions,
            next_page_token,
        }))
    }

    async fn revoke_session(
        &self,
        request: Request<v1::RevokeSessionRequest>,
    ) -> Result<Response<v1::RevokeSessionResponse>, Status> {
        let (caller, id) = self.inbound.change::<_, SessionId>(request)?;
        self.auth.revoke_session(&caller, id).await?;
        Ok(Response::new(v1::RevokeSessionResponse {}))
    }

    async fn create_api_token(
        &self,
        request: Request<v1::CreateApiTokenRequest>,
    ) -> Result<Response<v1::CreateApiTokenResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, CreateApiToken>(request)?;
        let (token, secret) = self.api_tokens.create(&caller, input).await?;
        Ok(Response::new(v1::CreateApiTokenResponse {
            api_token: Some(wire_api_token(token)),
            secret: secret.expose().to_owned(),
        }))
    }

    async fn list_api_tokens(
        &self,
        request: Request<v1::ListApiTokensRequest>,
    ) -> Result<Response<v1::ListApiTokensResponse>, Status> {
        let (caller, Nothing, listing) = self.inbound.list(request)?;
        let page = self.api_tokens.list(&caller, listing.page).await?;
        let next_page_token = listing.next(&page);
        Ok(Response::new(v1::ListApiTokensResponse {
            api_tokens: page.map(wire_api_token).items,
            next_page_token,
        }))
    }

    async fn revoke_api_token(
        &self,
        request: Request<v1::RevokeApiTokenRequest>,
    ) -> Result<Response<v1::RevokeApiTokenResponse>, Status> {
        let (caller, id) = self.inbound.change::<_, ApiTokenId>(request)?;
        self.api_tokens.revoke(&caller, id).await?;
        Ok(Response::new(v1::RevokeApiTokenResponse {}))
    }
}

fn current_session(caller: &Caller) -> Option<SessionId> {
    match caller.principal.as_ref()?.credential {
        Credential::Session(id) => Some(id),
        Credential::ApiToken { .. } => None,
    }
}
