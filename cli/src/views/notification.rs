//! Notifications of the inbox.

use hostler_client::v1;
use serde::Serialize;

use super::word::enum_word;
use crate::output::View;
use crate::table::{Cell, Tone};
use crate::units::time;

/// Something that has happened.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct NotificationView {
    id: String,
    kind: String,
    title: String,
    text: String,
    server_id: String,
    operation_id: String,
    alert_id: String,
    create_time: Option<String>,
    read_time: Option<String>,
}

impl From<v1::Notification> for NotificationView {
    fn from(notification: v1::Notification) -> Self {
        let kind = notification.kind();
        Self {
            id: notification.id,
            kind: enum_word(kind.as_str_name(), "NOTIFICATION_KIND_"),
            title: notification.title,
            text: notification.text,
            server_id: notification.server_id,
            operation_id: notification.operation_id,
            alert_id: notification.alert_id,
            create_time: time::machine(notification.create_time),
            read_time: time::machine(notification.read_time),
        }
    }
}

impl NotificationView {
    fn state(&self) -> Cell {
        if self.read_time.is_some() {
            Cell::toned("read", Tone::Plain)
        } else {
            Cell::toned("new", Tone::Good)
        }
    }
}

impl View for NotificationView {
    const COLUMNS: &'static [&'static str] = &["TIME", "", "TITLE", "ID"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            time::human(self.create_time.as_deref()).into(),
            self.state(),
            self.title.as_str().into(),
            self.id.as_str().into(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("Time", time::human(self.create_time.as_deref()).into()),
            ("Title", self.title.as_str().into()),
            ("Text", self.text.as_str().into()),
            ("Kind", self.kind.as_str().into()),
            ("State", self.state()),
            ("Server", self.server_id.as_str().into()),
            ("Id", self.id.as_str().into()),
        ]
    }
}
