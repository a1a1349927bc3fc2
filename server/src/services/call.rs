//! One call, as the layers and the handler share it.

use std::sync::{Arc, OnceLock};

use uuid::Uuid;

use crate::engine::caller::{Caller, RequestId};

/// In the extensions of every request. The gate notes who calls and the handler notes the request id, so that
/// the log line and the audit event of a failure, written outside of both, have them.
#[derive(Clone, Debug)]
pub(super) struct Call(Arc<Notes>);

#[derive(Debug)]
struct Notes {
    trace_id: String,
    caller: OnceLock<Caller>,
    request_id: OnceLock<RequestId>,
}

impl Call {
    pub(super) fn begin() -> Self {
        Self(Arc::new(Notes {
            trace_id: Uuid::now_v7().simple().to_string(),
            caller: OnceLock::new(),
            request_id: OnceLock::new(),
        }))
    }

    pub(super) fn trace_id(&self) -> &str {
        &self.0.trace_id
    }

    pub(super) fn admit(&self, caller: Caller) {
        self.0.caller.get_or_init(|| caller);
    }

    pub(super) fn request_id(&self, id: RequestId) {
        self.0.request_id.get_or_init(|| id);
    }

    /// Who calls, with the request id; `None` until the gate has let the call in.
    pub(super) fn caller(&self) -> Option<Caller> {
        let caller = self.0.caller.get()?;
        Some(Caller {
            request_id: self.0.request_id.get().copied(),
            ..caller.clone()
        })
    }
}
