//! The audit trail: read by operators, and written here for what did not happen, which is refusals and
//! failures of calls that would change something.
//!
//! Changes write their event in their own transaction. These have none, so they are written here:
//! once per call, and never more than so many a minute, for anybody can make calls that are refused.
//! Those who have signed in are counted apart: a flood from outside does not hide what they try.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::access::operator;
use super::caller::Caller;
use super::context::Ports;
use super::error::{Error, Result};
use crate::domain::audit::{AuditEvent, AuditFilter, AuditOutcome};
use crate::domain::page::{Page, PageRequest};
use crate::domain::time::Timestamp;

/// Events written a minute at most: so many for those who have signed in, and as many for all others.
const PER_MINUTE: u32 = 600;
const WINDOW: Duration = Duration::from_mins(1);
/// Characters of a target that are kept: it may hold what a stranger typed.
const MAX_TARGET: usize = 200;
/// Calls remembered, to write one event a call.
const REMEMBERED: usize = 1024;

pub struct Audits {
    ports: Ports,
    recent: Mutex<Recent>,
}

#[derive(Default)]
struct Recent {
    signed_in: Budget,
    nobody: Budget,
    /// Trace ids of the last calls that were written.
    calls: VecDeque<String>,
}

#[derive(Default)]
struct Budget {
    window_start: Timestamp,
    written: u32,
    dropped: u64,
}

impl Budget {
    /// Whether one more event may be written.
    fn take(&mut self, now: Timestamp) -> bool {
        if now.since(self.window_start) >= WINDOW {
            if self.dropped > 0 {
                tracing::warn!(
                    dropped = self.dropped,
                    "too many failed calls: not all of them are in the audit log"
                );
            }
            *self = Self {
                window_start: now,
                ..Self::default()
            };
        }
        if self.written >= PER_MINUTE {
            self.dropped += 1;
            return false;
        }
        self.written += 1;
        true
    }
}

impl Audits {
    pub fn new(ports: Ports) -> Self {
        Self {
            ports,
            recent: Mutex::new(Recent::default()),
        }
    }

    /// Notes that a call failed. `target` is what it would have changed, such as `server:<id>`; empty
    /// when unknown. The edge calls this for every mutating rpc that fails; use cases that know the
    /// target better have called it before, and then the second event of the same call is not written.
    pub async fn record_failure(&self, caller: &Caller, target: &str, error: &Error) {
        let now = self.ports.clock.now();
        if !self.admit(caller, now) {
            return;
        }
        let target = target.chars().take(MAX_TARGET).collect();
        let event = caller.audit(target, outcome(error), error.reason(), now);
        if let Err(error) = self.ports.store.audit_insert(&event).await {
            tracing::warn!(action = caller.action, error = %error, "audit event is lost");
        }
    }

    /// Passes a result on, and notes it if it is an error.
    pub async fn noting<T>(&self, caller: &Caller, target: &str, result: Result<T>) -> Result<T> {
        if let Err(error) = &result {
            self.record_failure(caller, target, error).await;
        }
        result
    }

    /// Newest first.
    pub async fn list(
        &self,
        caller: &Caller,
        filter: &AuditFilter,
        page: PageRequest,
    ) -> Result<Page<AuditEvent>> {
        operator(caller)?;
        Ok(self.ports.store.audit_list(filter, page).await?)
    }

    fn admit(&self, caller: &Caller, now: Timestamp) -> bool {
        let trace_id = &caller.origin.trace_id;
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if !trace_id.is_empty() && recent.calls.contains(trace_id) {
            return false;
        }
        let budget = if caller.principal.is_some() {
            &mut recent.signed_in
        } else {
            &mut recent.nobody
        };
        if !budget.take(now) {
            return false;
        }
        if !trace_id.is_empty() {
            if recent.calls.len() == REMEMBERED {
                recent.calls.pop_front();
            }
            recent.calls.push_back(trace_id.clone());
        }
        true
    }
}

impl fmt::Debug for Audits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Audits(..)")
    }
}

const fn outcome(error: &Error) -> AuditOutcome {
    match error {
        Error::Unauthenticated { .. }
        | Error::Forbidden { .. }
        | Error::Precondition { .. }
        | Error::Quota { .. }
        | Error::TooMany { .. } => AuditOutcome::Refused,
        Error::Invalid(_)
        | Error::NotFound(_)
        | Error::AlreadyExists { .. }
        | Error::WrongState { .. }
        | Error::Busy { .. }
        | Error::Stale
        | Error::HypervisorDown(_)
        | Error::StoreDown(_)
        | Error::Deadline
        | Error::Internal(_) => AuditOutcome::Failed,
    }
}
