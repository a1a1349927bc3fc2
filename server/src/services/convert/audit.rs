//! Requests and answers of `Audit`.

use hostler_proto::v1;

use super::reader::Reader;
use super::time::wire_time;
use crate::domain::audit::{AuditEvent, AuditFilter, AuditOutcome};
use crate::domain::fields::FieldErrors;

const MAX_TARGET: usize = 200;
const MAX_ACTION: usize = 100;

impl TryFrom<v1::ListAuditEventsRequest> for AuditFilter {
    type Error = FieldErrors;

    fn try_from(request: v1::ListAuditEventsRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let user_id = read.optional_id("user_id", &request.user_id);
        let target = read.line("target", &request.target, 0, MAX_TARGET);
        let action = read.line("action", &request.action, 0, MAX_ACTION);
        let outcome = outcome(&mut read, request.outcome);
        let start_time = read.time("start_time", request.start_time);
        let end_time = read.time("end_time", request.end_time);
        if let (Some(Some(start)), Some(Some(end))) = (start_time, end_time)
            && end <= start
        {
            read.bad("end_time", "must be after start_time");
        }
        read.finish(|| {
            Some(Self {
                user_id: user_id?,
                target: Some(target?).filter(|text| !text.is_empty()),
                action: Some(action?).filter(|text| !text.is_empty()),
                outcome: outcome?,
                start_time: start_time?,
                end_time: end_time?,
            })
        })
    }
}

/// Unspecified is `None`.
fn outcome(read: &mut Reader, value: i32) -> Option<Option<AuditOutcome>> {
    match v1::AuditOutcome::try_from(value) {
        Ok(v1::AuditOutcome::Unspecified) => Some(None),
        Ok(v1::AuditOutcome::Done) => Some(Some(AuditOutcome::Done)),
        Ok(v1::AuditOutcome::Refused) => Some(Some(AuditOutcome::Refused)),
        Ok(v1::AuditOutcome::Failed) => Some(Some(AuditOutcome::Failed)),
        Err(_) => {
            read.bad("outcome", "must be an outcome that this server knows");
            None
        }
    }
}

pub(in crate::services) fn wire_audit_event(event: AuditEvent) -> v1::AuditEvent {
    let outcome = match event.outcome {
        AuditOutcome::Done => v1::AuditOutcome::Done,
        AuditOutcome::Refused => v1::AuditOutcome::Refused,
        AuditOutcome::Failed => v1::AuditOutcome::Failed,
    };
    v1::AuditEvent {
        id: event.id.to_string(),
        user_id: event.user_id.map(|id| id.to_string()).unwrap_or_default(),
        credential: event.credential,
        action: event.action,
        target: event.target,
        address: event.address,
        request_id: event.request_id,
        outcome: outcome.into(),
        reason: event.reason,
        create_time: wire_time(event.create_time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: prost_types::Timestamp = prost_types::Timestamp {
        seconds: 1_767_268_800,
        nanos: 0,
    };

    #[test]
    fn an_empty_request_asks_for_everything() {
        let filter = AuditFilter::try_from(v1::ListAuditEventsRequest::default()).unwrap();
        assert_eq!(filter, AuditFilter::default());
    }

    #[test]
    fn every_bad_field_is_named_at_once() {
        let request = v1::ListAuditEventsRequest {
            user_id: "x".to_owned(),
            target: "t".repeat(MAX_TARGET + 1),
            action: "a\n".repeat(2),
            outcome: 99,
            start_time: Some(NOON),
            end_time: Some(NOON),
            ..Default::default()
        };
        let errors = AuditFilter::try_from(request).unwrap_err();
        let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["user_id", "target", "action", "outcome", "end_time"]);
    }
}
