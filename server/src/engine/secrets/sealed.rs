//! Secrets of channels as they are kept: ChaCha20-Poly1305 under a key of this installation, bound to what they are
//! a secret of, so that one cannot be moved to another row.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::keys::Keys;
use super::mac::Key;
use crate::domain::ids::ChannelId;
use crate::domain::secret::Secret;

/// What sealed texts of this kind begin with.
const VERSION: &str = "1.";

/// Cannot happen: the key has the right length and the texts are short.
#[derive(Debug, thiserror::Error)]
#[error("the secret cannot be sealed")]
pub struct SealError;

/// What a secret of a channel is bound to.
pub fn channel_secret(id: ChannelId, field: &str) -> String {
    format!("channel/{id}/{field}")
}

impl Keys {
    /// `of` says what it is a secret of, such as [`channel_secret`].
    pub fn seal(&self, of: &str, secret: &Secret) -> Result<String, SealError> {
        let nonce: [u8; NONCE_LEN] = rand::random();
        let mut text = secret.expose().as_bytes().to_vec();
        cipher(&self.channel)
            .and_then(|cipher| {
                let aad = Aad::from(of.as_bytes());
                cipher
                    .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut text)
                    .ok()
            })
            .ok_or(SealError)?;
        let mut bytes = nonce.to_vec();
        bytes.append(&mut text);
        Ok(format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// `None` when it was sealed under another key, or of something else.
    pub fn unseal(&self, of: &str, sealed: &str) -> Option<Secret> {
        let mut bytes = URL_SAFE_NO_PAD.decode(sealed.strip_prefix(VERSION)?).ok()?;
        let (nonce, text) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let clear = cipher(&self.channel)?
            .open_in_place(nonce, Aad::from(of.as_bytes()), text)
            .ok()?;
        std::str::from_utf8(clear).ok().map(Secret::new)
    }
}

fn cipher(key: &Key) -> Option<LessSafeKey> {
    UnboundKey::new(&CHACHA20_POLY1305, &key.0)
        .ok()
        .map(LessSafeKey::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_for_what_it_was_sealed_for_only() {
        let keys = Keys::derive(&[7; 32]);
        let secret = Secret::new("https://hooks.example.org/services/T0/B0/xyz");
        let sealed = keys.seal("channel:1:url", &secret).unwrap();
        assert!(!sealed.contains("hooks"));
        assert_eq!(keys.unseal("channel:1:url", &sealed), Some(secret.clone()));
        assert_eq!(keys.unseal("channel:2:url", &sealed), None);
        assert_eq!(Keys::derive(&[8; 32]).unseal("channel:1:url", &sealed), None);
        assert_ne!(
            keys.seal("channel:1:url", &secret).unwrap(),
            sealed,
            "no two are alike"
        );
        let last = sealed.len() - 1;
        for bad in ["", "1.", "1.AAAA", &sealed[..last], &sealed[2..]] {
            assert_eq!(keys.unseal("channel:1:url", bad), None, "{bad}");
        }
    }
}
