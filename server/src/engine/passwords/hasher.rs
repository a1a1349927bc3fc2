//! Hashing and checking, off the asynchronous threads and never more than a few at a time.

use std::fmt;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

use super::turns::HashTurns;
use crate::engine::error::{Error, Result};
use crate::engine::secrets::Secret;

/// 19 MiB, 2 passes, 1 lane: OWASP's first choice for argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// The strongest imported bcrypt hash that is computed: each step more doubles the time.
const MAX_BCRYPT_COST: u32 = 14;

/// How a password compares with a stored hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Right,
    /// Right, but the hash is not made as hashes are made now: store a new one.
    RightButOld,
    Wrong,
}

impl Verdict {
    pub const fn is_right(self) -> bool {
        match self {
            Self::Right | Self::RightButOld => true,
            Self::Wrong => false,
        }
    }
}

pub struct Passwords {
    argon2: Argon2<'static>,
    turns: HashTurns,
    /// Compared with when there is no account, so that the answer takes as long.
    decoy: String,
}

impl Passwords {
    pub fn new(turns: HashTurns) -> Result<Self> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
            .map_err(|error| Error::Internal(error.to_string().into()))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        Ok(Self {
            argon2,
            turns,
            decoy: decoy(),
        })
    }

    pub async fn hash(&self, password: &Secret) -> Result<String> {
        let argon2 = self.argon2.clone();
        let password = password.clone();
        self.turns
            .compute(move || hash(&argon2, password.expose().as_bytes()))
            .await?
    }

    pub async fn verify(&self, password: &Secret, stored: &str) -> Result<Verdict> {
        let argon2 = self.argon2.clone();
        let password = password.clone();
        let stored = stored.to_owned();
        self.turns
            .compute(move || verify(&argon2, password.expose().as_bytes(), &stored))
            .await
    }

    /// Takes as long as [`Passwords::verify`] of an account that exists.
    pub async fn verify_nothing(&self, password: &Secret) -> Result<()> {
        self.verify(password, &self.decoy).await.map(|_| ())
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passwords(..)")
    }
}

/// A hash of zeros with today's cost: no password is known for it, and none was computed for it, which
/// would cost every start its time and memory.
fn decoy() -> String {
    let (salt, output) = ("A".repeat(22), "A".repeat(43));
    format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${output}")
}

fn hash(argon2: &Argon2<'_>, password: &[u8]) -> Result<String> {
    argon2
        .hash_password_with_salt(password, &rand::random::<[u8; 16]>())
        .map(|hash: PasswordHash| hash.to_string())
        .map_err(|error| Error::Internal(error.to_string().into()))
}

fn verify(argon2: &Argon2<'_>, password: &[u8], stored: &str) -> Verdict {
    if let Some(cost) = bcrypt_cost(stored) {
        // Bcrypt reads 72 bytes: the imported hashes were made that way, and are replaced at once.
        let right = cost <= MAX_BCRYPT_COST && bcrypt::verify(password, stored).unwrap_or(false);
        return if right {
            Verdict::RightButOld
        } else {
            Verdict::Wrong
        };
    }
    let Ok(parsed) = PasswordHash::new(stored) else {
        return Verdict::Wrong;
    };
    if argon2.verify_password(password, &parsed).is_err() {
        return Verdict::Wrong;
    }
    match Params::try_from(&parsed) {
        Ok(params)
            if params.m_cost() >= MEMORY_KIB && params.t_cost() >= PASSES && params.p_cost() == LANES =>
        {
            Verdict::Right
        }
        Ok(_) | Err(_) => Verdict::RightButOld,
    }
}

/// The cost of a bcrypt hash such as `$2b$12$…`; `None` for any other text.
fn bcrypt_cost(stored: &str) -> Option<u32> {
    let rest = ["$2a$", "$2b$", "$2x$", "$2y$"]
        .iter()
        .find_map(|prefix| stored.strip_prefix(prefix))?;
    rest.split('$').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text)
    }

    #[tokio::test]
    async fn the_decoy_is_computed_like_any_hash() {
        let passwords = Passwords::new(HashTurns::default()).unwrap();
        let parsed = PasswordHash::new(&passwords.decoy).unwrap();
        let real = passwords.hash(&secret("a good password")).await.unwrap();
        let cost = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(parsed.to_string(), passwords.decoy);
        assert_eq!(cost(&passwords.decoy), cost(&real));
        assert_eq!(passwords.decoy.len(), real.len());
    }

    #[tokio::test]
    async fn a_password_is_hashed_with_argon2id_and_verifies() {
        let passwords = Passwords::new(HashTurns::default()).unwrap();
        let hash = passwords.hash(&secret("a good password")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(
            passwords.verify(&secret("a good password"), &hash).await.unwrap(),
            Verdict::Right
        );
        assert_eq!(
            passwords.verify(&secret("a bad password"), &hash).await.unwrap(),
            Verdict::Wrong
        );
        passwords
            .verify_nothing(&secret("a good password"))
            .await
            .unwrap();
    }

    #[tokio::test]
    async fn an_imported_bcrypt_hash_verifies_and_is_to_be_replaced() {
        let passwords = Passwords::new(HashTurns::default()).unwrap();
        let hash = bcrypt::hash("a good password", 4).unwrap();
        assert_eq!(
            passwords.verify(&secret("a good password"), &hash).await.unwrap(),
            Verdict::RightButOld
        );
        assert_eq!(
            passwords.verify(&secret("a bad password"), &hash).await.unwrap(),
            Verdict::Wrong
        );
        let costly = hash.replacen("$04$", "$31$", 1);
        assert_eq!(
            passwords
                .verify(&secret("a good password"), &costly)
                .await
                .unwrap(),
            Verdict::Wrong
        );
    }

    #[tokio::test]
    async fn a_weaker_argon2_hash_is_to_be_replaced_and_nonsense_is_wrong() {
        let passwords = Passwords::new(HashTurns::default()).unwrap();
        let weak = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(1024, 1, 1, None).unwrap(),
        );
        let hash = hash(&weak, b"a good password").unwrap();
        assert_eq!(
            passwords.verify(&secret("a good password"), &hash).await.unwrap(),
            Verdict::RightButOld
        );
        for nonsense in ["", "plain", "$argon2id$", "$2b$"] {
            assert_eq!(
                passwords.verify(&secret("plain"), nonsense).await.unwrap(),
                Verdict::Wrong
            );
        }
    }

    #[tokio::test]
    async fn too_many_at_once_are_sent_away() {
        let crowded = Passwords::new(HashTurns::new(1, 0)).unwrap();
        let error = crowded.hash(&secret("a good password")).await.unwrap_err();
        assert!(matches!(error, Error::TooMany { .. }));
        let passwords = Passwords::new(HashTurns::new(1, 1)).unwrap();
        for _ in 0..2 {
            assert!(passwords.hash(&secret("a good password")).await.is_ok());
        }
    }
}
