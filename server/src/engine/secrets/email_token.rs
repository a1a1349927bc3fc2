//! What links in e-mails carry: base64url of the link's id and its HMAC. Nothing secret is stored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::keys::Keys;
use super::mac::{mac, same_bytes};
use crate::domain::codes::Code;
use crate::domain::ids::EmailTokenId;
use crate::domain::secret::Secret;
use crate::domain::session::EmailTokenKind;

const ID: usize = 16;
const LENGTH: usize = ID + 32;

impl Keys {
    pub fn email_token(&self, kind: EmailTokenKind, id: EmailTokenId) -> Secret {
        let mut bytes = [0; LENGTH];
        bytes[..ID].copy_from_slice(id.as_uuid().as_bytes());
        bytes[ID..].copy_from_slice(&self.email_tag(kind, id));
        Secret::new(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The link that a token belongs to; `None` when the token is not ours or of another kind.
    pub fn read_email_token(&self, kind: EmailTokenKind, token: &str) -> Option<EmailTokenId> {
        let mut bytes = [0; LENGTH];
        let length = URL_SAFE_NO_PAD.decode_slice(token, &mut bytes).ok()?;
        let id = EmailTokenId::from_uuid(Uuid::from_slice(&bytes[..ID]).ok()?);
        (length == LENGTH && same_bytes(&self.email_tag(kind, id), &bytes[ID..])).then_some(id)
    }

    fn email_tag(&self, kind: EmailTokenKind, id: EmailTokenId) -> [u8; 32] {
        mac(
            &self.email,
            &[kind.code().as_bytes(), &[0], id.as_uuid().as_bytes()],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_its_own_link_of_its_own_kind_only() {
        let keys = Keys::derive(&[7; 32]);
        let id = EmailTokenId::generate();
        let token = keys.email_token(EmailTokenKind::Verification, id);
        let read = |keys: &Keys, kind, text: &str| keys.read_email_token(kind, text);
        assert_eq!(
            read(&keys, EmailTokenKind::Verification, token.expose()),
            Some(id)
        );
        assert_eq!(read(&keys, EmailTokenKind::PasswordReset, token.expose()), None);
        assert_eq!(
            read(
                &Keys::derive(&[8; 32]),
                EmailTokenKind::Verification,
                token.expose()
            ),
            None
        );
        for bad in [
            "",
            "AAAA",
            &token.expose()[..40],
            &format!("{}AAAA", token.expose()),
        ] {
            assert_eq!(read(&keys, EmailTokenKind::Verification, bad), None, "{bad}");
        }
    }
}
