//! The record of a call: one log line, the metrics, and the audit event of a change that failed.
//!
//! It stands outside of everything that can fail, so that it sees every answer as the caller does.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status};

use super::recorded_body::{Record, RecordedBody};
use crate::engine::audits::Audits;
use crate::engine::error::Error;
use crate::services::call::Call;
use crate::services::fault;
use crate::services::metrics::EdgeMetrics;
use crate::services::policy::{Policies, Policy};
use crate::services::refusal::Refusal;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest request id that is echoed, in bytes.
const MAX_REQUEST_ID: usize = 128;
/// The method of calls that the contract does not know: their paths are anybody's words.
const UNKNOWN: &str = "unknown";

#[derive(Clone)]
pub(in crate::services) struct Recorder {
    pub(in crate::services) policies: Arc<Policies>,
    pub(in crate::services) audits: Arc<Audits>,
    pub(in crate::services) metrics: EdgeMetrics,
    /// Ends the streams that do not watch it themselves.
    pub(in crate::services) stop: CancellationToken,
}

pub(super) async fn record(State(recorder): State<Recorder>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let open = recorder.metrics.begin();
    let policy = recorder.policies.find(request.uri().path()).copied();
    let method = policy.map_or(UNKNOWN, |policy| policy.action);
    let call = Call::begin();
    let request_id = echoed(request.headers(), &call);
    request.extensions_mut().insert(call.clone());

    let mut response = next.run(request).await;
    recorder.metrics.answered(method, started.elapsed());
    let mut record = Record {
        method,
        foreign: policy.is_some_and(|policy| policy.foreign),
        started,
        call: call.clone(),
        metrics: recorder.metrics.clone(),
        code: None,
        reason: String::new(),
        error: String::new(),
        _open: open,
    };
    if let Some(status) = response.extensions_mut().remove::<Status>() {
        record.code = Some(status.code());
        record.error = fault::chain(&status);
        if let Some(policy) = policy {
            recorder.audit(&policy, &call, &status).await;
        }
        let complete = fault::complete(status, call.trace_id());
        record.code = Some(complete.code());
        record.reason = fault::reason(&complete);
        response = complete.into_http();
    }
    if let Some(request_id) = request_id {
        response.headers_mut().insert(REQUEST_ID, request_id);
    }
    let stop = policy
        .is_some_and(|policy| policy.foreign && policy.streaming)
        .then(|| recorder.stop.clone());
    response.map(|body| Body::new(RecordedBody::new(body, record, stop)))
}

impl Recorder {
    /// Notes that a change did not happen. Changes that did wrote their event themselves.
    async fn audit(&self, policy: &Policy, call: &Call, status: &Status) {
        let Some(caller) = call.caller().filter(|_| policy.mutation) else {
            return;
        };
        // What nobody in particular sends wrongly says nothing about anybody.
        if caller.principal.is_none() && status.code() == Code::InvalidArgument {
            return;
        }
        let refused = refusal(status).and_then(Refusal::audited);
        if let Some(error) = failure(status).or(refused.as_ref()) {
            self.audits.record_failure(&caller, "", error).await;
        }
    }
}

fn failure(status: &Status) -> Option<&Error> {
    status.source()?.downcast_ref()
}

fn refusal(status: &Status) -> Option<Refusal> {
    status.source()?.downcast_ref().copied()
}

/// The caller's own id of the call if it gave a sound one, else ours: what to name in a report.
fn echoed(headers: &HeaderMap, call: &Call) -> Option<HeaderValue> {
    headers
        .get(REQUEST_ID)
        .filter(|value| value.len() <= MAX_REQUEST_ID && value.to_str().is_ok())
        .cloned()
        .or_else(|| HeaderValue::from_str(call.trace_id()).ok())
}
