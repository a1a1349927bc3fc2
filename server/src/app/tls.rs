//! The server's certificate: the operator's own, or a self-signed one made at the first start.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use tokio_rustls::TlsAcceptor;

use super::certificate::RenewedCertificate;
use super::state_files::write_private;
use crate::config::{TlsConfig, TlsMode};

const CERTIFICATE: &str = "self-signed.pem";
const KEY: &str = "self-signed.key";

/// `None` when TLS is off.
pub(super) fn acceptor(config: &TlsConfig, state_dir: &Path) -> anyhow::Result<Option<TlsAcceptor>> {
    let (certificate, key) = match (config.mode, &config.certificate, &config.key) {
        (TlsMode::Off, _, _) => return Ok(None),
        (TlsMode::Files, Some(certificate), Some(key)) => (certificate.clone(), key.clone()),
        (TlsMode::Files, _, _) => bail!("tls.mode is `files`: set tls.certificate and tls.key"),
        (TlsMode::SelfSigned, _, _) => {
            let (certificate, key) = (state_dir.join(CERTIFICATE), state_dir.join(KEY));
            if !certificate.exists() || !key.exists() {
                make_self_signed(&config.names, &certificate, &key)?;
            }
            (certificate, key)
        }
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let certificates = RenewedCertificate::load(certificate, key, Arc::clone(&provider))?;
    let mut tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(certificates));
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Some(TlsAcceptor::from(Arc::new(tls))))
}

fn make_self_signed(names: &[String], certificate: &Path, key: &Path) -> anyhow::Result<()> {
    let mut all = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    all.extend(
        std::fs::read_to_string("/etc/hostname")
            .ok()
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty()),
    );
    all.extend(names.iter().cloned());
    let mut params = CertificateParams::new(all).context("make a self-signed certificate for tls.names")?;
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, "hostlerd (self-signed)");
    params.distinguished_name = name;
    let pair = KeyPair::generate()?;
    let made = params.self_signed(&pair)?;
    write_private(key, pair.serialize_pem().as_bytes())?;
    write_private(certificate, made.pem().as_bytes())?;
    tracing::info!(certificate = %certificate.display(), "made a self-signed certificate; clients need it as their root");
    Ok(())
}
