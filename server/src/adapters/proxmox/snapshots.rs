//! Snapshots of guests.

use serde_json::Value;

use super::call::Call;
use super::cluster::Cluster;
use super::guests::{Seat, claim, read};
use super::loose::{Fields, rows};
use super::plan;
use super::tasks::{OwnTask, own_tasks};
use crate::domain::guest::{GuestRef, GuestSnapshot, TaskRef};
use crate::domain::time::Timestamp;
use crate::ports::hypervisor::{HypervisorError, HypervisorResult, Rejection};

/// Storages that can always take snapshots of containers; others are asked about.
const CAPABLE_STORAGES: [&str; 4] = ["lvmthin", "zfspool", "rbd", "btrfs"];

/// Proxmox VE's list ends with an entry for the present.
const PRESENT: &str = "current";

pub(super) async fn list(cluster: &Cluster, guest: &GuestRef) -> HypervisorResult<Vec<GuestSnapshot>> {
    let (_, answer) = read(cluster, guest, &["snapshot"], &[]).await?;
    Ok(read_list(&answer))
}

fn read_list(answer: &Value) -> Vec<GuestSnapshot> {
    rows(answer)
        .filter_map(|row| {
            let name = row.text("name").filter(|name| name != PRESENT)?;
            let seconds = row.unsigned("snaptime").filter(|seconds| *seconds > 0);
            Some(GuestSnapshot {
                name,
                description: row.text("description").unwrap_or_default().trim().to_owned(),
                create_time: seconds.and_then(|seconds| {
                    let micros = i64::try_from(seconds).ok()?.checked_mul(1_000_000)?;
                    Some(Timestamp::from_micros(micros))
                }),
                incomplete: row.text("snapstate").is_some_and(|state| !state.is_empty()),
            })
        })
        .collect()
}

/// The snapshot that the guest's present state descends from: the newest on storages with one line of them.
fn newest(answer: &Value) -> Option<String> {
    rows(answer)
        .find(|row| row.text("name").as_deref() == Some(PRESENT))
        .and_then(|row| row.text("parent"))
}

pub(super) async fn create(
    cluster: &Cluster,
    guest: &GuestRef,
    name: &str,
    description: &str,
) -> HypervisorResult<Option<TaskRef>> {
    let seat = claim(cluster, guest).await?;
    let answer = seat.data(Call::get(&seat.path(&["snapshot"]))).await?;
    if let Some(known) = read_list(&answer).into_iter().find(|known| known.name == name) {
        if known.incomplete {
            return running(cluster, &seat, guest.vmid, "vzsnapshot", name)
                .await
                .map(Some);
        }
        if known.description == description.trim() {
            return Ok(None);
        }
        return Err(HypervisorError::AlreadyThere(format!(
            "guest {} has another snapshot {name}",
            seat.vmid
        )));
    }
    require_support(cluster, &seat).await?;
    let call = Call::post(&seat.path(&["snapshot"]))
        .with("snapname", name)
        .with("description", description);
    seat.submit(call, None).await
}

pub(super) async fn rollback(cluster: &Cluster, guest: &GuestRef, name: &str) -> HypervisorResult<TaskRef> {
    let seat = claim(cluster, guest).await?;
    let answer = seat.data(Call::get(&seat.path(&["snapshot"]))).await?;
    let list = read_list(&answer);
    let Some(snapshot) = list.iter().find(|known| known.name == name) else {
        return Err(HypervisorError::NotFound(format!(
            "guest {} has no snapshot {name}",
            seat.vmid
        )));
    };
    if snapshot.incomplete {
        return Err(HypervisorError::Busy(format!(
            "snapshot {name} is half made or half deleted"
        )));
    }
    if let Some(newest) = newest(&answer).filter(|newest| newest != name)
        && storage_type(cluster, &seat).await?.as_deref() == Some("zfspool")
    {
        return Err(unsupported(format!(
            "ZFS can only go back to the newest snapshot, {newest}; delete the newer ones first"
        )));
    }
    // Not with `start`: its task would hold the guest's lock, and its failure would not show.
    let task = seat
        .submit(Call::post(&seat.path(&["snapshot", name, "rollback"])), None)
        .await?;
    task.ok_or_else(|| HypervisorError::Unavailable("the answer names no task".to_owned()))
}

pub(super) async fn delete(
    cluster: &Cluster,
    guest: &GuestRef,
    name: &str,
) -> HypervisorResult<Option<TaskRef>> {
    let seat = match claim(cluster, guest).await {
        Ok(seat) => seat,
        Err(HypervisorError::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let answer = seat.data(Call::get(&seat.path(&["snapshot"]))).await?;
    let Some(snapshot) = read_list(&answer).into_iter().find(|known| known.name == name) else {
        return Ok(None);
    };
    let mut call = Call::delete(&seat.path(&["snapshot", name]));
    if snapshot.incomplete {
        if let Ok(task) = running(cluster, &seat, guest.vmid, "vzdelsnapshot", name).await {
            return Ok(Some(task));
        }
        // Its parts may not all exist.
        call = call.with("force", 1);
    }
    seat.submit(call, None).await
}

/// Our task that is at work on a half-made snapshot.
async fn running(
    cluster: &Cluster,
    seat: &Seat<'_>,
    vmid: u32,
    kind: &str,
    name: &str,
) -> HypervisorResult<TaskRef> {
    let tasks = own_tasks(cluster, &seat.node, vmid).await?;
    let at_work = |task: &OwnTask| task.is_running() && task.upid.kind == kind;
    match tasks.into_iter().find(at_work) {
        Some(task) => Ok(task.reference),
        None => Err(HypervisorError::AlreadyThere(format!(
            "snapshot {name} is half made or half deleted; delete it first"
        ))),
    }
}

async fn require_support(cluster: &Cluster, seat: &Seat<'_>) -> HypervisorResult<()> {
    let storage_type = storage_type(cluster, seat).await?;
    if storage_type
        .as_deref()
        .is_some_and(|kind| CAPABLE_STORAGES.contains(&kind))
    {
        return Ok(());
    }
    let answer = seat
        .data(Call::get(&seat.path(&["feature"])).with("feature", "snapshot"))
        .await?;
    if Fields(&answer).flag("hasFeature") {
        return Ok(());
    }
    Err(unsupported(format!(
        "the guest's storage ({}) cannot take snapshots; LVM-thin, ZFS, Ceph RBD and Btrfs can",
        storage_type.as_deref().unwrap_or("of unknown type")
    )))
}

/// The type of the storage that holds the root file system; `None` when the token may not see it.
async fn storage_type(cluster: &Cluster, seat: &Seat<'_>) -> HypervisorResult<Option<String>> {
    let rootfs = Fields(&seat.config).text("rootfs").unwrap_or_default();
    let Some(storage) = plan::volume_storage(&rootfs) else {
        return Ok(None);
    };
    let call = Call::get(&["nodes", &seat.node, "storage"]).with("storage", storage);
    let answer = cluster.transport.data(call).await?;
    let row = rows(&answer).find(|row| row.text("storage").as_deref() == Some(storage));
    Ok(row.and_then(|row| row.text("type")))
}

fn unsupported(text: String) -> HypervisorError {
    HypervisorError::Rejected {
        reason: Rejection::Unsupported,
        text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_present_is_no_snapshot_and_descriptions_are_trimmed() {
        let answer = json!([
            {"name": "one", "description": "before\n", "snaptime": "1764000000"},
            {"name": "two", "snapstate": "prepare", "snaptime": -1, "parent": "one"},
            {"name": "current", "running": 1, "parent": "one", "description": "You are here!"},
            {"description": "nameless"},
            7,
        ]);
        let list = read_list(&answer);
        assert_eq!(list.len(), 2);
        assert_eq!(list[0].description, "before");
        assert_eq!(
            list[0].create_time,
            Some(Timestamp::from_micros(1_764_000_000_000_000))
        );
        assert!(!list[0].incomplete && list[1].incomplete);
        assert_eq!(list[1].create_time, None);
        assert_eq!(newest(&answer).as_deref(), Some("one"));
    }
}
