//! A panic of one call becomes its INTERNAL answer, and its text goes to the log.

use std::any::Any;
use std::sync::Arc;

use axum::body::Body;
use http::Response;
use tonic::Status;

use crate::services::refusal::Refusal;

#[derive(Debug, thiserror::Error)]
#[error("the handler panicked")]
struct Panicked(#[source] PanicText);

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct PanicText(String);

pub(super) fn answer(panic: Box<dyn Any + Send>) -> Response<Body> {
    let text = panic
        .downcast::<String>()
        .map(|text| *text)
        .or_else(|panic| panic.downcast::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default();
    let mut status = Status::from(Refusal::Panicked);
    status.set_source(Arc::new(Panicked(PanicText(text))));
    status.into_http()
}
