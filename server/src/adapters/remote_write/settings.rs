//! Where to write, and who asks.

use std::path::PathBuf;
use std::time::Duration;

use crate::domain::secret::Secret;

#[derive(Clone, Debug)]
pub struct RemoteWriteSettings {
    /// Such as `https://prometheus.example/api/v1/write`.
    pub url: String,
    pub credential: Credential,
    /// PEM roots to trust instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// Samples that wait at most; the oldest make room.
    pub queue: usize,
    /// For one request, from the connection to the answer.
    pub timeout: Duration,
    /// The first wait after a failure; it doubles up to a minute.
    pub first_retry: Duration,
}

impl RemoteWriteSettings {
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
    pub const DEFAULT_FIRST_RETRY: Duration = Duration::from_secs(1);
}

#[derive(Clone, Debug)]
pub enum Credential {
    None,
    Basic { username: String, password: Secret },
    Bearer(Secret),
}

/// Why writing cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum RemoteWriteError {
    #[error("the certificates in {path} cannot be read")]
    CaFile {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("there is no usable certificate in {0}")]
    NoCertificate(PathBuf),
    #[error("TLS cannot be set up")]
    Tls(#[source] rustls::Error),
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
}
