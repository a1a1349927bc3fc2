//! Describes a client and connects it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tonic::Code;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};

use crate::client::Client;
use crate::connection::Connection;
use crate::credentials::{CredentialStore, MemoryStore};
use crate::error::Error;
use crate::secret::Secret;
use crate::session::Session;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const DEFAULT_DEADLINE: Duration = Duration::from_secs(30);
/// A silent connection with calls on it is asked for a sign of life this often, and given up when none comes.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
const USER_AGENT: &str = concat!("hostler-client/", env!("CARGO_PKG_VERSION"));

/// Describes a [`Client`].
///
/// Without [`ca_pem`](Self::ca_pem), an https server is trusted by the roots of this system. Plain http is for loopback addresses, unless
/// [`allow_plain_text`](Self::allow_plain_text) says otherwise: passwords and tokens travel readable.
#[derive(Debug)]
pub struct ClientBuilder {
    url: String,
    ca_pem: Option<Vec<u8>>,
    system_roots: bool,
    plain_text_anywhere: bool,
    token: Option<Secret>,
    store: Arc<dyn CredentialStore>,
    deadline: Duration,
    user_agent: String,
}

impl ClientBuilder {
    pub(crate) fn new(url: String) -> Self {
        Self {
            url,
            ca_pem: None,
            system_roots: false,
            plain_text_anywhere: false,
            token: None,
            store: Arc::new(MemoryStore::default()),
            deadline: DEFAULT_DEADLINE,
            user_agent: USER_AGENT.to_owned(),
        }
    }

    /// Trusts servers whose certificate one of these, in PEM, has signed.
    #[must_use]
    pub fn ca_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.ca_pem = Some(pem.into());
        self
    }

    /// Trusts the roots of this system, beside those of [`ca_pem`](Self::ca_pem). This is the default when there are none of these.
    #[must_use]
    pub const fn system_roots(mut self) -> Self {
        self.system_roots = true;
        self
    }

    /// Lets a `http://` URL name any host.
    #[must_use]
    pub const fn allow_plain_text(mut self) -> Self {
        self.plain_text_anywhere = true;
        self
    }

    /// Calls with an API token (`hst_...`) instead of a session.
    #[must_use]
    pub fn token(mut self, token: impl Into<Secret>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Keeps the session's tokens there instead of in memory, and starts with what is there.
    #[must_use]
    pub fn credentials(mut self, store: impl CredentialStore) -> Self {
        self.store = Arc::new(store);
        self
    }

    /// How long a call may take, repetitions included. 30 seconds unless set.
    #[must_use]
    pub const fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// What the program calls itself, such as `shop/2.1`; put before the client's own name.
    #[must_use]
    pub fn user_agent(mut self, name: &str) -> Self {
        self.user_agent = format!("{name} {USER_AGENT}");
        self
    }

    /// Makes a client that connects with its first call. It has to be called inside a tokio runtime.
    pub fn connect_lazy(self) -> Result<Client, Error> {
        let channel = self.endpoint()?.connect_lazy();
        Ok(self.client(channel))
    }

    /// Connects, and fails when the server cannot be reached.
    pub async fn connect(self) -> Result<Client, Error> {
        let channel = self.endpoint()?.connect().await.map_err(Error::connection)?;
        Ok(self.client(channel))
    }

    fn client(self, channel: Channel) -> Client {
        let session = Arc::new(Session::new(channel.clone(), self.token, self.store));
        Client::new(Connection {
            channel,
            session,
            deadline: self.deadline,
        })
    }

    fn endpoint(&self) -> Result<Endpoint, Error> {
        let uri: http::Uri = self
            .url
            .parse()
            .map_err(|_| configuration(format!("{:?} is not a URL", self.url)))?;
        let host = uri.host().unwrap_or_default();
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if self.plain_text_anywhere || is_loopback(host) => false,
            Some("http") => {
                return Err(configuration(format!(
                    "plain http would show passwords and tokens to the network: use https for {host}, or allow plain text"
                )));
            }
            Some(_) | None => return Err(configuration("the server's URL has to begin with https://")),
        };
        if host.is_empty() || !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(configuration(format!(
                "{:?} is not the URL of a server, such as https://hostler.example:8600",
                self.url
            )));
        }
        let endpoint = Endpoint::from(uri)
            .user_agent(self.user_agent.as_str())
            .map_err(|error| configuration("the user agent holds impossible characters").with_source(error))?
            .connect_timeout(CONNECT_TIMEOUT)
            .http2_keep_alive_interval(KEEP_ALIVE)
            .keep_alive_timeout(KEEP_ALIVE)
            .tcp_nodelay(true);
        if !secure {
            return Ok(endpoint);
        }
        let mut tls = ClientTlsConfig::new();
        if let Some(pem) = &self.ca_pem {
            tls = tls.ca_certificate(Certificate::from_pem(pem));
        }
        if self.system_roots || self.ca_pem.is_none() {
            tls = tls.with_native_roots();
        }
        endpoint
            .tls_config(tls)
            .map_err(|error| configuration("the certificates to trust cannot be used").with_source(error))
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn configuration(message: impl Into<String>) -> Error {
    Error::local(Code::InvalidArgument, "CONFIGURATION", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_for_loopback_unless_allowed() {
        for url in [
            "http://localhost:8600",
            "http://127.0.0.1:8600",
            "http://[::1]:8600",
            "https://hostler.example",
        ] {
            assert!(Client::builder(url).endpoint().is_ok(), "{url}");
        }
        let error = Client::builder("http://hostler.example:8600")
            .endpoint()
            .unwrap_err();
        assert_eq!(error.reason(), "CONFIGURATION");
        assert!(
            Client::builder("http://hostler.example:8600")
                .allow_plain_text()
                .endpoint()
                .is_ok()
        );
    }

    #[test]
    fn what_is_no_server_is_refused() {
        for url in [
            "",
            "hostler.example",
            "ftp://hostler.example",
            "https://hostler.example/panel",
            "https://",
        ] {
            assert!(Client::builder(url).endpoint().is_err(), "{url}");
        }
    }
}
