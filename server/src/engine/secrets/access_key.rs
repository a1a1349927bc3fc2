//! The key of access tokens, ready for the library that signs and reads them.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation};

use super::mac::Key;

pub(super) const ISSUER: &str = "hostler";
pub(super) const ALGORITHM: Algorithm = Algorithm::HS256;

pub(super) struct AccessKey {
    pub(super) encoding: EncodingKey,
    pub(super) decoding: DecodingKey,
    pub(super) validation: Validation,
}

impl AccessKey {
    pub(super) fn new(key: &Key) -> Self {
        // The algorithm is pinned here; what the token's header asks for does not count.
        let mut validation = Validation::new(ALGORITHM);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["iss", "sub", "exp"]);
        // The library reads the system's clock; expiry is checked by the reader, against ours.
        validation.validate_exp = false;
        Self {
            encoding: EncodingKey::from_secret(&key.0),
            decoding: DecodingKey::from_secret(&key.0),
            validation,
        }
    }
}
