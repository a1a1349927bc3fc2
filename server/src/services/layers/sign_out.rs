//! Takes the session's cookie back at sign-out.
//!
//! Not in the handler: a browser whose access token has died is refused before it gets there, and has to
//! lose its cookie all the same.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header;
use tonic::{Code, Status};

use crate::services::session_cookie::{SessionCookie, SessionCookies};

const SIGN_OUT: &str = "/hostler.v1.Auth/SignOut";

pub(super) async fn sign_out(
    State(cookies): State<SessionCookies>,
    request: Request,
    next: Next,
) -> Response {
    if request.uri().path() != SIGN_OUT {
        return next.run(request).await;
    }
    let cookie = cookies.of(request.headers(), request.extensions());
    let mut response = next.run(request).await;
    let code = Status::from_header_map(response.headers()).map_or(Code::Ok, |status| status.code());
    // After any other answer the session may still be there, and the browser tries again.
    if matches!(code, Code::Ok | Code::Unauthenticated)
        && let Some(forget) = cookie.and_then(SessionCookie::forget)
    {
        response.headers_mut().append(header::SET_COOKIE, forget);
    }
    response
}
