//! Public SSH keys that may sign in as root.

use serde::{Deserialize, Serialize};

/// Keys a server can be created with.
pub const MAX_SSH_KEYS: usize = 10;
/// Bytes a key may have, comment included.
pub const MAX_SSH_KEY_BYTES: usize = 8 * 1024;

const ALGORITHMS: &[&str] = &[
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
];

/// A public key in OpenSSH's one-line form: algorithm, base64, and a comment if there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SshPublicKey(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SshKeyError {
    #[error("must be at most 8 KiB")]
    TooLong,
    #[error("must be one line without control characters")]
    NotOneLine,
    #[error(
        "must begin with ssh-ed25519, ssh-rsa, ecdsa-sha2-nistp256, -384 or -521, or a sk- type of these"
    )]
    UnknownAlgorithm,
    #[error("must carry the key in base64 after its type")]
    BadEncoding,
}

impl SshPublicKey {
    /// Space around the line is dropped: people paste it.
    pub fn parse(text: &str) -> Result<Self, SshKeyError> {
        let line = text.trim();
        if line.len() > MAX_SSH_KEY_BYTES {
            return Err(SshKeyError::TooLong);
        }
        if line.chars().any(char::is_control) {
            return Err(SshKeyError::NotOneLine);
        }
        let mut words = line.split(' ');
        let algorithm = words.next().unwrap_or_default();
        if !ALGORITHMS.contains(&algorithm) {
            return Err(SshKeyError::UnknownAlgorithm);
        }
        let blob = words.next().unwrap_or_default();
        if is_key_blob(blob) {
            Ok(Self(line.to_owned()))
        } else {
            Err(SshKeyError::BadEncoding)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The blob begins with the length of the algorithm's name, whose upper bytes are zero: `AAAA`.
fn is_key_blob(blob: &str) -> bool {
    let body = blob.trim_end_matches('=');
    blob.len() >= 44
        && blob.len().is_multiple_of(4)
        && blob.len() - body.len() <= 2
        && blob.starts_with("AAAA")
        && body
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '+' || c == '/')
}

impl TryFrom<String> for SshPublicKey {
    type Error = SshKeyError;

    fn try_from(text: String) -> Result<Self, SshKeyError> {
        Self::parse(&text)
    }
}

impl From<SshPublicKey> for String {
    fn from(key: SshPublicKey) -> Self {
        key.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOB: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIGoodGoodGoodGoodGoodGoodGoodGoodGoodGoodGoo";

    #[test]
    fn a_key_is_a_type_a_blob_and_maybe_a_comment() {
        for good in [
            format!("ssh-ed25519 {BLOB}"),
            format!("  ssh-ed25519 {BLOB} ann@laptop, at home\n"),
            format!("sk-ssh-ed25519@openssh.com {BLOB} key"),
        ] {
            assert!(SshPublicKey::parse(&good).is_ok(), "{good}");
        }
    }

    #[test]
    fn what_is_not_a_key_is_refused_with_its_reason() {
        let cases = [
            (String::new(), SshKeyError::UnknownAlgorithm),
            (format!("ssh-dss {BLOB}"), SshKeyError::UnknownAlgorithm),
            (
                format!("command=\"x\" ssh-ed25519 {BLOB}"),
                SshKeyError::UnknownAlgorithm,
            ),
            ("ssh-ed25519".to_owned(), SshKeyError::BadEncoding),
            ("ssh-ed25519 AAAA*".to_owned(), SshKeyError::BadEncoding),
            (
                format!("ssh-ed25519 {BLOB}\nssh-rsa {BLOB}"),
                SshKeyError::NotOneLine,
            ),
            (
                format!("ssh-rsa {}", "A".repeat(MAX_SSH_KEY_BYTES)),
                SshKeyError::TooLong,
            ),
        ];
        for (text, problem) in cases {
            assert_eq!(SshPublicKey::parse(&text), Err(problem), "{text}");
        }
    }
}
