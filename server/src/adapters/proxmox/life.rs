//! Making, marking and deleting guests.

use super::call::Call;
use super::cluster::Cluster;
use super::errors::{ApiError, Cause};
use super::guests::{Claim, claim, claim_any, unfinished};
use super::loose::Fields;
use super::placement;
use super::plan;
use super::tasks;
use crate::domain::guest::{GuestRef, NewGuest, TaskRef};
use crate::ports::hypervisor::{HypervisorError, HypervisorResult};

pub(super) async fn create(cluster: &Cluster, guest: &NewGuest) -> HypervisorResult<TaskRef> {
    let place = &guest.guest;
    let _guard = cluster.guard(place.vmid).await;
    let template = placement::template_volume(cluster, &place.node, &guest.template).await?;
    let mut call = Call::post(&["nodes", &place.node, "lxc"])
        .with_all(plan::creation(guest, &template, &cluster.settings.rootfs_storage))
        .with("vmid", place.vmid)
        .with("description", cluster.marks.description(place.server_id));
    match &cluster.settings.pool {
        // With rights on a pool only, tags are refused at this point: `mark` writes them.
        Some(pool) => call = call.with("pool", pool.as_str()),
        None => {
            if let Some(tags) = cluster.marks.tags_with_ours("", place.server_id) {
                call = call.with("tags", tags);
            }
        }
    }
    let task = tasks::submit(cluster, call).await?;
    cluster.guest_seen(place.vmid, &place.node);
    Ok(task)
}

/// Adds the tags that are missing, after creation or after a rollback to a time before them.
pub(super) async fn mark(cluster: &Cluster, guest: &GuestRef) -> HypervisorResult<()> {
    let seat = claim(cluster, guest).await?;
    let config = Fields(&seat.config);
    let mut call = Call::put(&seat.path(&["config"]));
    let mut complete = true;
    if let Some(tags) = cluster
        .marks
        .tags_with_ours(&config.text("tags").unwrap_or_default(), guest.server_id)
    {
        call = call.with("tags", tags);
        complete = false;
    }
    let description = config.text("description").unwrap_or_default();
    if cluster.marks.server_of_description(&description) != Some(guest.server_id) {
        let marked = format!("{}\n{description}", cluster.marks.description(guest.server_id));
        call = call.with("description", marked);
        complete = false;
    }
    if complete {
        return Ok(());
    }
    if let Some(digest) = config.text("digest") {
        call = call.with("digest", digest);
    }
    seat.data(call).await.map(|_| ())
}

pub(super) async fn delete(cluster: &Cluster, guest: &GuestRef) -> HypervisorResult<Option<TaskRef>> {
    let seat = match claim_any(cluster, guest).await {
        Ok(Claim::Ours(seat)) => seat,
        Ok(Claim::Unfinished { seat, tasks }) => {
            let deleting = tasks
                .iter()
                .find(|task| task.is_running() && task.upid.kind == "vzdestroy");
            if let Some(task) = deleting {
                return Ok(Some(task.reference.clone()));
            }
            let at_rest = !tasks.iter().any(tasks::OwnTask::is_running);
            if !at_rest || Fields(&seat.config).has("lock") {
                return Err(unfinished(&seat, &tasks));
            }
            seat
        }
        Err(HypervisorError::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let call = Call::delete(&seat.path(&[]))
        .with("purge", 1)
        .with("force", 1)
        .with("destroy-unreferenced-disks", 1);
    match tasks::submit(cluster, call).await {
        Ok(task) => Ok(Some(task)),
        // It went between the look and the call: whoever asks next is told whether it is gone.
        Err(
            error @ ApiError {
                cause: Cause::GuestElsewhere,
                ..
            },
        ) => Err(HypervisorError::Unavailable(error.text)),
        Err(error) => Err(seat.explain(error).await),
    }
}
