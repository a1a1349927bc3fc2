//! The short-lived JWT that a session calls with.
//!
//! It only says which session calls: whether the session may is looked up with every call.

use std::time::Duration;

use jsonwebtoken::Header;
use serde::{Deserialize, Serialize};

use super::access_key::{ALGORITHM, ISSUER};
use super::keys::Keys;
use crate::domain::ids::{SessionId, UserId};
use crate::domain::time::Timestamp;
use crate::engine::error::{Error, Result};

/// How far the clocks of two instances may differ.
const LEEWAY: Duration = Duration::from_secs(5);
/// Ours are about 330 bytes; nothing much longer is worth decoding.
const MAX_BYTES: usize = 1024;

/// What an access token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessClaims {
    pub user_id: UserId,
    pub session_id: SessionId,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: UserId,
    sid: SessionId,
    /// Seconds since the epoch, as the standard has it.
    iat: i64,
    exp: i64,
}

impl Keys {
    /// A token for the session and when it expires.
    pub fn access_token(
        &self,
        claims: AccessClaims,
        now: Timestamp,
        life: Duration,
    ) -> Result<(String, Timestamp)> {
        let exp = (now + life).as_seconds();
        let token = jsonwebtoken::encode(
            &Header::new(ALGORITHM),
            &Claims {
                iss: ISSUER.to_owned(),
                sub: claims.user_id,
                sid: claims.session_id,
                iat: now.as_seconds(),
                exp,
            },
            &self.access.encoding,
        )
        .map_err(|error| Error::Internal(Box::new(error)))?;
        Ok((token, Timestamp::from_micros(exp.saturating_mul(1_000_000))))
    }

    /// What a token says; `None` when it is not ours or has expired.
    pub fn read_access_token(&self, token: &str, now: Timestamp) -> Option<AccessClaims> {
        if token.len() > MAX_BYTES {
            return None;
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &self.access.decoding, &self.access.validation)
            .ok()?
            .claims;
        let leeway = i64::try_from(LEEWAY.as_secs()).unwrap_or_default();
        (now.as_seconds() < claims.exp.saturating_add(leeway)).then_some(AccessClaims {
            user_id: claims.sub,
            session_id: claims.sid,
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use jsonwebtoken::Algorithm;

    use super::*;

    const LIFE: Duration = Duration::from_secs(900);
    const NOW: Timestamp = Timestamp::from_micros(1_000_000_000_000);

    fn claims() -> AccessClaims {
        AccessClaims {
            user_id: UserId::generate(),
            session_id: SessionId::generate(),
        }
    }

    #[test]
    fn a_token_is_read_back_until_it_expires_by_our_own_clock() {
        let keys = Keys::derive(&[7; 32]);
        let claims = claims();
        let (token, expire) = keys.access_token(claims, NOW, LIFE).unwrap();
        assert_eq!(expire, NOW + LIFE);
        assert_eq!(keys.read_access_token(&token, NOW), Some(claims));
        assert_eq!(
            keys.read_access_token(&token, NOW + LIFE + LEEWAY - Duration::from_secs(1)),
            Some(claims)
        );
        assert_eq!(keys.read_access_token(&token, NOW + LIFE + LEEWAY), None);
    }

    #[test]
    fn a_token_of_another_key_is_refused() {
        let (token, _) = Keys::derive(&[7; 32]).access_token(claims(), NOW, LIFE).unwrap();
        assert_eq!(Keys::derive(&[8; 32]).read_access_token(&token, NOW), None);
    }

    #[test]
    fn an_unsigned_token_is_refused() {
        let keys = Keys::derive(&[7; 32]);
        let (token, _) = keys.access_token(claims(), NOW, LIFE).unwrap();
        let payload = token.split('.').nth(1).unwrap();
        let header = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"none"}"#);
        assert_eq!(keys.read_access_token(&format!("{header}.{payload}."), NOW), None);
        assert_eq!(keys.read_access_token("", NOW), None);
        assert_eq!(keys.read_access_token(&"a".repeat(5000), NOW), None);
    }

    #[test]
    fn a_token_signed_with_another_algorithm_is_refused() {
        let keys = Keys::derive(&[7; 32]);
        let claims = claims();
        let body = Claims {
            iss: ISSUER.to_owned(),
            sub: claims.user_id,
            sid: claims.session_id,
            iat: NOW.as_seconds(),
            exp: (NOW + LIFE).as_seconds(),
        };
        let token =
            jsonwebtoken::encode(&Header::new(Algorithm::HS512), &body, &keys.access.encoding).unwrap();
        assert_eq!(keys.read_access_token(&token, NOW), None);
    }
}
