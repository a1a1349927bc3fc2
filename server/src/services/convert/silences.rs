//! Silences of alerts.

use hostler_proto::v1;

use super::alert_conditions::{severity, wire_severity};
use super::reader::Reader;
use super::time::wire_time;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::SilenceId;
use crate::domain::silence::Silence;
use crate::engine::alerts::NewSilence;

const MAX_COMMENT: usize = 200;

/// Whether to list silences that are over, too.
#[derive(Debug)]
pub(in crate::services) struct WithPast(pub(in crate::services) bool);

impl TryFrom<v1::ListSilencesRequest> for WithPast {
    type Error = FieldErrors;

    fn try_from(request: v1::ListSilencesRequest) -> Result<Self, FieldErrors> {
        Ok(Self(request.with_past))
    }
}

impl TryFrom<v1::DeleteSilenceRequest> for SilenceId {
    type Error = FieldErrors;

    fn try_from(request: v1::DeleteSilenceRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("silence_id", &request.silence_id);
        read.finish(|| id)
    }
}

impl TryFrom<v1::CreateSilenceRequest> for NewSilence {
    type Error = FieldErrors;

    fn try_from(request: v1::CreateSilenceRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::inside("silence.");
        let silence = request.silence.unwrap_or_default();
        let rule_id = read.optional_id("rule_id", &silence.rule_id);
        let server_id = read.optional_id("server_id", &silence.server_id);
        let node_id = read.optional_id("node_id", &silence.node_id);
        let severity = severity(&mut read, "severity", silence.severity);
        let start_time = read.time("start_time", silence.start_time);
        let end_time = read.time("end_time", silence.end_time);
        if matches!(end_time, Some(None)) {
            read.bad("end_time", "must be given");
        }
        let comment = read.line("comment", &silence.comment, 0, MAX_COMMENT);
        read.finish(|| {
            Some(Self {
                rule_id: rule_id?,
                server_id: server_id?,
                node_id: node_id?,
                severity: severity?,
                start_time: start_time?,
                end_time: end_time??,
                comment: comment?,
            })
        })
    }
}

pub(in crate::services) fn wire_silence(silence: Silence) -> v1::Silence {
    v1::Silence {
        id: silence.id.to_string(),
        owner_id: silence.owner_id.map(|id| id.to_string()).unwrap_or_default(),
        rule_id: silence.rule_id.map(|id| id.to_string()).unwrap_or_default(),
        server_id: silence.server_id.map(|id| id.to_string()).unwrap_or_default(),
        node_id: silence.node_id.map(|id| id.to_string()).unwrap_or_default(),
        severity: silence
            .severity
            .map_or(v1::AlertSeverity::Unspecified, wire_severity)
            .into(),
        start_time: wire_time(silence.start_time),
        end_time: wire_time(silence.end_time),
        comment: silence.comment,
        created_by: silence.created_by.to_string(),
        create_time: wire_time(silence.create_time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bad_fields_of_a_silence_are_named_at_once() {
        let request = v1::CreateSilenceRequest {
            silence: Some(v1::Silence {
                rule_id: "x".to_owned(),
                server_id: "y".to_owned(),
                node_id: "z".to_owned(),
                severity: 9,
                comment: "a\nb".to_owned(),
                ..Default::default()
            }),
            request_id: String::new(),
        };
        let errors = NewSilence::try_from(request).unwrap_err();
        let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "silence.rule_id",
                "silence.server_id",
                "silence.node_id",
                "silence.severity",
                "silence.end_time",
                "silence.comment",
            ]
        );
    }
}
