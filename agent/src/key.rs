//! The secret by which the server knows the node: 32 random bytes, told as `hsa_` and 43 characters.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::error::Unspecified;
use ring::rand::{SecureRandom as _, SystemRandom};

const PREFIX: &str = "hsa_";
const BYTES: usize = 32;

/// A node's key. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct AgentKey(String);

/// A text is no key. What it is stays untold: it may be half of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it holds no key, which is hsa_ and 43 characters")]
pub(crate) struct NoKey;

impl AgentKey {
    /// Makes a key that nobody has had before. An error when the machine gives no random numbers.
    pub(crate) fn generate() -> Result<Self, Unspecified> {
        let mut bytes = [0; BYTES];
        SystemRandom::new().fill(&mut bytes)?;
        Ok(Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))))
    }

    pub(crate) fn parse(text: &str) -> Result<Self, NoKey> {
        let secret = text.strip_prefix(PREFIX).ok_or(NoKey)?;
        match URL_SAFE_NO_PAD.decode(secret) {
            Ok(bytes) if bytes.len() == BYTES => Ok(Self(text.to_owned())),
            Ok(_) | Err(_) => Err(NoKey),
        }
    }

    /// The text of the key, for the server and for its file.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// What the server keeps of it.
    pub(crate) fn hash(&self) -> Vec<u8> {
        sha256(&self.0)
    }
}

impl fmt::Debug for AgentKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AgentKey(***)")
    }
}

/// SHA-256 of a text.
pub(crate) fn sha256(text: &str) -> Vec<u8> {
    digest(&SHA256, text.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_the_form_that_the_contract_gives_and_is_never_shown() {
        let key = AgentKey::generate().unwrap();
        assert_eq!(key.expose().len(), PREFIX.len() + 43);
        assert_eq!(AgentKey::parse(key.expose()), Ok(key.clone()));
        assert_eq!(key.hash().len(), 32);
        assert_eq!(format!("{key:?}"), "AgentKey(***)");
        assert_ne!(AgentKey::generate().unwrap(), key);
    }

    #[test]
    fn what_is_no_key_is_told_apart() {
        for text in [
            "",
            "hsa_",
            "hse_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "hsa_short",
            "hsa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "hsa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert_eq!(AgentKey::parse(text), Err(NoKey), "{text}");
        }
    }

    #[test]
    fn the_hash_is_sha_256_of_the_text() {
        // The first example of FIPS 180.
        assert_eq!(sha256("abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
    }
}
