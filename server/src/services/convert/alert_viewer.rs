//! Who looks at alerts: whether what is shown is theirs.

use super::viewer::Viewer;
use crate::domain::ids::UserId;
use crate::engine::caller::Caller;

#[derive(Clone, Copy, Debug)]
pub(in crate::services) struct AlertViewer {
    viewer: Viewer,
    me: Option<UserId>,
}

impl AlertViewer {
    pub(in crate::services) fn of(caller: &Caller) -> Self {
        Self {
            viewer: Viewer::of(caller),
            me: caller.principal.as_ref().map(|principal| principal.user_id),
        }
    }

    /// Staff, or this user.
    pub(super) fn is(&self, user: Option<UserId>) -> bool {
        self.viewer.staff || (user.is_some() && user == self.me)
    }
}
