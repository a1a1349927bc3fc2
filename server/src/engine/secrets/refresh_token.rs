//! The token that a session renews itself with: `hsr_`, then base64url of session id, 32 random
//! bytes and a tag.
//!
//! The tag makes every token that ever was handed out recognisable, also those from before the
//! previous one: any of them coming back means that the session has been copied. Without the tag,
//! a thief could refresh twice and make the owner's token look like a mere guess.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::keys::Keys;
use super::mac::{mac, same_bytes, sha256};
use super::secret::Secret;
use crate::domain::ids::SessionId;
use crate::domain::session::SecretHash;

const PREFIX: &str = "hsr_";
const ID: usize = 16;
const SIGNED: usize = ID + 32;
const TAG: usize = 16;
const LENGTH: usize = SIGNED + TAG;

/// A refresh token that this server has made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    pub session_id: SessionId,
    pub hash: SecretHash,
}

impl Keys {
    /// A new token and what the store keeps of it.
    pub fn refresh_token(&self, session: SessionId) -> (Secret, SecretHash) {
        let mut bytes = [0; LENGTH];
        bytes[..ID].copy_from_slice(session.as_uuid().as_bytes());
        rand::fill(&mut bytes[ID..SIGNED]);
        let tag = mac(&self.refresh, &[&bytes[..SIGNED]]);
        bytes[SIGNED..].copy_from_slice(&tag[..TAG]);
        let text = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
        (Secret::new(text), sha256(&bytes))
    }

    /// `None` when this server never made such a token.
    pub fn read_refresh_token(&self, token: &str) -> Option<RefreshToken> {
        let mut bytes = [0; LENGTH];
        let length = URL_SAFE_NO_PAD
            .decode_slice(token.strip_prefix(PREFIX)?, &mut bytes)
            .ok()?;
        let tag = mac(&self.refresh, &[&bytes[..SIGNED]]);
        if length != LENGTH || !same_bytes(&tag[..TAG], &bytes[SIGNED..]) {
            return None;
        }
        Some(RefreshToken {
            session_id: SessionId::from_uuid(Uuid::from_slice(&bytes[..ID]).ok()?),
            hash: sha256(&bytes),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_recognised_and_hashed() {
        let keys = Keys::derive(&[7; 32]);
        let session = SessionId::generate();
        let (token, hash) = keys.refresh_token(session);
        assert!(token.expose().starts_with("hsr_"));
        let read = keys.read_refresh_token(token.expose()).unwrap();
        assert_eq!((read.session_id, read.hash), (session, hash));
    }

    #[test]
    fn a_changed_or_foreign_token_is_not_recognised() {
        let keys = Keys::derive(&[7; 32]);
        let (token, _) = keys.refresh_token(SessionId::generate());
        let mut changed = token.expose().to_owned().into_bytes();
        changed[10] = if changed[10] == b'A' { b'B' } else { b'A' };
        assert!(
            keys.read_refresh_token(std::str::from_utf8(&changed).unwrap())
                .is_none()
        );
        assert!(
            Keys::derive(&[8; 32])
                .read_refresh_token(token.expose())
                .is_none()
        );
        for bad in [
            "",
            "hsr_",
            "hsr_AAAA",
            "hst_AAAA",
            &format!("{}AAAA", token.expose()),
        ] {
            assert!(keys.read_refresh_token(bad).is_none(), "{bad}");
        }
    }
}
