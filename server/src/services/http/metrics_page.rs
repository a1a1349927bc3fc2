//! `/metrics` in Prometheus text, for whoever holds the token or, without one, for this machine.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use subtle::ConstantTimeEq as _;

use super::peer::Peer;
use crate::services::vital_metrics::VitalMetrics;

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Headers of reverse proxies: behind one every peer looks local.
const FORWARDED: [&str; 3] = ["forwarded", "x-forwarded-for", "x-real-ip"];

#[derive(Clone)]
pub(in crate::services) struct MetricsPage {
    pub(in crate::services) registry: Arc<Registry>,
    /// Registered there; brought up to date for each reader.
    pub(in crate::services) vitals: VitalMetrics,
    /// Opens the page to peers on other machines, and closes it to those without it: behind a proxy on this
    /// machine, which need not say so, everybody looks local.
    pub(in crate::services) token: Option<Arc<str>>,
}

impl MetricsPage {
    /// Whether this peer may see how the installation is.
    pub(super) fn may_read(&self, peer: Option<Peer>, headers: &HeaderMap) -> bool {
        may_read(self.token.as_deref(), peer, headers)
    }

    pub(super) async fn render(&self, peer: Option<Peer>, headers: &HeaderMap) -> Response {
        if !self.may_read(peer, headers) {
            return (StatusCode::NOT_FOUND, "not found\n").into_response();
        }
        self.vitals.refresh().await;
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
            Err(error) => {
                tracing::error!(%error, "render the metrics");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

fn may_read(token: Option<&str>, peer: Option<Peer>, headers: &HeaderMap) -> bool {
    let shown = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    match (shown, token) {
        (Some(shown), Some(token)) => shown.ct_eq(token.as_bytes()).into(),
        (Some(_), None) | (None, Some(_)) => false,
        (None, None) => {
            peer.is_some_and(|peer| peer.is_loopback())
                && !FORWARDED.iter().any(|name| headers.contains_key(*name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opens(token: Option<&str>, peer: &str, headers: &[(&'static str, &'static str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        let peer = Peer {
            address: peer.parse().unwrap(),
            tls: false,
        };
        may_read(token, Some(peer), &map)
    }

    #[test]
    fn without_a_token_only_this_machine_reads_the_metrics() {
        assert!(opens(None, "127.0.0.1:9", &[]));
        assert!(opens(None, "[::ffff:127.0.0.1]:9", &[]));
        assert!(!opens(None, "192.0.2.1:9", &[]));
    }

    #[test]
    fn with_a_token_everybody_needs_it() {
        let token = Some("secret");
        for peer in ["192.0.2.1:9", "127.0.0.1:9"] {
            assert!(!opens(token, peer, &[]));
            assert!(!opens(token, peer, &[("authorization", "Bearer secre")]));
            assert!(opens(token, peer, &[("authorization", "Bearer secret")]));
        }
    }

    #[test]
    fn a_proxy_on_this_machine_does_not_open_the_metrics() {
        assert!(!opens(None, "127.0.0.1:9", &[("x-forwarded-for", "192.0.2.1")]));
    }
}
