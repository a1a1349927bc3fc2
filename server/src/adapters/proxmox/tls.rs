//! Who is trusted at the other end: the cluster's root, pinned certificates, or the system's roots.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use sha2::{Digest, Sha256};

use super::settings::ProxmoxSettings;

type Fingerprint = [u8; 32];

/// The TLS side of every connection to this cluster, or what is wrong with the settings.
pub(super) fn client_config(settings: &ProxmoxSettings) -> Result<ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let pins = settings
        .fingerprints
        .iter()
        .map(|text| parse_fingerprint(text).ok_or_else(|| format!("{text:?} is not a SHA-256 fingerprint")))
        .collect::<Result<Vec<_>, _>>()?;
    let roots = match operator_roots(settings)? {
        Some(roots) => Some(roots),
        None if pins.is_empty() => Some(system_roots()?),
        None => None,
    };
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    if pins.is_empty() {
        let roots = roots.unwrap_or_else(RootCertStore::empty);
        return Ok(builder.with_root_certificates(roots).with_no_client_auth());
    }
    let chain = match roots {
        Some(roots) => Some(
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .build()
                .map_err(|error| error.to_string())?,
        ),
        None => None,
    };
    let verifier = PinVerifier {
        pins,
        chain,
        provider,
    };
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

fn operator_roots(settings: &ProxmoxSettings) -> Result<Option<RootCertStore>, String> {
    let mut pems = Vec::new();
    if let Some(path) = &settings.ca_file {
        let pem = std::fs::read(path).map_err(|error| format!("read {}: {error}", path.display()))?;
        pems.push(pem);
    }
    pems.extend(settings.ca_pem.as_ref().map(|pem| pem.clone().into_bytes()));
    if pems.is_empty() {
        return Ok(None);
    }
    let mut roots = RootCertStore::empty();
    for pem in pems {
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            let certificate = certificate.map_err(|error| format!("read the root certificate: {error}"))?;
            roots
                .add(certificate)
                .map_err(|error| format!("use the root certificate: {error}"))?;
        }
    }
    if roots.is_empty() {
        return Err("the root certificate file holds no certificate".to_owned());
    }
    Ok(Some(roots))
}

fn system_roots() -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if added == 0 {
        return Err("this system has no root certificates; give ca_file or fingerprints".to_owned());
    }
    Ok(roots)
}

fn parse_fingerprint(text: &str) -> Option<Fingerprint> {
    let hex: String = text.chars().filter(|c| *c != ':').collect();
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Takes a certificate that is pinned, or one that the operator's root vouches for. The peer must
/// prove that it holds the key in either case.
#[derive(Debug)]
struct PinVerifier {
    pins: Vec<Fingerprint>,
    chain: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for PinVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let seen: Fingerprint = Sha256::digest(end_entity.as_ref()).into();
        if self.pins.contains(&seen) {
            return Ok(ServerCertVerified::assertion());
        }
        match &self.chain {
            Some(chain) => {
                chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            }
            None => Err(CertificateError::ApplicationVerificationFailure.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_with_and_without_colons() {
        let plain = "ab".repeat(32);
        let colons = vec!["AB"; 32].join(":");
        assert_eq!(parse_fingerprint(&plain), Some([0xab; 32]));
        assert_eq!(parse_fingerprint(&colons), Some([0xab; 32]));
        for wrong in ["", "ab", &"zz".repeat(32), &"é".repeat(32)] {
            assert_eq!(parse_fingerprint(wrong), None, "{wrong}");
        }
    }
}
