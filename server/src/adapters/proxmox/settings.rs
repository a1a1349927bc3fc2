//! What the operator says about one Proxmox VE cluster.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// The secret half of an API token. It shows itself only to the transport.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenSecret(String);

impl TokenSecret {
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSecret(…)")
    }
}

#[derive(Clone, Debug)]
pub struct ProxmoxSettings {
    /// The cluster's name in our configuration.
    pub name: String,
    /// Such as `https://pve1.example.net:8006`; any node answers for the whole cluster.
    pub endpoints: Vec<String>,
    /// Such as `cp@pve!hostler`.
    pub token_id: String,
    pub token_secret: TokenSecret,
    /// The cluster's own root, `/etc/pve/pve-root-ca.pem`, as a file …
    pub ca_file: Option<PathBuf>,
    /// … or as text.
    pub ca_pem: Option<String>,
    /// SHA-256 of the nodes' certificates, `AA:BB:…` as Proxmox VE shows them or plain hex.
    /// With neither a root nor fingerprints the system's roots decide.
    pub fingerprints: Vec<String>,
    /// Guests are made members of this pool: for tokens whose rights hang on a pool.
    pub pool: Option<String>,
    /// Where root file systems go.
    pub rootfs_storage: String,
    /// Where templates are looked for; empty is every storage that has templates.
    pub template_storages: Vec<String>,
    /// The bridge that `check` looks for on every node.
    pub bridge: String,
    pub vmid_first: u32,
    pub vmid_last: u32,
    /// First tag of every guest, and the beginning of the second, which names the server.
    pub tag_prefix: String,
    /// How long one answer may take; `DEFAULT_REQUEST_TIMEOUT` suits all but tests.
    pub request_timeout: Duration,
}

/// The lowest and the highest vmid that Proxmox VE takes.
const VMIDS: std::ops::RangeInclusive<u32> = 100..=999_999_999;

impl ProxmoxSettings {
    /// A node gives itself 30 s to ask another node or its own daemon.
    pub const DEFAULT_REQUEST_TIMEOUT: Duration = Duration::from_secs(40);

    /// The first thing wrong, in plain words.
    pub(super) fn problem(&self) -> Option<String> {
        let tag_byte = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_+.-".contains(&b);
        if self.endpoints.is_empty() {
            return Some("no endpoint is given".to_owned());
        }
        if !self.token_id.contains('@') || !self.token_id.contains('!') {
            return Some("token_id must look like user@realm!token".to_owned());
        }
        if self.token_id.contains(['=', ':']) || !self.token_id.bytes().all(|b| b.is_ascii_graphic()) {
            return Some("token_id has a character that no token has".to_owned());
        }
        if !self.token_secret.expose().bytes().all(|b| b.is_ascii_graphic())
            || self.token_secret.expose().is_empty()
        {
            return Some("token_secret is empty or has a character that no secret has".to_owned());
        }
        if self.rootfs_storage.is_empty() {
            return Some("rootfs_storage is empty".to_owned());
        }
        if !VMIDS.contains(&self.vmid_first)
            || !VMIDS.contains(&self.vmid_last)
            || self.vmid_first > self.vmid_last
        {
            return Some(format!(
                "vmid_first and vmid_last must be a range within {} to {}",
                VMIDS.start(),
                VMIDS.end()
            ));
        }
        let first_of_tag = self.tag_prefix.bytes().next();
        if !first_of_tag.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            || !self.tag_prefix.bytes().all(tag_byte)
            || self.tag_prefix.len() > 64
        {
            return Some(
                "tag_prefix must be 1 to 64 of a-z 0-9 _ + . - and begin with a letter, a digit or _"
                    .to_owned(),
            );
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> ProxmoxSettings {
        ProxmoxSettings {
            name: "main".to_owned(),
            endpoints: vec!["https://127.0.0.1:8006".to_owned()],
            token_id: "cp@pve!hostler".to_owned(),
            token_secret: TokenSecret::new("11111111-2222-3333-4444-555555555555"),
            ca_file: None,
            ca_pem: None,
            fingerprints: Vec::new(),
            pool: None,
            rootfs_storage: "fast".to_owned(),
            template_storages: Vec::new(),
            bridge: "vmbr0".to_owned(),
            vmid_first: 10_000,
            vmid_last: 19_999,
            tag_prefix: "hostler".to_owned(),
            request_timeout: ProxmoxSettings::DEFAULT_REQUEST_TIMEOUT,
        }
    }

    #[test]
    fn good_settings_have_no_problem() {
        assert_eq!(settings().problem(), None);
    }

    #[test]
    fn the_secret_is_never_printed() {
        assert!(!format!("{:?}", settings()).contains("2222"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let mut no_endpoint = settings();
        no_endpoint.endpoints.clear();
        let mut no_token = settings();
        no_token.token_id = "root".to_owned();
        let mut line_break = settings();
        line_break.token_secret = TokenSecret::new("a\r\nb");
        let mut backwards = settings();
        backwards.vmid_last = 100;
        let mut tag = settings();
        tag.tag_prefix = "Hostler;x".to_owned();
        for wrong in [no_endpoint, no_token, line_break, backwards, tag] {
            assert!(wrong.problem().is_some(), "{wrong:?}");
        }
    }
}
