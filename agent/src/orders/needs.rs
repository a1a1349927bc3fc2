//! Which grant an action needs.

use hostler_proto::v1;
use v1::node_action::Action;

use crate::config::Grant;

/// `None` for what this agent does not know.
pub(super) fn needs(action: &Action) -> Option<Grant> {
    match action {
        Action::Container(action) => match action.verb() {
            v1::ContainerVerb::Unspecified => None,
            v1::ContainerVerb::Start
            | v1::ContainerVerb::Stop
            | v1::ContainerVerb::Restart
            | v1::ContainerVerb::Pause
            | v1::ContainerVerb::Unpause
            | v1::ContainerVerb::Kill => Some(Grant::ContainersControl),
            v1::ContainerVerb::Remove => Some(Grant::ContainersRemove),
        },
        Action::Logs(_) => Some(Grant::ContainersLogs),
        Action::Inspection(_) => Some(Grant::ContainersRead),
        Action::Pull(_) => Some(Grant::ImagesPull),
        Action::GuestPassword(_) => Some(Grant::GuestsPassword),
    }
}
