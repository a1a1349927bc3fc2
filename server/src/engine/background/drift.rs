//! Where a server's row and the hypervisor's listing differ, and what follows. Pure: the sweep in
//! `reconcile.rs` reads, asks again, and writes.

use crate::domain::guest::{Guest, GuestStatus};
use crate::domain::server::{Placement, Server, ServerPatch, ServerState};
use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Row and guest agree, or it is not the time to judge.
    Fine,
    /// The row is to say what the guest is.
    Drifted(ServerPatch),
    /// The guest is not there.
    Missing,
    /// Something without our mark is in the guest's place: for people to look at.
    Unmarked,
}

/// Judges a row by a listing. A row that is not older than
/// `settled_before` may be ahead of the listing, which hypervisors refresh only now and then.
pub(super) fn judge(server: &Server, guest: Option<&Guest>, settled_before: Timestamp) -> Verdict {
    let Some(placement) = &server.placement else {
        return Verdict::Fine;
    };
    if server.operation_id.is_some() || server.update_time >= settled_before || !is_at_rest(server.state) {
        return Verdict::Fine;
    }
    let Some(guest) = guest else {
        return absent(server.state);
    };
    match guest.server_id {
        Some(id) if id == server.id => {}
        Some(_) => return absent(server.state),
        None if guest.ours => {}
        None => return Verdict::Unmarked,
    }
    let mut patch = ServerPatch::default();
    if let Some(state) = state_of(guest)
        && state != server.state
    {
        patch.state = Some(state);
        // Whoever started it elsewhere wants it to run.
        patch.wanted_running = (state == ServerState::Running).then_some(true);
        patch.state_reason = Some(reason(server.state, state).to_owned());
    }
    if guest.node != placement.node {
        patch.placement = Some(Placement {
            node: guest.node.clone(),
            ..placement.clone()
        });
    }
    if patch == ServerPatch::default() {
        Verdict::Fine
    } else {
        Verdict::Drifted(patch)
    }
}

/// A server that is known to be lost is no news.
fn absent(state: ServerState) -> Verdict {
    if state == ServerState::Lost {
        Verdict::Fine
    } else {
        Verdict::Missing
    }
}

/// What the guest does; `None` while somebody works on it or nobody knows.
fn state_of(guest: &Guest) -> Option<ServerState> {
    if guest.lock.is_some() {
        return None;
    }
    match guest.status {
        GuestStatus::Running => Some(ServerState::Running),
        GuestStatus::Stopped => Some(ServerState::Stopped),
        GuestStatus::Unknown => None,
    }
}

/// What nobody asked for is told.
const fn reason(before: ServerState, now: ServerState) -> &'static str {
    if matches!((before, now), (ServerState::Running, ServerState::Stopped)) {
        "it was found stopped, and nobody had stopped it here"
    } else {
        ""
    }
}

const fn is_at_rest(state: ServerState) -> bool {
    match state {
        ServerState::Running | ServerState::Stopped | ServerState::Lost => true,
        ServerState::Creating
        | ServerState::Starting
        | ServerState::Stopping
        | ServerState::Restarting
        | ServerState::Resizing
        | ServerState::Updating
        | ServerState::Snapshotting
        | ServerState::Restoring
        | ServerState::Deleting
        | ServerState::Deleted
        | ServerState::Failed => false,
    }
}

#[cfg(test)]
#[path = "drift_tests.rs"]
mod tests;
