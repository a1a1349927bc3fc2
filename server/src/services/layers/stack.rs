//! The layers in their order.

use std::time::Duration;

use axum::body::Body;
use axum::error_handling::HandleErrorLayer;
use axum::response::Response;
use axum::{BoxError, Router, middleware};
use http::HeaderValue;
use tonic::Status;
use tonic_web::GrpcWebLayer;
use tower::ServiceBuilder;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::catch_panic::CatchPanicLayer;

use super::gate::{Gate, gate};
use super::record::{Recorder, record};
use super::sign_out::sign_out;
use super::whole_request::{Arrivals, whole_request};
use super::{cors, deadline, panics};
use crate::services::refusal::Refusal;
use crate::services::session_cookie::SessionCookies;

#[derive(Clone)]
pub(in crate::services) struct Layers {
    pub(in crate::services) origins: Vec<HeaderValue>,
    pub(in crate::services) cookies: SessionCookies,
    pub(in crate::services) recorder: Recorder,
    pub(in crate::services) gate: Gate,
    pub(in crate::services) arrivals: Arrivals,
    /// Of a unary call, whatever its caller asks for.
    pub(in crate::services) deadline: Duration,
    /// Calls at work at a time, streams not counted; more are refused. Without it there is no limit.
    pub(in crate::services) concurrent_calls: Option<usize>,
}

/// Wraps gRPC routes; plain routes must not pass here, for gRPC-Web refuses them.
pub(in crate::services) fn wrap(routes: Router, layers: Layers) -> Router {
    let places = layers.concurrent_calls.map(|calls| {
        ServiceBuilder::new()
            .layer(HandleErrorLayer::new(overloaded))
            .load_shed()
            // Global: a router wraps each of its routes by itself.
            .layer(GlobalConcurrencyLimitLayer::new(calls))
    });
    let routes = match places {
        Some(places) => routes.layer(places),
        None => routes,
    };
    let stack = ServiceBuilder::new()
        // Outermost: preflights carry no credentials, and refusals need its headers too.
        .layer(cors::cors(&layers.origins))
        // Outside of all that makes a status, so that browsers can read every one.
        .layer(GrpcWebLayer::new())
        .map_request(|request: http::Request<tonic::body::Body>| request.map(Body::new))
        // Outside of the gate and of the record, which makes errors anew.
        .layer(middleware::from_fn_with_state(layers.cookies, sign_out))
        .layer(middleware::from_fn_with_state(layers.recorder, record))
        .layer(CatchPanicLayer::custom(panics::answer))
        .layer(middleware::from_fn_with_state(
            layers.deadline,
            deadline::deadline,
        ))
        // Before a permit is taken and before any of the body is read.
        .layer(middleware::from_fn_with_state(layers.gate, gate))
        .layer(middleware::from_fn_with_state(layers.arrivals, whole_request));
    routes.layer(stack)
}

async fn overloaded(_: BoxError) -> Response {
    Status::from(Refusal::Overloaded).into_http()
}
