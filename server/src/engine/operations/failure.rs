//! Reads the errors of ports as failures of steps: what is worth another try, and what to tell whom.
//!
//! Messages are for everybody and hold none of the hypervisor's words; details are for staff and do.

use super::step_end::StepError;
use crate::domain::operation::OperationError;
use crate::ports::hypervisor::{HypervisorError, Rejection};
use crate::ports::store::StoreError;

/// The reason that marks an operation as unwinding because somebody cancelled it.
pub(super) const CANCELLED: &str = "CANCELLED";

pub(super) fn failure(reason: &str, message: impl Into<String>, detail: impl Into<String>) -> OperationError {
    OperationError {
        reason: reason.to_owned(),
        message: message.into(),
        detail: detail.into(),
    }
}

pub(super) fn cancelled() -> OperationError {
    failure(CANCELLED, "cancelled on request", "")
}

pub(super) fn transient(reason: &str, message: &str, detail: impl Into<String>) -> StepError {
    StepError::Transient(failure(reason, message, detail))
}

pub(super) fn permanent(reason: &str, message: &str, detail: impl Into<String>) -> StepError {
    StepError::Permanent(failure(reason, message, detail))
}

/// A defect of ours: the log has more.
pub(super) fn internal(detail: impl Into<String>) -> StepError {
    permanent(
        "INTERNAL",
        "an internal error; the operator can see what it was",
        detail,
    )
}

pub(super) fn task_failed(text: &str, transient: bool) -> StepError {
    let failure = failure(
        "HYPERVISOR_TASK_FAILED",
        "the hypervisor began the task and could not finish it",
        text,
    );
    if transient {
        StepError::Resubmit(failure)
    } else {
        StepError::Permanent(failure)
    }
}

impl From<HypervisorError> for StepError {
    fn from(error: HypervisorError) -> Self {
        match error {
            HypervisorError::NotFound(text) => permanent(
                "GUEST_NOT_FOUND",
                "the hypervisor does not know the server or the snapshot",
                text,
            ),
            HypervisorError::AlreadyThere(text) => permanent(
                "TAKEN_ON_HYPERVISOR",
                "something else on the hypervisor has the name or number",
                text,
            ),
            HypervisorError::Busy(text) => transient(
                "HYPERVISOR_BUSY",
                "another task on the hypervisor holds the server",
                text,
            ),
            HypervisorError::Unavailable(text) => {
                transient("HYPERVISOR_UNAVAILABLE", "the hypervisor did not answer", text)
            }
            HypervisorError::Rejected { reason, text } => rejected(reason, text),
            HypervisorError::TaskFailed(text) => task_failed(&text, false),
        }
    }
}

fn rejected(reason: Rejection, text: String) -> StepError {
    match reason {
        // The operator's to repair, and often repaired within minutes: a token expired, a role was edited.
        Rejection::Unauthenticated | Rejection::Forbidden => transient(
            "HYPERVISOR_ACCESS",
            "the hypervisor refuses the access that Hostler has; the operator has to repair it",
            text,
        ),
        Rejection::InvalidParameter => permanent(
            "HYPERVISOR_REJECTED",
            "the hypervisor refuses these settings",
            text,
        ),
        Rejection::Storage => permanent(
            "HYPERVISOR_STORAGE",
            "the hypervisor's storage is full, missing, or cannot do this",
            text,
        ),
        Rejection::Template => permanent(
            "TEMPLATE_MISSING",
            "the operating system's template is missing on the hypervisor",
            text,
        ),
        Rejection::NotOurs => permanent(
            "NOT_OURS",
            "what is in the server's place on the hypervisor does not belong to Hostler",
            text,
        ),
        Rejection::StuckLock => stuck_lock(text),
        Rejection::Unsupported => permanent(
            "UNSUPPORTED",
            "the hypervisor cannot do this with this server",
            text,
        ),
        Rejection::Unexplained => permanent(
            "HYPERVISOR_REFUSED",
            "the hypervisor refused to begin; the operator can see its words",
            text,
        ),
    }
}

/// Nothing in the hypervisor's interface lifts such a lock: somebody has to do it on the node.
pub(super) fn stuck_lock(text: impl Into<String>) -> StepError {
    let text = text.into();
    permanent(
        "STUCK_LOCK",
        "the hypervisor keeps the server locked after an interruption; the operator has to unlock it",
        format!("{text}; run `pct unlock VMID` on the node, then retry the operation"),
    )
}

impl From<StoreError> for StepError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => transient(
                "STORE_UNAVAILABLE",
                "the database did not answer",
                error.to_string(),
            ),
            StoreError::Exhausted { what } => permanent(
                "EXHAUSTED",
                "nothing is left to give to the server; ask the operator for more",
                format!("no {what} left"),
            ),
            StoreError::NotFound
            | StoreError::AlreadyExists { .. }
            | StoreError::Stale
            | StoreError::Replayed { .. }
            | StoreError::Reused
            | StoreError::InUse { .. }
            | StoreError::Full { .. }
            | StoreError::LastOperator
            | StoreError::Corrupt { .. }
            | StoreError::Other(_) => internal(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_never_carries_the_words_of_the_hypervisor() {
        let words = "CT 100 on node pve7";
        let rejections = [
            Rejection::Unauthenticated,
            Rejection::Forbidden,
            Rejection::InvalidParameter,
            Rejection::Storage,
            Rejection::Template,
            Rejection::NotOurs,
            Rejection::StuckLock,
            Rejection::Unsupported,
            Rejection::Unexplained,
        ];
        let text = || words.to_owned();
        let mut errors = vec![
            HypervisorError::NotFound(text()),
            HypervisorError::AlreadyThere(text()),
            HypervisorError::Busy(text()),
            HypervisorError::Unavailable(text()),
            HypervisorError::TaskFailed(text()),
        ];
        errors.extend(rejections.map(|reason| HypervisorError::Rejected { reason, text: text() }));
        for error in errors {
            let (StepError::Transient(failure)
            | StepError::Resubmit(failure)
            | StepError::Permanent(failure)) = StepError::from(error);
            assert!(!failure.message.contains(words), "{}", failure.message);
            assert!(failure.detail.contains(words), "{}", failure.reason);
        }
    }

    #[test]
    fn what_time_can_heal_is_tried_again() {
        for error in [
            HypervisorError::Busy(String::new()),
            HypervisorError::Unavailable(String::new()),
            HypervisorError::Rejected {
                reason: Rejection::Forbidden,
                text: String::new(),
            },
        ] {
            assert!(matches!(StepError::from(error), StepError::Transient(_)));
        }
    }
}
