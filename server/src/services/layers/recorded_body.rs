//! The body of a response, which knows when its call has ended: with trailers, or without when the caller
//! went away.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use axum::body::{Body, Bytes};
use http::HeaderMap;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::{Code, Status};

use crate::services::call::Call;
use crate::services::metrics::{EdgeMetrics, Open};
use crate::services::refusal::Refusal;

/// What is known of a call; its end is written when this is dropped.
pub(super) struct Record {
    pub(super) method: &'static str,
    /// Health or reflection.
    pub(super) foreign: bool,
    pub(super) started: Instant,
    pub(super) call: Call,
    pub(super) metrics: EdgeMetrics,
    /// `None` until the call has ended.
    pub(super) code: Option<Code>,
    pub(super) reason: String,
    /// What went wrong below, for the log alone.
    pub(super) error: String,
    pub(super) _open: Open,
}

pub(super) struct RecordedBody {
    body: Body,
    record: Record,
    stop: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
    done: bool,
}

impl RecordedBody {
    /// With `stop`, the stream ends with UNAVAILABLE when the server stops.
    pub(super) fn new(body: Body, record: Record, stop: Option<CancellationToken>) -> Self {
        Self {
            body,
            record,
            stop: stop.map(|token| Box::pin(token.cancelled_owned())),
            done: false,
        }
    }

    fn end(&mut self, trailers: &HeaderMap) {
        self.record.code = trailers
            .get(Status::GRPC_STATUS)
            .map(|value| Code::from_bytes(value.as_bytes()));
    }
}

impl HttpBody for RecordedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.get_mut();
        if this.done {
            return Poll::Ready(None);
        }
        if let Some(stop) = &mut this.stop
            && stop.as_mut().poll(cx).is_ready()
        {
            this.done = true;
            let status = Status::from(Refusal::Stopping);
            this.record.code = Some(status.code());
            let mut trailers = HeaderMap::new();
            return Poll::Ready(
                status
                    .add_header(&mut trailers)
                    .ok()
                    .map(|()| Ok(Frame::trailers(trailers))),
            );
        }
        let frame = ready!(Pin::new(&mut this.body).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(trailers) = frame.trailers_ref() {
                    this.end(trailers);
                }
            }
            Some(Err(_)) => this.record.code = Some(Code::Unknown),
            None => this.done = true,
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.done || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        // No status: the caller went away before the end.
        let code = self.code.unwrap_or(Code::Cancelled);
        self.metrics.ended(self.method, name(code));
        let caller = self.call.caller();
        let user_id = caller
            .as_ref()
            .and_then(|caller| caller.principal.as_ref())
            .map(|principal| tracing::field::display(principal.user_id));
        let address = caller.as_ref().map(|caller| caller.origin.address.as_str());
        let duration_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        macro_rules! line {
            ($level:ident) => {
                tracing::$level!(
                    method = self.method,
                    code = name(code),
                    reason = present(&self.reason),
                    duration_ms,
                    user_id,
                    address,
                    trace_id = self.call.trace_id(),
                    error = present(&self.error),
                    "call"
                )
            };
        }
        match code {
            Code::Internal | Code::Unknown | Code::DataLoss => line!(error),
            Code::Unavailable if !self.error.is_empty() => line!(warn),
            // Probes and tools: every few seconds, and of no interest while they work.
            Code::Ok | Code::Cancelled if self.foreign => line!(debug),
            // Unavailable without a cause is our own stop.
            Code::Ok
            | Code::Cancelled
            | Code::Unavailable
            | Code::InvalidArgument
            | Code::DeadlineExceeded
            | Code::NotFound
            | Code::AlreadyExists
            | Code::PermissionDenied
            | Code::ResourceExhausted
            | Code::FailedPrecondition
            | Code::Aborted
            | Code::OutOfRange
            | Code::Unimplemented
            | Code::Unauthenticated => line!(info),
        }
    }
}

/// Empty fields are left out of the line.
fn present(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// A code as the gRPC specification spells it.
const fn name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
