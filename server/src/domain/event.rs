//! What happened to a thing, in order: the timeline of a server.

use super::ids::{EventId, OperationId, ServerId, UserId};
use super::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub id: EventId,
    pub server_id: Option<ServerId>,
    pub owner_id: UserId,
    pub operation_id: Option<OperationId>,
    /// Stable and dotted, such as `server.created` or `operation.stuck`.
    pub kind: String,
    /// One sentence for people.
    pub text: String,
    pub create_time: Timestamp,
}
