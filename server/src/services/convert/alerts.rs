//! Requests and answers of `Alerts`.

use hostler_proto::v1;

use super::alert_conditions::{severity, wire_condition, wire_figure, wire_severity};
use super::alert_viewer::AlertViewer;
use super::reader::Reader;
use super::time::wire_time;
use crate::domain::alert::{Alert, AlertFilter, AlertState, AlertTransition, TransitionKind};
use crate::domain::alert_condition::Condition;
use crate::domain::alert_subject::AlertSubject;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::AlertId;
use crate::domain::time::Timestamp;
use crate::engine::alerts::{AlertsEvent, ShownAlert};

const MAX_STATES: usize = 3;

impl TryFrom<v1::ListAlertsRequest> for AlertFilter {
    type Error = FieldErrors;

    fn try_from(request: v1::ListAlertsRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let states = read.enums("states", &request.states, MAX_STATES, state);
        let server_id = read.optional_id("server_id", &request.server_id);
        let node_id = read.optional_id("node_id", &request.node_id);
        let severity = severity(&mut read, "severity", request.severity);
        let owner_id = read.optional_id("owner_id", &request.owner_id);
        read.finish(|| {
            Some(Self {
                states: states?,
                server_id: server_id?,
                node_id: node_id?,
                severity: severity?,
                owner_id: owner_id?,
            })
        })
    }
}

macro_rules! alert_id {
    ($($message:ident),+) => {$(
        impl TryFrom<v1::$message> for AlertId {
            type Error = FieldErrors;

            fn try_from(request: v1::$message) -> Result<Self, FieldErrors> {
                let mut read = Reader::default();
                let id = read.id("alert_id", &request.alert_id);
                read.finish(|| id)
            }
        }
    )+};
}

alert_id!(
    GetAlertRequest,
    AcknowledgeAlertRequest,
    UnacknowledgeAlertRequest
);

/// Where a stream goes on.
#[derive(Debug)]
pub(in crate::services) struct Cursor(pub(in crate::services) Option<i64>);

impl TryFrom<v1::WatchAlertsRequest> for Cursor {
    type Error = FieldErrors;

    fn try_from(request: v1::WatchAlertsRequest) -> Result<Self, FieldErrors> {
        if request.cursor.is_empty() {
            return Ok(Self(None));
        }
        let position = request
            .cursor
            .strip_prefix('c')
            .and_then(|text| text.parse().ok());
        match position {
            Some(position) if position >= 0 && cursor(position) == request.cursor => Ok(Self(Some(position))),
            Some(_) | None => Err(FieldErrors::one(
                "cursor",
                "must be the cursor of an event of this stream, or empty",
            )),
        }
    }
}

fn cursor(position: i64) -> String {
    format!("c{position}")
}

fn state(value: i32) -> Option<AlertState> {
    match v1::AlertState::try_from(value) {
        Ok(v1::AlertState::Pending) => Some(AlertState::Pending),
        Ok(v1::AlertState::Firing) => Some(AlertState::Firing),
        Ok(v1::AlertState::Resolved) => Some(AlertState::Resolved),
        Ok(v1::AlertState::Unspecified) | Err(_) => None,
    }
}

const fn wire_state(state: AlertState) -> v1::AlertState {
    match state {
        AlertState::Pending => v1::AlertState::Pending,
        AlertState::Firing => v1::AlertState::Firing,
        AlertState::Resolved => v1::AlertState::Resolved,
    }
}

const fn wire_kind(kind: TransitionKind) -> v1::AlertChangeKind {
    match kind {
        TransitionKind::Fired => v1::AlertChangeKind::Fired,
        TransitionKind::Resolved => v1::AlertChangeKind::Resolved,
        TransitionKind::Withdrawn => v1::AlertChangeKind::Withdrawn,
        TransitionKind::DataLost => v1::AlertChangeKind::DataLost,
        TransitionKind::DataFound => v1::AlertChangeKind::DataFound,
        TransitionKind::Acknowledged => v1::AlertChangeKind::Acknowledged,
        TransitionKind::Unacknowledged => v1::AlertChangeKind::Unacknowledged,
        TransitionKind::Silenced => v1::AlertChangeKind::Silenced,
        TransitionKind::Unsilenced => v1::AlertChangeKind::Unsilenced,
        TransitionKind::Repeated => v1::AlertChangeKind::Repeated,
    }
}

pub(in crate::services) fn wire_alert(shown: ShownAlert, viewer: &AlertViewer) -> v1::Alert {
    wire(shown.alert, shown.silence_end_time, viewer)
}

fn wire(alert: Alert, silence_end_time: Option<Timestamp>, viewer: &AlertViewer) -> v1::Alert {
    let progress = alert.progress;
    let acknowledged = alert.acknowledgement;
    let by = acknowledged
        .map(|acknowledged| acknowledged.user_id)
        .filter(|user| viewer.is(Some(*user)));
    let value = match alert.condition {
        Condition::Metric(condition) => progress.value.map(|value| wire_figure(condition.metric, value)),
        #[expect(clippy::cast_precision_loss, reason = "seconds of years are exact")]
        Condition::DiskForecast { .. } => progress.value.map(|seconds| seconds as f64 / 3600.0),
        Condition::ServerState { .. }
        | Condition::OperationStuck { .. }
        | Condition::NodeOffline { .. }
        | Condition::ContainerState { .. }
        | Condition::ContainerRestarts { .. } => None,
    };
    let mut told = v1::Alert {
        id: alert.id.to_string(),
        rule_id: alert.rule_id.to_string(),
        rule_name: alert.rule_name,
        condition: Some(wire_condition(&alert.condition)),
        severity: wire_severity(alert.severity).into(),
        state: wire_state(progress.state).into(),
        no_data: progress.no_data,
        value,
        operation_id: alert.operation_id.map(|id| id.to_string()).unwrap_or_default(),
        begin_time: wire_time(progress.begin_time),
        fire_time: progress.fire_time.and_then(wire_time),
        resolve_time: progress.resolve_time.and_then(wire_time),
        acknowledge_time: acknowledged.and_then(|acknowledged| wire_time(acknowledged.time)),
        acknowledged_by: by.map(|id| id.to_string()).unwrap_or_default(),
        silence_end_time: silence_end_time.and_then(wire_time),
        update_time: wire_time(alert.update_time),
        ..Default::default()
    };
    name_subject(&mut told, alert.subject);
    told
}

fn name_subject(told: &mut v1::Alert, subject: AlertSubject) {
    match subject {
        AlertSubject::Server {
            server_id,
            server_name,
            owner_id,
        } => {
            told.server_id = server_id.to_string();
            told.server_name = server_name;
            told.owner_id = owner_id.to_string();
        }
        AlertSubject::Node { node_id, node_name } => {
            told.node_id = node_id.to_string();
            told.node_name = node_name;
        }
        AlertSubject::Container {
            node_id,
            node_name,
            container_id,
            container_name,
        } => {
            told.node_id = node_id.to_string();
            told.node_name = node_name;
            told.container_id = container_id.to_string();
            told.container_name = container_name;
        }
    }
}

pub(in crate::services) fn wire_change(change: AlertTransition, viewer: &AlertViewer) -> v1::AlertChange {
    v1::AlertChange {
        cursor: cursor(change.position),
        kind: wire_kind(change.kind).into(),
        time: wire_time(change.time),
        alert: Some(wire(change.alert, None, viewer)),
    }
}

pub(in crate::services) fn wire_alerts_event(
    event: AlertsEvent,
    viewer: &AlertViewer,
) -> v1::WatchAlertsResponse {
    use v1::watch_alerts_response::Event;
    let event = match event {
        AlertsEvent::Snapshot { alerts, end } => Event::Snapshot(v1::AlertsSnapshot {
            alerts: alerts
                .into_iter()
                .map(|alert| wire_alert(alert, viewer))
                .collect(),
            last: end.is_some(),
            cursor: end.map(cursor).unwrap_or_default(),
        }),
        AlertsEvent::Changed(change) => Event::Change(v1::AlertChange {
            cursor: cursor(change.position),
            kind: wire_kind(change.kind).into(),
            time: wire_time(change.time),
            alert: Some(wire_alert(change.alert, viewer)),
        }),
        AlertsEvent::Heartbeat { time, position } => Event::Heartbeat(v1::AlertsHeartbeat {
            time: wire_time(time),
            cursor: cursor(position),
        }),
    };
    v1::WatchAlertsResponse { event: Some(event) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_in_its_one_spelling() {
        let read = |text: &str| {
            let cursor = text.to_owned();
            Cursor::try_from(v1::WatchAlertsRequest { cursor }).map(|cursor| cursor.0)
        };
        assert_eq!(read(""), Ok(None));
        assert_eq!(read("c0"), Ok(Some(0)));
        assert_eq!(read(&cursor(i64::MAX)), Ok(Some(i64::MAX)));
        for bad in ["c", "12", "c012", "c-1", "c+1", "c9223372036854775808", "C1"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn all_bad_filters_are_named_at_once() {
        let request = v1::ListAlertsRequest {
            states: vec![0],
            server_id: "x".to_owned(),
            severity: 9,
            owner_id: "y".to_owned(),
            node_id: "z".to_owned(),
            ..Default::default()
        };
        let errors = AlertFilter::try_from(request).unwrap_err();
        let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["states", "server_id", "node_id", "severity", "owner_id"]);
    }
}
