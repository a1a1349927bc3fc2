//! The plain routes: alive, ready, metrics, and the web client.

use std::sync::Arc;

use axum::Extension;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, Request, StatusCode, header};
use tonic::Status;

use super::metrics_page::MetricsPage;
use super::peer::Peer;
use super::readiness::ReadyCache;
use super::web::WebClient;
use crate::services::refusal::Refusal;

#[derive(Clone)]
pub(in crate::services) struct PageState {
    pub(in crate::services) ready: Arc<ReadyCache>,
    pub(in crate::services) metrics: MetricsPage,
    pub(in crate::services) web_client: Arc<WebClient>,
}

pub(in crate::services) fn pages(state: PageState) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .fallback(web_client)
        .with_state(state)
}

/// Which hypervisors there are is for those who may read the metrics.
async fn readyz(
    State(state): State<PageState>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Response {
    let peer = peer.map(|Extension(peer)| peer);
    let now = state.ready.look().await;
    if now.ready && state.metrics.may_read(peer, &headers) {
        format!("ready\n{}", now.detail).into_response()
    } else if now.ready {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response()
    }
}

async fn metrics(
    State(state): State<PageState>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Response {
    let peer = peer.map(|Extension(peer)| peer);
    state.metrics.render(peer, &headers).await
}

/// What no other route knows: the web client's. A gRPC client gets an answer it can read, whatever it asked for.
async fn web_client(
    State(state): State<PageState>,
    peer: Option<Extension<Peer>>,
    request: Request<axum::body::Body>,
) -> Response {
    let grpc = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"));
    if grpc {
        return Status::from(Refusal::Unimplemented).into_http::<axum::body::Body>();
    }
    let tls = peer.is_some_and(|Extension(peer)| peer.tls);
    let (head, _) = request.into_parts();
    state
        .web_client
        .answer(&head.method, &head.uri, &head.headers, tls)
}
