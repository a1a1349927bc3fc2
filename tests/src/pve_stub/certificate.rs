//! A cluster's own root and a node's certificate, as Proxmox VE makes them.

use std::sync::Arc;

use anyhow::Context as _;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls_pki_types::PrivateKeyDer;
use sha2::{Digest, Sha256};

pub(super) struct Identity {
    pub(super) root_pem: String,
    /// SHA-256 of the node's certificate, in hex.
    pub(super) fingerprint: String,
    pub(super) tls: Arc<ServerConfig>,
}

pub(super) fn identity() -> anyhow::Result<Identity> {
    let mut root = CertificateParams::new(Vec::new()).context("describe the root")?;
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.distinguished_name
        .push(DnType::CommonName, "Proxmox Virtual Environment");
    let root = CertifiedIssuer::self_signed(root, KeyPair::generate().context("make the root's key")?)
        .context("make the root")?;
    let names = ["127.0.0.1", "localhost"].map(str::to_owned);
    let mut leaf = CertificateParams::new(names).context("describe the node")?;
    leaf.distinguished_name.push(DnType::CommonName, "pve1");
    let key = KeyPair::generate().context("make the node's key")?;
    let leaf = leaf
        .signed_by(&key, &root)
        .context("make the node's certificate")?;
    let hex: Vec<String> = Sha256::digest(leaf.der())
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    let tls = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![leaf.der().clone()],
            PrivateKeyDer::Pkcs8(key.serialize_der().into()),
        )?;
    Ok(Identity {
        root_pem: root.pem(),
        fingerprint: hex.join(":"),
        tls: Arc::new(tls),
    })
}
