//! HMAC-SHA256 and comparisons that take the same time whatever differs.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::session::SecretHash;

/// One key for one purpose.
#[derive(Clone, Copy)]
pub(super) struct Key(pub(super) [u8; 32]);

/// The HMAC of the parts under `key`. Every part but the last must have a fixed length or end in a
/// zero byte, so that two lists of parts never read the same.
pub(super) fn mac(key: &Key, parts: &[&[u8]]) -> [u8; 32] {
    // HMAC pads short keys with zeroes up to the block; doing it here leaves nothing that can fail.
    let mut block = [0; 64];
    block[..32].copy_from_slice(&key.0);
    let mut hmac = Hmac::<Sha256>::new(&block.into());
    for part in parts {
        hmac.update(part);
    }
    hmac.finalize().into_bytes().into()
}

pub(super) fn sha256(bytes: &[u8]) -> SecretHash {
    SecretHash(Sha256::digest(bytes).into())
}

pub(super) fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// Compares two hashes in constant time.
pub fn same_hash(a: SecretHash, b: SecretHash) -> bool {
    same_bytes(&a.0, &b.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_hmac_of_rfc_4231() {
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let tag = mac(&Key(key), &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(tag[..4], [0x5b, 0xdc, 0xc1, 0x46]);
        assert_eq!(tag[28..], [0x64, 0xec, 0x38, 0x43]);
    }
}
