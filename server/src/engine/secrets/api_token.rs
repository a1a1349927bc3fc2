//! Tokens for programs.

use super::checked_token;
use crate::domain::api_token::API_TOKEN_PREFIX;
use crate::domain::secret::Secret;
use crate::domain::session::SecretHash;

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
        let (secret, hash) = checked_token::generate(API_TOKEN_PREFIX);
        Self {
            prefix: secret.expose().chars().take(SHOWN).collect(),
            hash,
            secret,
        }
    }
}

/// What the store keeps of a token; `None` when the text cannot be one.
pub fn api_token_hash(token: &str) -> Option<SecretHash> {
    checked_token::hash(API_TOKEN_PREFIX, token)
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
