//! The token that a session renews itself with: `hsr_`, then base64url of session id, 32 secret bytes
//! and a tag.
//!
//! The 32 bytes of a session's first token are random; those of each further one are derived from the token
//! before it. So a refresh whose answer was lost can be answered again, though nothing but hashes is stored.
//!
//! The tag makes every token that ever was handed out recognisable, also those from before the
//! previous one: any of them coming back means that the session has been copied. Without the tag,
//! a thief could refresh twice and make the owner's token look like a mere guess.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::keys::Keys;
use super::mac::{mac, same_bytes, sha256};
use crate::domain::ids::SessionId;
use crate::domain::secret::Secret;
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
    /// The first token of a session, and what the store keeps of it.
    pub fn refresh_token(&self, session: SessionId) -> (Secret, SecretHash) {
        let mut secret = [0; 32];
        rand::fill(&mut secret);
        self.sealed_refresh_token(session, &secret)
    }

    /// The token that follows a shown one, always the same, and what the store keeps of it.
    pub fn next_refresh_token(&self, shown: &RefreshToken) -> (Secret, SecretHash) {
        let secret = mac(&self.refresh, &[b"next", &shown.hash.0]);
        self.sealed_refresh_token(shown.session_id, &secret)
    }

    fn sealed_refresh_token(&self, session: SessionId, secret: &[u8; 32]) -> (Secret, SecretHash) {
        let mut bytes = [0; LENGTH];
        bytes[..ID].copy_from_slice(session.as_uuid().as_bytes());
        bytes[ID..SIGNED].copy_from_slice(secret);
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
    fn the_token_that_follows_is_the_same_each_time_and_another_one_than_before() {
        let keys = Keys::derive(&[7; 32]);
        let (first, _) = keys.refresh_token(SessionId::generate());
        let first = keys.read_refresh_token(first.expose()).unwrap();
        let (second, hash) = keys.next_refresh_token(&first);
        assert_eq!(keys.next_refresh_token(&first), (second.clone(), hash));
        let second = keys.read_refresh_token(second.expose()).unwrap();
        assert_eq!((second.session_id, second.hash), (first.session_id, hash));
        assert_ne!(first.hash, second.hash);
        assert_ne!(keys.next_refresh_token(&second).1, hash);
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
