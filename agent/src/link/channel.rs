//! A line to the server: whom it is trusted by, and how soon it counts as dead.

use std::time::Duration;

use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};

use super::address::ServerAddress;
use super::call_error::CallError;
use crate::timing::Timing;

const USER_AGENT: &str = concat!("hostler-agent/", env!("CARGO_PKG_VERSION"));
/// The server says little, so there is no need to make room for much.
const WINDOW: u32 = 64 * 1024;

/// By whom the server's certificate must be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// One of the authorities that this system knows.
    System,
    /// One of these, in PEM, and nobody else.
    Only(Vec<u8>),
}

/// Opens channels to one server.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    endpoint: Endpoint,
    limit: Duration,
}

/// There can be no line to this server.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    #[error("the certificates of authorities to trust cannot be used: is it a PEM file?")]
    Authorities(#[source] tonic::transport::Error),
    #[error("the certificates of authorities to trust hold no certificate in PEM")]
    NoAuthority,
    #[error("the transport cannot be set up")]
    Setup(#[source] tonic::transport::Error),
}

impl Line {
    pub(crate) fn to(address: &ServerAddress, trust: Trust, timing: &Timing) -> Result<Self, LineError> {
        let endpoint = Endpoint::from(address.uri().clone())
            .user_agent(USER_AGENT)
            .map_err(LineError::Setup)?
            .http2_keep_alive_interval(timing.ping_interval)
            .keep_alive_timeout(timing.ping_timeout)
            .keep_alive_while_idle(true)
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .tcp_nodelay(true);
        let endpoint = if address.is_secure() {
            endpoint.tls_config(tls(trust)?).map_err(LineError::Authorities)?
        } else {
            endpoint
        };
        Ok(Self {
            endpoint,
            limit: timing.connect_timeout,
        })
    }

    /// Connects: name, TCP and TLS in one limit.
    pub(crate) async fn open(&self) -> Result<Channel, CallError> {
        match tokio::time::timeout(self.limit, self.endpoint.connect()).await {
            Ok(Ok(channel)) => Ok(channel),
            Ok(Err(error)) => Err(CallError::unreachable(&error)),
            Err(_) => Err(CallError::NoAnswer),
        }
    }
}

fn tls(trust: Trust) -> Result<ClientTlsConfig, LineError> {
    match trust {
        Trust::System => Ok(ClientTlsConfig::new().with_native_roots()),
        // Nobody could be trusted, which would be told as the server's fault.
        Trust::Only(pem) if !holds_certificate(&pem) => Err(LineError::NoAuthority),
        Trust::Only(pem) => Ok(ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem))),
    }
}

fn holds_certificate(pem: &[u8]) -> bool {
    const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
    pem.windows(BEGIN.len()).any(|window| window == BEGIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authorities_that_are_none_are_refused() {
        let address = ServerAddress::parse("https://hostler.example").unwrap();
        let error = Line::to(&address, Trust::Only(b"nothing".to_vec()), &Timing::default()).unwrap_err();
        assert!(matches!(error, LineError::NoAuthority), "{error:?}");
    }
}
