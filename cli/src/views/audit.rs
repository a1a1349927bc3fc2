//! Events of the audit log.

use hostler_client::v1;
use serde::Serialize;

use super::word::enum_word;
use crate::output::View;
use crate::table::{Cell, Tone};
use crate::units::time;

/// One call that changed something or was to.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AuditEventView {
    id: String,
    user_id: String,
    credential: String,
    action: String,
    target: String,
    address: String,
    request_id: String,
    outcome: String,
    reason: String,
    create_time: Option<String>,
    #[serde(skip)]
    tone: Tone,
}

impl From<v1::AuditEvent> for AuditEventView {
    fn from(event: v1::AuditEvent) -> Self {
        let outcome = event.outcome();
        Self {
            id: event.id,
            user_id: event.user_id,
            credential: event.credential,
            action: event.action,
            target: event.target,
            address: event.address,
            request_id: event.request_id,
            outcome: enum_word(outcome.as_str_name(), "AUDIT_OUTCOME_"),
            reason: event.reason,
            create_time: time::machine(event.create_time),
            tone: match outcome {
                v1::AuditOutcome::Unspecified | v1::AuditOutcome::Done => Tone::Plain,
                v1::AuditOutcome::Refused | v1::AuditOutcome::Failed => Tone::Bad,
            },
        }
    }
}

impl View for AuditEventView {
    const COLUMNS: &'static [&'static str] =
        &["TIME", "ACTION", "TARGET", "OUTCOME", "REASON", "USER", "ADDRESS"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            time::human(self.create_time.as_deref()).into(),
            self.action.as_str().into(),
            self.target.as_str().into(),
            Cell::toned(self.outcome.as_str(), self.tone),
            self.reason.as_str().into(),
            self.user_id.as_str().into(),
            self.address.as_str().into(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("Time", time::human(self.create_time.as_deref()).into()),
            ("Action", self.action.as_str().into()),
            ("Target", self.target.as_str().into()),
            ("Outcome", Cell::toned(self.outcome.as_str(), self.tone)),
            ("Reason", self.reason.as_str().into()),
            ("User", self.user_id.as_str().into()),
            ("Credential", self.credential.as_str().into()),
            ("Address", self.address.as_str().into()),
            ("Request", self.request_id.as_str().into()),
            ("Id", self.id.as_str().into()),
        ]
    }
}
