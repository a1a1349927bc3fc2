//! Tokens that are told from noise by looking at them: a prefix, then base64url of 32 random bytes and a checksum.
//!
//! The checksum lets scanners of leaked secrets, and this server, know a token without asking the store.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::mac::sha256;
use crate::domain::secret::Secret;
use crate::domain::session::SecretHash;

const RANDOM: usize = 32;
const CHECKSUM: usize = 4;
const LENGTH: usize = RANDOM + CHECKSUM;

pub(super) fn generate(prefix: &str) -> (Secret, SecretHash) {
    let mut bytes = [0; LENGTH];
    rand::fill(&mut bytes[..RANDOM]);
    let checksum = sha256(&bytes[..RANDOM]);
    bytes[RANDOM..].copy_from_slice(&checksum.0[..CHECKSUM]);
    let text = format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes));
    let hash = sha256(text.as_bytes());
    (Secret::new(text), hash)
}

/// What the store keeps of a token; `None` when the text cannot be one.
pub(super) fn hash(prefix: &str, token: &str) -> Option<SecretHash> {
    let mut bytes = [0; LENGTH];
    let length = URL_SAFE_NO_PAD
        .decode_slice(token.strip_prefix(prefix)?, &mut bytes)
        .ok()?;
    let checksum = sha256(&bytes[..RANDOM]);
    (length == LENGTH && checksum.0[..CHECKSUM] == bytes[RANDOM..]).then(|| sha256(token.as_bytes()))
}
