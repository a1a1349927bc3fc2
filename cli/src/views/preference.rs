//! How the owner of an account wants to hear of things.

use hostler_client::v1;
use serde::Serialize;

use super::word::enum_word;
use crate::output::View;
use crate::table::{Cell, Tone};

/// Of one kind of thing.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PreferenceView {
    kind: String,
    inbox: bool,
    email: bool,
    channels: bool,
}

impl From<v1::NotificationPreference> for PreferenceView {
    fn from(preference: v1::NotificationPreference) -> Self {
        Self {
            kind: enum_word(preference.kind().as_str_name(), "NOTIFICATION_KIND_"),
            inbox: preference.inbox,
            email: preference.email,
            channels: preference.channels,
        }
    }
}

fn switch(on: bool) -> Cell {
    if on {
        Cell::toned("on", Tone::Good)
    } else {
        "off".into()
    }
}

impl View for PreferenceView {
    const COLUMNS: &'static [&'static str] = &["KIND", "INBOX", "EMAIL", "CHANNELS"];

    fn cells(&self) -> Vec<Cell> {
        self.details().into_iter().map(|(_, cell)| cell).collect()
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("Kind", self.kind.replace('_', "-").into()),
            ("Inbox", switch(self.inbox)),
            ("Email", switch(self.email)),
            ("Channels", switch(self.channels)),
        ]
    }
}
