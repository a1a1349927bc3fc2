//! Root passwords: made up here, shown once, and kept only as a hash.

use sha_crypt::{PasswordHasher, ShaCrypt};

use super::error::{Error, Result};
use super::passwords::HashTurns;

/// Without `0 O o 1 l I`, which people mistake for each other.
const ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
const LENGTH: usize = 24;
/// Sixteen characters once encoded, the most that crypt(3) takes.
const SALT_BYTES: usize = 12;
/// What crypt(3) assumes when a hash does not say.
const DEFAULT_ROUNDS: &str = "rounds=5000$";

/// A password on its way to the caller. Debug output does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct RootPassword(String);

impl std::fmt::Debug for RootPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RootPassword(…)")
    }
}

impl RootPassword {
    pub fn generate() -> Self {
        let password = (0..LENGTH).map(|_| char::from(ALPHABET[rand::random_range(0..ALPHABET.len())]));
        Self(password.collect())
    }

    /// For the answer to the caller, and nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The `$6$` hash.
    pub async fn hash(&self, turns: &HashTurns) -> Result<String> {
        let password = self.0.clone();
        turns.compute(move || sha512_crypt(&password)).await?
    }
}

fn sha512_crypt(password: &str) -> Result<String> {
    let salt: [u8; SALT_BYTES] = rand::random();
    let hash = ShaCrypt::SHA512
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|error| Error::Internal(error.to_string().into()))?;
    // Proxmox VE knows `$6$salt$hash` and nothing between.
    Ok(hash.as_str().replacen(DEFAULT_ROUNDS, "", 1))
}

#[cfg(test)]
mod tests {
    use sha_crypt::{PasswordHash, PasswordVerifier};

    use super::*;

    #[test]
    fn a_password_is_long_and_unambiguous() {
        let password = RootPassword::generate();
        assert_eq!(password.reveal().len(), LENGTH);
        assert!(password.reveal().bytes().all(|c| ALPHABET.contains(&c)));
        assert_ne!(password, RootPassword::generate());
        assert!(!format!("{password:?}").contains(password.reveal()));
    }

    #[test]
    fn the_hash_is_plain_sha512_crypt() {
        let hash = sha512_crypt("correct horse").unwrap();
        let fields: Vec<&str> = hash.split('$').collect();
        assert_eq!(fields[..2], ["", "6"]);
        assert_eq!((fields[2].len(), fields[3].len(), fields.len()), (16, 86, 4));
        let parsed = PasswordHash::new(&hash).unwrap();
        assert!(
            ShaCrypt::SHA512
                .verify_password(b"correct horse", &parsed)
                .is_ok()
        );
        assert!(ShaCrypt::SHA512.verify_password(b"wrong horse", &parsed).is_err());
    }
}
