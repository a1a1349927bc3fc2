//! What happened to a server.

use hostler_proto::v1;

use super::reader::Reader;
use super::time::wire_time;
use crate::domain::event::Event;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::ServerId;

/// Whose events to list.
#[derive(Debug)]
pub(in crate::services) struct EventsOf(pub(in crate::services) ServerId);

impl TryFrom<v1::ListServerEventsRequest> for EventsOf {
    type Error = FieldErrors;

    fn try_from(request: v1::ListServerEventsRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("server_id", &request.server_id);
        read.finish(|| Some(Self(id?)))
    }
}

pub(in crate::services) fn wire_server_event(event: Event) -> v1::ServerEvent {
    v1::ServerEvent {
        id: event.id.to_string(),
        server_id: event.server_id.map(|id| id.to_string()).unwrap_or_default(),
        operation_id: event.operation_id.map(|id| id.to_string()).unwrap_or_default(),
        kind: event.kind,
        text: event.text,
        create_time: wire_time(event.create_time),
    }
}
