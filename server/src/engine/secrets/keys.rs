//! The keys of this installation, all derived from the one master key of the configuration.

use std::fmt;

use super::access_key::AccessKey;
use super::mac::{Key, mac};

/// Every instance with the same master key reads the tokens of every other.
pub struct Keys {
    pub(super) access: AccessKey,
    pub(super) refresh: Key,
    pub(super) email: Key,
    pub(super) page: Key,
    pub(super) channel: Key,
    pub(super) channel_address: Key,
    request: Key,
}

impl Keys {
    /// Derives one key a purpose. The labels never change: tokens in flight depend on them.
    pub fn derive(master: &[u8; 32]) -> Self {
        let master = Key(*master);
        let key = |label: &str| Key(mac(&master, &[label.as_bytes()]));
        Self {
            access: AccessKey::new(&key("hostler/access-token/1")),
            refresh: key("hostler/refresh-token/1"),
            email: key("hostler/email-token/1"),
            page: key("hostler/page-token/1"),
            channel: key("hostler/channel-secret/1"),
            channel_address: key("hostler/channel-address/1"),
            request: key("hostler/request-fingerprint/1"),
        }
    }

    /// What tells a request from another one of the same id. Under a key, because requests hold passwords.
    pub fn request_fingerprint(&self, action: &str, request: &[u8]) -> [u8; 32] {
        mac(&self.request, &[action.as_bytes(), &[0], request])
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}
