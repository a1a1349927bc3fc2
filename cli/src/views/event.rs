//! What happened to a server.

use hostler_client::v1;
use serde::Serialize;

use crate::output::View;
use crate::table::Cell;
use crate::units::time;

#[derive(Clone, Debug, Serialize)]
pub(crate) struct EventView {
    id: String,
    server_id: String,
    operation_id: String,
    kind: String,
    text: String,
    create_time: Option<String>,
}

impl From<v1::ServerEvent> for EventView {
    fn from(event: v1::ServerEvent) -> Self {
        Self {
            id: event.id,
            server_id: event.server_id,
            operation_id: event.operation_id,
            kind: event.kind,
            text: event.text,
            create_time: time::machine(event.create_time),
        }
    }
}

impl View for EventView {
    const COLUMNS: &'static [&'static str] = &["WHEN", "EVENT", "TEXT", "OPERATION"];

    fn cells(&self) -> Vec<Cell> {
        self.details().into_iter().map(|(_, cell)| cell).collect()
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("When", time::human(self.create_time.as_deref()).into()),
            ("Event", self.kind.as_str().into()),
            ("Text", self.text.as_str().into()),
            ("Operation", self.operation_id.as_str().into()),
        ]
    }
}
