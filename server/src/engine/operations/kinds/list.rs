//! From a kind to its steps. A released list only grows at its end; anything else is a new version.

use super::{
    server_create, server_delete, server_rename, server_reset_password, server_resize, server_restart,
    server_start, server_stop, snapshot_create, snapshot_delete, snapshot_restore,
};
use crate::domain::operation::OperationKind;
use crate::engine::operations::step::Steps;

pub(crate) fn steps(kind: OperationKind) -> Steps {
    match kind {
        OperationKind::ServerCreate => server_create::steps(),
        OperationKind::ServerStart => server_start::steps(),
        OperationKind::ServerStop => server_stop::steps(),
        OperationKind::ServerRestart => server_restart::steps(),
        OperationKind::ServerDelete => server_delete::steps(),
        OperationKind::ServerResize => server_resize::steps(),
        OperationKind::ServerRename => server_rename::steps(),
        OperationKind::ServerResetPassword => server_reset_password::steps(),
        OperationKind::SnapshotCreate => snapshot_create::steps(),
        OperationKind::SnapshotRestore => snapshot_restore::steps(),
        OperationKind::SnapshotDelete => snapshot_delete::steps(),
    }
}

/// The names of a kind's steps in the order in which they are done, as in its log and its fault points.
pub fn step_names(kind: OperationKind) -> Vec<&'static str> {
    steps(kind).iter().map(|step| step.name()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::codes::Code;

    #[test]
    fn the_lists_are_as_they_were_released() {
        let lists: Vec<String> = OperationKind::ALL
            .iter()
            .map(|kind| format!("{kind}: {}", step_names(*kind).join(" ")))
            .collect();
        let released = [
            "server.create/1: open claim_address choose_place submit_create wait_create mark submit_grow_disk wait_grow_disk submit_start wait_start finish",
            "server.start/1: hold submit_start wait_start finish",
            "server.stop/1: hold submit_stop wait_stop finish",
            "server.restart/1: hold submit_restart wait_restart finish",
            "server.delete/1: hold submit_delete wait_delete finish",
            "server.resize/1: hold configure submit_grow_disk wait_grow_disk verify finish",
            "server.rename/1: hold configure finish",
            "server.reset_password/1: hold set_password finish",
            "snapshot.create/1: hold submit_snapshot wait_snapshot finish",
            "snapshot.restore/1: hold submit_rollback wait_rollback configure mark submit_grow_disk wait_grow_disk submit_start wait_start finish",
            "snapshot.delete/1: hold submit_snapshot_delete wait_snapshot_delete finish",
        ];
        assert_eq!(lists, released);
    }

    #[test]
    fn no_list_names_a_step_twice() {
        for kind in OperationKind::ALL {
            let mut names = step_names(*kind);
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "{kind}");
        }
    }
}
