//! Snapshots.

use hostler_client::v1;
use serde::Serialize;

use super::word::enum_word;
use crate::output::View;
use crate::table::{Cell, Tone};
use crate::units::time;

/// A snapshot of a server.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SnapshotView {
    pub(crate) id: String,
    server_id: String,
    pub(crate) name: String,
    description: String,
    state: String,
    create_time: Option<String>,
    etag: String,
    #[serde(skip)]
    tone: Tone,
}

impl From<v1::Snapshot> for SnapshotView {
    fn from(snapshot: v1::Snapshot) -> Self {
        let state = snapshot.state();
        Self {
            id: snapshot.id,
            server_id: snapshot.server_id,
            name: snapshot.name,
            description: snapshot.description,
            state: enum_word(state.as_str_name(), "SNAPSHOT_STATE_"),
            create_time: time::machine(snapshot.create_time),
            etag: snapshot.etag,
            tone: match state {
                v1::SnapshotState::Unspecified => Tone::Plain,
                v1::SnapshotState::Ready => Tone::Good,
                v1::SnapshotState::Failed => Tone::Bad,
                v1::SnapshotState::Creating | v1::SnapshotState::Restoring | v1::SnapshotState::Deleting => {
                    Tone::Changing
                }
            },
        }
    }
}

impl View for SnapshotView {
    const COLUMNS: &'static [&'static str] = &["NAME", "STATE", "CREATED", "DESCRIPTION", "ID"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.name.as_str().into(),
            Cell::toned(self.state.as_str(), self.tone),
            time::human(self.create_time.as_deref()).into(),
            self.description.as_str().into(),
            self.id.as_str().into(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("Name", self.name.as_str().into()),
            ("State", Cell::toned(self.state.as_str(), self.tone)),
            ("Id", self.id.as_str().into()),
            ("Server", self.server_id.as_str().into()),
            ("Description", self.description.as_str().into()),
            ("Created", time::human(self.create_time.as_deref()).into()),
        ]
    }
}
