//! The plain routes: alive, ready, metrics, and a page that says what this port is.

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
use crate::services::refusal::Refusal;

#[derive(Clone)]
pub(in crate::services) struct PageState {
    pub(in crate::services) ready: Arc<ReadyCache>,
    pub(in crate::services) metrics: MetricsPage,
}

pub(in crate::services) fn pages(state: PageState) -> Router {
    Router::new()
        .route("/", get(welcome))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .fallback(unknown)
        .with_state(state)
}

async fn readyz(State(state): State<PageState>) -> Response {
    if state.ready.is_ready().await {
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

async fn welcome(peer: Option<Extension<Peer>>) -> Response {
    let plaintext = if peer.is_some_and(|Extension(peer)| peer.tls) {
        ""
    } else {
        "-plaintext "
    };
    let version = env!("CARGO_PKG_VERSION");
    let text = format!(
        "Hostler {version}: sells and runs Linux servers.\n\n\
         This port speaks gRPC and gRPC-Web. To see what it offers, put its address for HOST:PORT:\n\n\
         \x20 grpcurl {plaintext}HOST:PORT list\n\
         \x20 grpcurl {plaintext}HOST:PORT describe hostler.v1.Servers\n"
    );
    text.into_response()
}

/// What no route knows. A gRPC client gets an answer it can read, whatever it asked for.
async fn unknown(request: Request<axum::body::Body>) -> Response {
    let grpc = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"));
    if grpc {
        Status::from(Refusal::Unimplemented).into_http::<axum::body::Body>()
    } else {
        (StatusCode::NOT_FOUND, "not found\n").into_response()
    }
}
