//! One answer, as the real server would give it.

use std::time::Duration;

use serde_json::{Value, json};

#[derive(Clone, Debug)]
pub struct Answer {
    pub(super) status: u16,
    /// Instead of the usual words after the status.
    pub(super) reason: Option<String>,
    pub(super) body: Vec<u8>,
    pub(super) delay: Duration,
    /// Closes the connection without a word.
    pub(super) dropped: bool,
}

impl Answer {
    /// A success with this `data`.
    pub fn data(data: &Value) -> Self {
        Self::raw(200, json!({"data": data}).to_string())
    }

    /// A failure with its message in the body, as from Proxmox VE 8.4 on.
    pub fn failure(status: u16, message: &str) -> Self {
        Self::raw(
            status,
            json!({"data": null, "message": format!("{message}\n")}).to_string(),
        )
    }

    /// A failure that says why in the status line only.
    pub fn reason(status: u16, reason: &str) -> Self {
        Self {
            reason: Some(reason.to_owned()),
            ..Self::raw(status, "")
        }
    }

    pub fn raw(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            reason: None,
            body: body.into(),
            delay: Duration::ZERO,
            dropped: false,
        }
    }

    /// The connection ends where the answer should be.
    pub fn dropped() -> Self {
        Self {
            dropped: true,
            ..Self::raw(500, "")
        }
    }

    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }
}
