//! The port, over HTTP.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::{HeaderName, HeaderValue, header};
use rustls::{ClientConfig, RootCertStore};

use super::address_rules::AddressRules;
use super::bodies;
use super::exchange::{Letter, exchange};
use super::place::Place;
use super::signature::signature;
use crate::ports::notifier::{Again, Destination, Notifier, Post, PostError};

const AGENT: &str = concat!("hostler/", env!("CARGO_PKG_VERSION"));

#[derive(Clone, Debug)]
pub struct PostSettings {
    pub rules: AddressRules,
    /// For one post, from the look-up of the name to the end of the answer.
    pub limit: Duration,
}

impl PostSettings {
    pub const DEFAULT_LIMIT: Duration = Duration::from_secs(15);
}

impl Default for PostSettings {
    fn default() -> Self {
        Self {
            rules: AddressRules::default(),
            limit: Self::DEFAULT_LIMIT,
        }
    }
}

pub struct HttpNotifier {
    settings: PostSettings,
    tls: Arc<ClientConfig>,
}

impl HttpNotifier {
    /// Trusts what the system trusts. A system without roots reaches nothing by TLS, and says so at each post.
    pub fn new(settings: PostSettings) -> Result<Self, rustls::Error> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            settings,
            tls: Arc::new(tls),
        })
    }

    async fn within_the_limit(&self, url: &str, letter: Letter) -> Result<u16, PostError> {
        let rules = &self.settings.rules;
        let place = Place::read(url, rules).map_err(|problem| unfit(format!("the address {problem}")))?;
        let work = async {
            let addresses = place.addresses(rules).await?;
            exchange(&self.tls, &place, &addresses, letter).await
        };
        tokio::time::timeout(self.settings.limit, work)
            .await
            .unwrap_or_else(|_| {
                Err(PostError {
                    status_code: None,
                    text: format!("no answer within {} seconds", self.settings.limit.as_secs()),
                    again: Again::Later,
                })
            })
    }
}

#[async_trait]
impl Notifier for HttpNotifier {
    fn check(&self, url: &str) -> Result<(), String> {
        Place::read(url, &self.settings.rules).map(|_| ())
    }

    async fn post(&self, destination: &Destination, post: &Post) -> Result<u16, PostError> {
        let (url, body) = match destination {
            Destination::Slack { url } => (url.expose(), bodies::slack(&post.announcement)),
            Destination::Teams { url } => (url.expose(), bodies::teams(&post.announcement)),
            Destination::Webhook { url, .. } => (url.as_str(), bodies::webhook(post)),
        };
        let body = body.to_string().into_bytes();
        let mut headers = vec![
            (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (header::USER_AGENT, HeaderValue::from_static(AGENT)),
            named("x-hostler-delivery", &post.delivery_id.to_string())?,
        ];
        match destination {
            Destination::Slack { .. } | Destination::Teams { .. } => {}
            Destination::Webhook { secret, .. } => {
                let timestamp = post.now.as_seconds().to_string();
                let signed = signature(secret, &timestamp, &body);
                headers.push(named("x-hostler-timestamp", &timestamp)?);
                headers.push(named("x-hostler-signature", &signed)?);
            }
        }
        let time = post.now;
        self.within_the_limit(url, Letter { headers, body, time }).await
    }
}

fn named(name: &'static str, value: &str) -> Result<(HeaderName, HeaderValue), PostError> {
    let value = HeaderValue::from_str(value).map_err(|_| unfit("a header cannot be written".to_owned()))?;
    Ok((HeaderName::from_static(name), value))
}

fn unfit(text: String) -> PostError {
    PostError {
        status_code: None,
        text,
        again: Again::Never,
    }
}

impl fmt::Debug for HttpNotifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpNotifier")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
