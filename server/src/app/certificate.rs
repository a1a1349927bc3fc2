//! A certificate that is read again once its files have changed, so that a renewed one needs no restart.
//!
//! Handshakes look at the times of the files, once a minute at most. Files that do not fit together (only one
//! of them is written yet) leave the old certificate in use, and the next change is tried again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use anyhow::Context;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

const PERIOD: Duration = Duration::from_mins(1);

/// When the files were written: the certificate and the key. `None` for one that cannot be seen.
type Written = [Option<SystemTime>; 2];

#[derive(Debug)]
pub(super) struct RenewedCertificate {
    certificate: PathBuf,
    key: PathBuf,
    provider: Arc<CryptoProvider>,
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    pair: Arc<CertifiedKey>,
    written: Written,
    looked: Instant,
}

impl RenewedCertificate {
    pub(super) fn load(
        certificate: PathBuf,
        key: PathBuf,
        provider: Arc<CryptoProvider>,
    ) -> anyhow::Result<Self> {
        // The times come first: what is written while we read is seen the next time.
        let written = written(&certificate, &key);
        let pair = Arc::new(read(&certificate, &key, &provider)?);
        let current = Mutex::new(Current {
            pair,
            written,
            looked: Instant::now(),
        });
        Ok(Self {
            certificate,
            key,
            provider,
            current,
        })
    }

    fn at(&self, now: Instant) -> Arc<CertifiedKey> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if now.saturating_duration_since(current.looked) >= PERIOD {
            current.looked = now;
            let written = written(&self.certificate, &self.key);
            if written != current.written {
                current.written = written;
                match read(&self.certificate, &self.key, &self.provider) {
                    Ok(pair) => {
                        current.pair = Arc::new(pair);
                        tracing::info!(certificate = %self.certificate.display(), "took the renewed certificate");
                    }
                    Err(error) => {
                        tracing::error!("the renewed certificate is not used, the old one stays: {error:#}");
                    }
                }
            }
        }
        Arc::clone(&current.pair)
    }
}

impl ResolvesServerCert for RenewedCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.at(Instant::now()))
    }
}

fn written(certificate: &Path, key: &Path) -> Written {
    [certificate, key].map(|path| fs::metadata(path).and_then(|data| data.modified()).ok())
}

fn read(certificate: &Path, key: &Path, provider: &CryptoProvider) -> anyhow::Result<CertifiedKey> {
    let text = fs::read(certificate)
        .with_context(|| format!("read the certificate {} (tls.certificate)", certificate.display()))?;
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .with_context(|| format!("read the certificate {}", certificate.display()))?;
    let text = fs::read(key).with_context(|| format!("read the key {} (tls.key)", key.display()))?;
    let secret =
        PrivateKeyDer::from_pem_slice(&text).with_context(|| format!("read the key {}", key.display()))?;
    CertifiedKey::from_der(chain, secret, provider).with_context(|| {
        format!(
            "use the certificate {} with the key {}",
            certificate.display(),
            key.display()
        )
    })
}

#[cfg(test)]
mod tests {
    use rcgen::generate_simple_self_signed;

    use super::*;

    /// Writes a file as if it had been done this many seconds after the first.
    fn write(path: &Path, text: &str, seconds: u64) {
        fs::write(path, text).unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds);
        fs::File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_modified(time)
            .unwrap();
    }

    #[test]
    fn a_renewed_certificate_is_used_once_it_fits_its_key() {
        let directory = tempfile::tempdir().unwrap();
        let (certificate, key) = (directory.path().join("tls.pem"), directory.path().join("tls.key"));
        let pairs = [(), ()].map(|()| generate_simple_self_signed(["localhost".to_owned()]).unwrap());
        write(&certificate, &pairs[0].cert.pem(), 0);
        write(&key, &pairs[0].signing_key.serialize_pem(), 0);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let renewed = RenewedCertificate::load(certificate.clone(), key.clone(), provider).unwrap();
        let start = Instant::now();
        let used = |minutes: u64| {
            let pair = renewed.at(start + Duration::from_mins(minutes));
            pairs.iter().position(|known| pair.cert[0] == *known.cert.der())
        };
        assert_eq!(used(1), Some(0));

        write(&certificate, &pairs[1].cert.pem(), 1);
        assert_eq!(used(2), Some(0), "it does not fit the old key");
        write(&key, &pairs[1].signing_key.serialize_pem(), 1);
        assert_eq!(used(2), Some(0), "once a minute is enough");
        assert_eq!(used(3), Some(1));

        write(&certificate, "half of a", 2);
        assert_eq!(used(4), Some(1));
        fs::remove_file(&certificate).unwrap();
        assert_eq!(used(5), Some(1));
    }
}
