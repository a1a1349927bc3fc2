//! Sessions of browsers: the refresh token in a cookie that no script can read.
//!
//! A call asks for it by the metadata `hostler-session: cookie`. Without that, cookies are neither set nor
//! read: a page of somebody else's cannot send the header unless CORS lets it, and CORS never does, so the
//! cookie by itself moves nothing.

use std::time::Duration;

use hostler_proto::v1;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, header};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::{Request, Response, Status};

use crate::services::http::Peer;
use crate::services::refusal::Refusal;

const ASKED_BY: HeaderName = HeaderName::from_static("hostler-session");
/// Browsers take a cookie of this beginning over TLS alone, and only with `Secure`.
const SECURE_NAME: &str = "__Secure-hostler_refresh";
const PLAIN_NAME: &str = "hostler_refresh";
/// The cookie goes with the calls of `Auth` and with nothing else.
const SCOPE: &str = "HttpOnly; SameSite=Strict; Path=/hostler.v1.Auth/";

/// How cookies of this installation are made.
#[derive(Clone, Copy, Debug)]
pub(super) struct SessionCookies {
    /// People reach the server by https, whatever its own connections are.
    pub(super) https: bool,
}

/// The cookie of a call that asked for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SessionCookie {
    secure: bool,
}

impl SessionCookies {
    /// `None` for a call that has nothing to do with cookies.
    pub(super) fn of(self, headers: &HeaderMap, extensions: &Extensions) -> Option<SessionCookie> {
        let asked = headers
            .get(ASKED_BY)
            .is_some_and(|value| value.as_bytes() == b"cookie");
        let tls = extensions.get::<Peer>().is_some_and(|peer| peer.tls);
        asked.then_some(SessionCookie {
            secure: tls || self.https,
        })
    }

    pub(super) fn of_request<M>(self, request: &Request<M>) -> Option<SessionCookie> {
        self.of(request.metadata().as_ref(), request.extensions())
    }
}

impl SessionCookie {
    /// Puts the token of the cookie into a request that names none.
    pub(super) fn fill(self, request: &mut Request<v1::RefreshSessionRequest>) -> Result<(), Status> {
        if request.get_ref().refresh_token.is_empty() {
            let token = self.read(request.metadata().as_ref());
            // Nobody has signed in with this browser: no fault of the request.
            request.get_mut().refresh_token = token.ok_or(Refusal::NoCredentials)?;
        }
        Ok(())
    }

    fn read(self, headers: &HeaderMap) -> Option<String> {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, value)| *name == self.name() && !value.is_empty())
            .map(|(_, value)| value.to_owned())
    }

    /// Moves the refresh token from the answer into a cookie that lives as long.
    pub(super) fn take_over<M>(
        self,
        mut response: Response<M>,
        tokens: impl FnOnce(&mut M) -> Option<&mut v1::Tokens>,
        life: Duration,
    ) -> Result<Response<M>, Status> {
        let token = tokens(response.get_mut()).map(|tokens| std::mem::take(&mut tokens.refresh_token));
        let line = self.line(&token.unwrap_or_default(), life);
        let value = MetadataValue::<Ascii>::try_from(line).map_err(|_| Refusal::Panicked)?;
        response
            .metadata_mut()
            .append(header::SET_COOKIE.as_str(), sensitive(value));
        Ok(response)
    }

    /// What makes a browser forget the cookie.
    pub(super) fn forget(self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.line("", Duration::ZERO)).ok()
    }

    const fn name(self) -> &'static str {
        if self.secure { SECURE_NAME } else { PLAIN_NAME }
    }

    fn line(self, token: &str, life: Duration) -> String {
        let (name, life) = (self.name(), life.as_secs());
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{name}={token}; Max-Age={life}; {SCOPE}{secure}")
    }
}

/// Neither shown in logs of the transport nor kept in its tables.
fn sensitive(mut value: MetadataValue<Ascii>) -> MetadataValue<Ascii> {
    value.set_sensitive(true);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(secure: bool) -> SessionCookie {
        SessionCookie { secure }
    }

    #[test]
    fn a_call_that_does_not_ask_has_no_cookie() {
        let cookies = SessionCookies { https: true };
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "__Secure-hostler_refresh=hsr_x".parse().unwrap());
        assert_eq!(cookies.of(&headers, &Extensions::new()), None);
        headers.insert(ASKED_BY, "yes".parse().unwrap());
        assert_eq!(cookies.of(&headers, &Extensions::new()), None);
        headers.insert(ASKED_BY, "cookie".parse().unwrap());
        assert_eq!(cookies.of(&headers, &Extensions::new()), Some(cookie(true)));
    }

    #[test]
    fn a_cookie_is_secure_where_people_come_by_https() {
        let mut headers = HeaderMap::new();
        headers.insert(ASKED_BY, "cookie".parse().unwrap());
        let over = |tls, https| {
            let mut extensions = Extensions::new();
            let address = "192.0.2.1:9".parse().unwrap();
            extensions.insert(Peer { address, tls });
            SessionCookies { https }.of(&headers, &extensions).unwrap()
        };
        assert_eq!(over(false, false), cookie(false));
        assert_eq!(over(true, false), cookie(true));
        assert_eq!(over(false, true), cookie(true));
    }

    #[test]
    fn the_cookie_is_found_among_others_and_in_several_headers() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "a=b; hostler_refresh_x=1".parse().unwrap());
        headers.append(header::COOKIE, "c; hostler_refresh=hsr_y; d=e".parse().unwrap());
        assert_eq!(cookie(false).read(&headers).as_deref(), Some("hsr_y"));
        assert_eq!(cookie(true).read(&headers), None);
        headers.insert(header::COOKIE, "hostler_refresh=".parse().unwrap());
        assert_eq!(cookie(false).read(&headers), None);
    }

    #[test]
    fn the_cookie_says_how_far_it_goes() {
        insta::assert_snapshot!(
            cookie(true).line("hsr_x", Duration::from_secs(60)),
            @"__Secure-hostler_refresh=hsr_x; Max-Age=60; HttpOnly; SameSite=Strict; Path=/hostler.v1.Auth/; Secure"
        );
        insta::assert_snapshot!(
            cookie(false).line("", Duration::ZERO),
            @"hostler_refresh=; Max-Age=0; HttpOnly; SameSite=Strict; Path=/hostler.v1.Auth/"
        );
    }
}
