//! What those who tell people and those who show what was told share.

use std::sync::Arc;

use super::core::Core;
use crate::engine::announcements::Writer;
use crate::engine::delivery::Attempts;

pub(super) struct Telling {
    pub(super) writer: Arc<Writer>,
    pub(super) attempts: Arc<Attempts>,
}

impl Telling {
    pub(super) fn new(core: &Core, public_url: &str) -> Self {
        let writer = Arc::new(Writer::new(Arc::clone(&core.keys), public_url));
        let attempts = Attempts::new(
            core.ports.clone(),
            Arc::clone(&core.keys),
            Arc::clone(&writer),
            core.mails,
        );
        Self {
            writer,
            attempts: Arc::new(attempts),
        }
    }
}
