//! Tokens by which machines join.

use super::checked_token;
use crate::domain::enrolment::ENROLMENT_TOKEN_PREFIX;
use crate::domain::secret::Secret;
use crate::domain::session::SecretHash;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEnrolmentToken {
    pub secret: Secret,
    pub hash: SecretHash,
}

impl NewEnrolmentToken {
    pub fn generate() -> Self {
        let (secret, hash) = checked_token::generate(ENROLMENT_TOKEN_PREFIX);
        Self { secret, hash }
    }
}

/// What the store keeps of a token; `None` when the text cannot be one.
pub fn enrolment_token_hash(token: &str) -> Option<SecretHash> {
    checked_token::hash(ENROLMENT_TOKEN_PREFIX, token)
}
