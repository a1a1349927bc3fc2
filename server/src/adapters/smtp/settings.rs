//! How mail leaves: which server, how it is protected on the way, and in whose name.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// Begins in clear text and must upgrade before anything else is said; usually port 587.
    StartTls,
    /// TLS from the first byte on; usually port 465.
    Tls,
    /// No TLS at all, for a relay on the same machine.
    PlainLoopbackOnly,
}

#[derive(Clone)]
pub struct SmtpSettings {
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    /// Empty for a server that asks for none.
    pub username: String,
    pub password: String,
    /// Such as `Hostler <noreply@example.org>`.
    pub from: String,
    /// Certificates to trust instead of the system's, in PEM.
    pub ca_file: Option<PathBuf>,
    /// For one message, from the connection to the server's last answer.
    pub timeout: Duration,
}

impl SmtpSettings {
    /// A server that looks into what it takes answers late. One that is asked again too soon takes it twice.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_mins(2);

    /// What protects the way to the server.
    pub(super) fn tls(&self) -> Result<Tls, SmtpError> {
        match self.security {
            SmtpSecurity::StartTls => Ok(Tls::Required(parameters(self)?)),
            SmtpSecurity::Tls => Ok(Tls::Wrapper(parameters(self)?)),
            SmtpSecurity::PlainLoopbackOnly if is_loopback(&self.host) => Ok(Tls::None),
            SmtpSecurity::PlainLoopbackOnly => Err(SmtpError::PlainBeyondLoopback(self.host.clone())),
        }
    }
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("username", &self.username)
            .field("from", &self.from)
            .field("ca_file", &self.ca_file)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Why mail cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    #[error("mail without TLS goes only to this machine itself, not to {0}")]
    PlainBeyondLoopback(String),
    #[error("the sender {0:?} is not a mail address")]
    Sender(String),
    #[error("the certificates in {path} cannot be read")]
    CaFile {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("there is no usable certificate in {0}")]
    NoCertificate(PathBuf),
    #[error("TLS cannot be set up")]
    Tls(#[source] lettre::transport::smtp::Error),
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn parameters(settings: &SmtpSettings) -> Result<TlsParameters, SmtpError> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.ca_file {
        let pem = std::fs::read(path).map_err(|source| SmtpError::CaFile {
            path: path.clone(),
            source,
        })?;
        let unusable = || SmtpError::NoCertificate(path.clone());
        if !matches!(CertificateDer::pem_slice_iter(&pem).next(), Some(Ok(_))) {
            return Err(unusable());
        }
        let certificate = Certificate::from_pem(&pem).map_err(|_| unusable())?;
        builder = builder
            .certificate_store(CertificateStore::None)
            .add_root_certificate(certificate);
    }
    builder.build().map_err(SmtpError::Tls)
}
