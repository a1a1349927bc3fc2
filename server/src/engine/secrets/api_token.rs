//! Tokens for programs: `hst_`, then base64url of 32 random bytes and a checksum.
//!
//! The checksum lets scanners of leaked secrets, and this server, tell a token from noise without
//! asking the store.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::mac::sha256;
use crate::domain::api_token::API_TOKEN_PREFIX;
use crate::domain::secret::Secret;
use crate::domain::session::SecretHash;

const RANDOM: usize = 32;
const CHECKSUM: usize = 4;
const LENGTH: usize = RANDOM + CHECKSUM;
/// Characters that lists show of a token.
const SHOWN: usize = 12;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewApiToken {
    pub secret: Secret,
    pub prefix: String,
    pub hash: SecretHash,
}

impl NewApiToken {
    pub fn generate() -> Self {
        let mut bytes = [0; LENGTH];
        rand::fill(&mut bytes[..RANDOM]);
        let checksum = sha256(&bytes[..RANDOM]);
        bytes[RANDOM..].copy_from_slice(&checksum.0[..CHECKSUM]);
        let text = format!("{API_TOKEN_PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
        Self {
            prefix: text.chars().take(SHOWN).collect(),
            hash: sha256(text.as_bytes()),
            secret: Secret::new(text),
        }
    }
}

/// What the store keeps of a token; `None` when the text cannot be one.
pub fn api_token_hash(token: &str) -> Option<SecretHash> {
    let mut bytes = [0; LENGTH];
    let length = URL_SAFE_NO_PAD
        .decode_slice(token.strip_prefix(API_TOKEN_PREFIX)?, &mut bytes)
        .ok()?;
    let checksum = sha256(&bytes[..RANDOM]);
    (length == LENGTH && checksum.0[..CHECKSUM] == bytes[RANDOM..]).then(|| sha256(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_recognised_by_its_checksum() {
        let token = NewApiToken::generate();
        assert_eq!(token.secret.expose().len(), 4 + 48);
        assert!(token.secret.expose().starts_with(&token.prefix) && token.prefix.len() == 12);
        assert_eq!(api_token_hash(token.secret.expose()), Some(token.hash));
        assert_ne!(NewApiToken::generate().hash, token.hash);
    }

    #[test]
    fn a_mistyped_token_is_noise() {
        let text = NewApiToken::generate().secret.expose().to_owned();
        let typo = if &text[20..21] == "A" { "B" } else { "A" };
        let mistyped = format!("{}{typo}{}", &text[..20], &text[21..]);
        for bad in [
            mistyped.as_str(),
            "",
            "hst_",
            "hst_AAAA",
            &text[..50],
            &format!("{text}A"),
        ] {
            assert_eq!(api_token_hash(bad), None, "{bad}");
        }
    }
}
