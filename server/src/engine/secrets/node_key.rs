//! Keys of nodes. Agents make them; the store has a hash.

use super::mac::sha256;
use crate::domain::enrolment::NODE_KEY_PREFIX;
use crate::domain::session::SecretHash;

/// Base64url of 32 bytes without padding.
const CHARACTERS: usize = 43;

/// What a key is looked up by; `None` when the text cannot be one.
pub fn node_key_hash(key: &str) -> Option<SecretHash> {
    let text = key.strip_prefix(NODE_KEY_PREFIX)?;
    let sound = text.len() == CHARACTERS
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    sound.then(|| sha256(key.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_prefix_and_43_characters_of_base64url() {
        assert!(node_key_hash(&format!("hsa_{}", "aB-_9".repeat(9)[..43].to_owned())).is_some());
        for bad in [
            "",
            "hsa_",
            &format!("hst_{}", "a".repeat(43)),
            &format!("hsa_{}", "a".repeat(42)),
            &format!("hsa_{}", "+".repeat(43)),
        ] {
            assert_eq!(node_key_hash(bad), None, "{bad}");
        }
    }
}
