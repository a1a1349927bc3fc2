//! How a webhook knows that a message is ours, and not an old one: docs/webhooks.md has the other side.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::domain::secret::Secret;

/// The length of a block of SHA-256, which HMAC fills its key up to.
const BLOCK: usize = 64;

/// `v1=` and the HMAC-SHA256, in hexadecimal, of the timestamp, a dot and the body.
pub(super) fn signature(secret: &Secret, timestamp: &str, body: &[u8]) -> String {
    let mut key = [0; BLOCK];
    let secret = secret.expose().as_bytes();
    if secret.len() > BLOCK {
        key[..32].copy_from_slice(&Sha256::digest(secret));
    } else {
        key[..secret.len()].copy_from_slice(secret);
    }
    let mut hmac = Hmac::<Sha256>::new(&key.into());
    hmac.update(timestamp.as_bytes());
    hmac.update(b".");
    hmac.update(body);
    let mut text = "v1=".to_owned();
    for byte in hmac.finalize().into_bytes() {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(digit.into(), 16).unwrap_or_default());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_other_programs_compute() {
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac 'a secret of some length'
        let expected = "v1=e09db3ce6e6e8f9b633a62851e5074a9e9148ac19b1c0e1a8f7c352380be630b";
        let signed = signature(
            &Secret::new("a secret of some length"),
            "1700000000",
            br#"{"a":1}"#,
        );
        assert_eq!(signed, expected);
    }

    #[test]
    fn a_long_secret_is_hashed_first() {
        let long = "s".repeat(100);
        let signed = signature(&Secret::new(long), "1", b"x");
        assert_eq!(
            signed,
            "v1=640b9b01275923f2b730b583397155c05b65b347c7886f9b39fa95a913d734fc"
        );
    }
}
