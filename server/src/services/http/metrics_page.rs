//! `/metrics` in Prometheus text, for this machine or for whoever holds the token.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use subtle::ConstantTimeEq as _;

use super::peer::Peer;

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Headers of reverse proxies: behind one every peer looks local.
const FORWARDED: [&str; 3] = ["forwarded", "x-forwarded-for", "x-real-ip"];

#[derive(Clone)]
pub(in crate::services) struct MetricsPage {
    pub(in crate::services) registry: Arc<Registry>,
    /// Opens the page to peers on other machines.
    pub(in crate::services) token: Option<Arc<str>>,
}

impl MetricsPage {
    pub(super) fn render(&self, peer: Option<Peer>, headers: &HeaderMap) -> Response {
        if !self.may_read(peer, headers) {
            return (StatusCode::NOT_FOUND, "not found\n").into_response();
        }
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response(),
            Err(error) => {
                tracing::error!(%error, "render the metrics");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }

    fn may_read(&self, peer: Option<Peer>, headers: &HeaderMap) -> bool {
        let shown = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
        match (shown, &self.token) {
            (Some(shown), Some(token)) => shown.ct_eq(token.as_bytes()).into(),
            (Some(_), None) => false,
            (None, _) => {
                peer.is_some_and(|peer| peer.is_loopback())
                    && !FORWARDED.iter().any(|name| headers.contains_key(*name))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(peer: &str, headers: &[(&'static str, &'static str)]) -> StatusCode {
        let page = MetricsPage {
            registry: Arc::new(Registry::default()),
            token: Some("secret".into()),
        };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        let peer = Peer {
            address: peer.parse().unwrap(),
            tls: false,
        };
        page.render(Some(peer), &map).status()
    }

    #[test]
    fn this_machine_reads_the_metrics_without_a_token() {
        assert_eq!(status("127.0.0.1:9", &[]), StatusCode::OK);
        assert_eq!(status("[::ffff:127.0.0.1]:9", &[]), StatusCode::OK);
    }

    #[test]
    fn other_machines_need_the_token() {
        assert_eq!(status("192.0.2.1:9", &[]), StatusCode::NOT_FOUND);
        let wrong = ("authorization", "Bearer secre");
        assert_eq!(status("192.0.2.1:9", &[wrong]), StatusCode::NOT_FOUND);
        let right = ("authorization", "Bearer secret");
        assert_eq!(status("192.0.2.1:9", &[right]), StatusCode::OK);
    }

    #[test]
    fn a_proxy_on_this_machine_does_not_open_the_metrics() {
        let forwarded = ("x-forwarded-for", "192.0.2.1");
        assert_eq!(status("127.0.0.1:9", &[forwarded]), StatusCode::NOT_FOUND);
    }
}
