//! Writes what waits, in order: what fails for the moment is written again, what is refused is dropped and counted.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::{StatusCode, header};
use rand::RngExt;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use tokio_util::sync::CancellationToken;

use super::encoding::body;
use super::queue::RemoteWrite;
use super::settings::{Credential, RemoteWriteError, RemoteWriteSettings};
use crate::domain::sample::Sample;

/// Samples in one request; each is up to nine series.
const BATCH: usize = 500;
const LONGEST_RETRY: Duration = Duration::from_mins(1);
const AGENT: &str = concat!("hostler/", env!("CARGO_PKG_VERSION"));

pub struct Writer {
    settings: RemoteWriteSettings,
    client: reqwest::Client,
    queue: RemoteWrite,
}

/// How a request ended.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    Written,
    Refused(String),
    Failed { why: String, after: Option<Duration> },
}

impl Writer {
    /// The writer, which is to be run, and the end that takes samples.
    pub fn new(settings: RemoteWriteSettings) -> Result<(Self, RemoteWrite), RemoteWriteError> {
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(RemoteWriteError::Tls)?
            .with_root_certificates(roots(settings.ca_file.as_ref())?)
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .use_preconfigured_tls(tls)
            // Samples and credentials go where the configuration says, and through nothing that the environment names.
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(settings.timeout)
            .user_agent(AGENT)
            .build()
            .map_err(RemoteWriteError::Client)?;
        let queue = RemoteWrite::new(settings.queue);
        let writer = Self {
            settings,
            client,
            queue: queue.clone(),
        };
        Ok((writer, queue))
    }

    /// Writes until the token ends it. What waits then is lost: our own store has it.
    pub async fn run(self: Arc<Self>, token: CancellationToken) {
        loop {
            tokio::select! {
                () = token.cancelled() => return,
                samples = self.queue.take(BATCH) => {
                    tokio::select! {
                        () = token.cancelled() => return,
                        () = self.write(&samples) => {}
                    }
                }
            }
        }
    }

    /// Again and again, until it is written or refused.
    async fn write(&self, samples: &[Sample]) {
        let mut wait = self.settings.first_retry;
        let mut told = false;
        loop {
            match self.post(samples).await {
                Ended::Written => {
                    self.queue.sent(samples.len());
                    return;
                }
                Ended::Refused(why) => {
                    tracing::warn!(samples = samples.len(), why, "remote-write refused samples");
                    self.queue.refused(samples.len());
                    return;
                }
                Ended::Failed { why, after } => {
                    // Once for each batch: what goes on failing has been said.
                    if !told {
                        tracing::warn!(why, "remote-write failed and is tried again");
                        told = true;
                    }
                    let spread = rand::rng().random_range(0.8..1.2);
                    // Later than it asks for, never sooner than is kind.
                    let pause = after.unwrap_or_default().max(wait).min(LONGEST_RETRY);
                    tokio::time::sleep(pause.mul_f64(spread)).await;
                    wait = wait.saturating_mul(2).min(LONGEST_RETRY);
                }
            }
        }
    }

    async fn post(&self, samples: &[Sample]) -> Ended {
        let body = match body(samples) {
            Ok(body) => body,
            Err(error) => return Ended::Refused(error.to_string()),
        };
        let request = self
            .client
            .post(&self.settings.url)
            .header(header::CONTENT_TYPE, "application/x-protobuf")
            .header(header::CONTENT_ENCODING, "snappy")
            .header("x-prometheus-remote-write-version", "0.1.0")
            .body(body);
        let request = match &self.settings.credential {
            Credential::None => request,
            Credential::Basic { username, password } => request.basic_auth(username, Some(password.expose())),
            Credential::Bearer(token) => request.bearer_auth(token.expose()),
        };
        match request.send().await {
            Ok(answer) => judge(answer.status(), answer.headers()),
            Err(error) => Ended::Failed {
                // Without the URL, which may hold a secret.
                why: error.without_url().to_string(),
                after: None,
            },
        }
    }
}

fn judge(status: StatusCode, headers: &header::HeaderMap) -> Ended {
    if status.is_success() {
        return Ended::Written;
    }
    let why = format!("the answer was {status}");
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        let after = headers
            .get(header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        return Ended::Failed { why, after };
    }
    Ended::Refused(why)
}

fn roots(ca_file: Option<&PathBuf>) -> Result<RootCertStore, RemoteWriteError> {
    let mut roots = RootCertStore::empty();
    let Some(path) = ca_file else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        return Ok(roots);
    };
    let pem = std::fs::read(path).map_err(|source| RemoteWriteError::CaFile {
        path: path.clone(),
        source,
    })?;
    let certificates = CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok);
    let (added, _) = roots.add_parsable_certificates(certificates);
    if added == 0 {
        return Err(RemoteWriteError::NoCertificate(path.clone()));
    }
    Ok(roots)
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_written_again_and_what_is_refused_is_dropped() {
        let ended = |status: u16, retry_after: Option<&'static str>| {
            let mut headers = header::HeaderMap::new();
            if let Some(value) = retry_after {
                headers.insert(header::RETRY_AFTER, header::HeaderValue::from_static(value));
            }
            judge(StatusCode::from_u16(status).unwrap(), &headers)
        };
        assert_eq!(ended(204, None), Ended::Written);
        for status in [429, 500, 503] {
            assert!(
                matches!(ended(status, None), Ended::Failed { after: None, .. }),
                "{status}"
            );
        }
        let seven = Some(Duration::from_secs(7));
        assert!(matches!(ended(429, Some("7")), Ended::Failed { after, .. } if after == seven));
        for status in [301, 400, 401, 404, 413] {
            assert!(matches!(ended(status, None), Ended::Refused(_)), "{status}");
        }
    }
}
