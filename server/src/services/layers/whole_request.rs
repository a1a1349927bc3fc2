//! Reads a request to its end before it takes one of the places for calls at work.
//!
//! A place that is held while its request still trickles in is a place for nothing: a few kilobytes of
//! headers without bodies would keep everybody else out.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tonic::Status;

use crate::engine::error::Error;
use crate::services::policy::Policies;
use crate::services::refusal::Refusal;

/// For a whole request to arrive.
const TIME: Duration = Duration::from_secs(10);
/// Bytes of requests that are on their way at a time; more are refused, whoever sends them.
const BYTES_UNDER_WAY: usize = 256 << 20;
/// Flag and length before a message.
const FRAME: usize = 5;

#[derive(Clone)]
pub(in crate::services) struct Arrivals {
    policies: Arc<Policies>,
    /// Of one request, in bytes.
    limit: usize,
    under_way: Arc<Semaphore>,
}

impl Arrivals {
    pub(in crate::services) fn new(policies: Arc<Policies>, limit: usize) -> Self {
        Self {
            policies,
            limit,
            under_way: Arc::new(Semaphore::new(BYTES_UNDER_WAY)),
        }
    }

    async fn read(&self, body: Body) -> Result<Bytes, Status> {
        let mut body = Limited::new(body, self.limit + FRAME);
        let mut paid: Option<OwnedSemaphorePermit> = None;
        let mut whole = Vec::new();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|error| self.broken(&*error))?.into_data() else {
                continue;
            };
            let price = u32::try_from(data.len()).unwrap_or(u32::MAX);
            let more = Arc::clone(&self.under_way)
                .try_acquire_many_owned(price)
                .map_err(|_| Refusal::Overloaded)?;
            match &mut paid {
                Some(paid) => paid.merge(more),
                None => paid = Some(more),
            }
            whole.extend_from_slice(&data);
        }
        Ok(whole.into())
    }

    fn broken(&self, error: &(dyn std::error::Error + Send + Sync + 'static)) -> Status {
        let too_long = error.is::<LengthLimitError>()
            || error
                .source()
                .is_some_and(<dyn std::error::Error>::is::<LengthLimitError>);
        if too_long {
            Status::out_of_range(format!("the request is larger than {} bytes", self.limit))
        } else {
            Status::cancelled("the request broke off")
        }
    }
}

pub(super) async fn whole_request(
    State(arrivals): State<Arrivals>,
    request: Request,
    next: Next,
) -> Response {
    let streams = arrivals
        .policies
        .find(request.uri().path())
        .is_none_or(|policy| policy.client_streaming);
    if streams {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    let read = tokio::time::timeout(TIME, arrivals.read(body)).await;
    match read.unwrap_or_else(|_elapsed| Err(Error::Deadline.into())) {
        Ok(whole) => next.run(Request::from_parts(head, Body::from(whole))).await,
        Err(status) => status.into_http(),
    }
}
