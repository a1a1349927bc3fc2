//! What the end of an operation has its owner told.

use crate::domain::operation::{Operation, OperationKind, OperationState};
use crate::domain::outbox::{OutboxBody, OutboxMessage};
use crate::domain::time::Timestamp;

/// `None` for states that are not an end, and for ends that their owner has seen coming.
pub(super) fn end_message(
    operation: &Operation,
    state: OperationState,
    now: Timestamp,
) -> Option<OutboxMessage> {
    let body = match state {
        OperationState::Succeeded if operation.kind == OperationKind::ServerCreate => {
            OutboxBody::ServerCreated {
                server_id: operation.server_id,
            }
        }
        OperationState::Failed => OutboxBody::OperationFailed {
            operation_id: operation.id,
        },
        OperationState::Pending
        | OperationState::Running
        | OperationState::Unwinding
        | OperationState::Succeeded
        | OperationState::Cancelled
        | OperationState::Stuck => return None,
    };
    Some(OutboxMessage::due(body, now))
}
