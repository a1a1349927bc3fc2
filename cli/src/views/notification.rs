//! Notifications of the inbox.

use std::collections::BTreeMap;

use hostler_client::v1;
use serde::Serialize;

use super::word::enum_word;
use crate::output::View;
use crate::table::{Cell, Tone};
use crate::units::time;

/// Characters of a text that a list shows; all of it is in the details.
const LONGEST_LINE: usize = 120;

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
    /// What people call what it is about.
    #[serde(skip)]
    about: String,
}

impl From<v1::Notification> for NotificationView {
    fn from(notification: v1::Notification) -> Self {
        let kind = notification.kind();
        Self {
            about: about(kind, &notification.server_id),
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

/// Such as `alert on web-1`; nothing that is about no server has more of a name than its kind.
fn about(kind: v1::NotificationKind, server: &str) -> String {
    use v1::NotificationKind::{AlertFired, AlertResolved, OperationFailed, Security};
    match (kind, server) {
        (Security, _) => "account".to_owned(),
        (_, "") => String::new(),
        (AlertFired | AlertResolved, server) => format!("alert on {server}"),
        (OperationFailed, server) => format!("operation on {server}"),
        (_, server) => format!("server {server}"),
    }
}

impl NotificationView {
    pub(crate) fn server_id(&self) -> &str {
        &self.server_id
    }

    /// Puts the name of the server in the place of its id.
    pub(crate) fn with_names(mut self, names: &BTreeMap<String, String>) -> Self {
        if let Some(name) = names.get(&self.server_id) {
            self.about = self.about.replace(&self.server_id, name);
        }
        self
    }

    /// The text as one line, which is not to fill the whole screen.
    fn line(&self) -> String {
        let words: Vec<_> = self.text.split_whitespace().collect();
        let line = words.join(" ");
        if line.chars().count() <= LONGEST_LINE {
            return line;
        }
        let cut: String = line.chars().take(LONGEST_LINE).collect();
        format!("{}…", cut.trim_end())
    }

    fn state(&self) -> Cell {
        if self.read_time.is_some() {
            Cell::toned("read", Tone::Plain)
        } else {
            Cell::toned("new", Tone::Good)
        }
    }
}

impl View for NotificationView {
    const COLUMNS: &'static [&'static str] = &["TIME", "STATE", "ABOUT", "TEXT", "ID"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            time::human(self.create_time.as_deref()).into(),
            self.state(),
            self.about.as_str().into(),
            self.line().into(),
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
            ("About", self.about.as_str().into()),
            ("Alert", self.alert_id.as_str().into()),
            ("Operation", self.operation_id.as_str().into()),
            ("Id", self.id.as_str().into()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a_notification(kind: v1::NotificationKind, server_id: &str, text: &str) -> NotificationView {
        v1::Notification {
            kind: kind.into(),
            server_id: server_id.to_owned(),
            text: text.to_owned(),
            ..Default::default()
        }
        .into()
    }

    #[test]
    fn it_says_in_a_line_what_has_happened_and_to_what() {
        let names = BTreeMap::from([("0190".to_owned(), "web-1".to_owned())]);
        let text = "An alert fires.\n\nSeverity: warning.";
        let alert = a_notification(v1::NotificationKind::AlertFired, "0190", text).with_names(&names);
        let cells: Vec<_> = alert.cells().into_iter().map(|cell| cell.text).collect();
        assert_eq!(
            cells[1..4],
            ["new", "alert on web-1", "An alert fires. Severity: warning."]
        );
        let gone = a_notification(v1::NotificationKind::ServerCreated, "0191", "").with_names(&names);
        assert_eq!(gone.about, "server 0191");
        let security = a_notification(v1::NotificationKind::Security, "", "");
        assert_eq!(security.about, "account");
    }

    #[test]
    fn a_long_text_is_cut_in_a_list_and_whole_in_the_details() {
        let text = "é ".repeat(200);
        let long = a_notification(v1::NotificationKind::OperationFailed, "0190", &text);
        assert_eq!(long.line().chars().count(), LONGEST_LINE);
        let details = long.details();
        let (_, whole) = details.iter().find(|(name, _)| *name == "Text").unwrap();
        assert_eq!(whole.text, text);
    }
}
