//! The line that the end of an operation leaves in its server's timeline.

use crate::domain::event::Event;
use crate::domain::ids::EventId;
use crate::domain::operation::{Operation, OperationError, OperationKind, OperationState};
use crate::domain::time::Timestamp;

/// `None` for states that are not an end.
pub(super) fn end_event(
    operation: &Operation,
    state: OperationState,
    error: Option<&OperationError>,
    now: Timestamp,
) -> Option<Event> {
    let message = error.map(|error| error.message.as_str()).unwrap_or_default();
    let name = operation.kind.public_name();
    let (kind, text) = match state {
        OperationState::Pending | OperationState::Running | OperationState::Unwinding => {
            return None;
        }
        OperationState::Succeeded => {
            let (kind, text) = success(operation.kind);
            (kind, text.to_owned())
        }
        OperationState::Failed => ("operation.failed", format!("{name} failed: {message}")),
        OperationState::Cancelled => ("operation.cancelled", format!("{name} was cancelled")),
        OperationState::Stuck => (
            "operation.stuck",
            format!("{name} cannot be undone and waits for an operator"),
        ),
    };
    Some(Event {
        id: EventId::generate(),
        server_id: Some(operation.server_id),
        owner_id: operation.owner_id,
        operation_id: Some(operation.id),
        kind: kind.to_owned(),
        text,
        create_time: now,
    })
}

const fn success(kind: OperationKind) -> (&'static str, &'static str) {
    match kind {
        OperationKind::ServerCreate => ("server.created", "the server was created"),
        OperationKind::ServerStart => ("server.started", "the server was started"),
        OperationKind::ServerStop => ("server.stopped", "the server was stopped"),
        OperationKind::ServerRestart => ("server.restarted", "the server was restarted"),
        OperationKind::ServerDelete => ("server.deleted", "the server was deleted"),
        OperationKind::ServerResize => ("server.resized", "the server was resized"),
        OperationKind::ServerRename => ("server.renamed", "the server was renamed"),
        OperationKind::ServerResetPassword => ("server.password_reset", "the root password was reset"),
        OperationKind::SnapshotCreate => ("snapshot.created", "a snapshot was taken"),
        OperationKind::SnapshotRestore => ("snapshot.restored", "the server was set back to a snapshot"),
        OperationKind::SnapshotDelete => ("snapshot.deleted", "a snapshot was deleted"),
    }
}
