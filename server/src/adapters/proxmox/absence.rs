//! Telling "gone" from "not visible": a guest is gone only when the cluster as a whole says so.

use super::call::Call;
use super::cluster::Cluster;
use super::errors::{ApiError, ApiResult, Cause};
use super::loose::{Fields, rows};
use super::tasks::own_tasks;
use crate::ports::hypervisor::{HypervisorError, HypervisorResult, Rejection};

/// Whether a guest has this vmid, visible to the token or not.
pub(super) async fn is_taken(cluster: &Cluster, vmid: u32) -> ApiResult<bool> {
    match cluster
        .transport
        .data(Call::get(&["cluster", "nextid"]).with("vmid", vmid))
        .await
    {
        Ok(_) => Ok(false),
        Err(error) if error.cause == Cause::VmidTaken => Ok(true),
        Err(error) => Err(error),
    }
}

/// Fails when the endpoint may be cut off from the rest of the cluster and so know less than it.
pub(super) async fn require_quorum(cluster: &Cluster) -> HypervisorResult<()> {
    if has_quorum(cluster).await? {
        return Ok(());
    }
    Err(HypervisorError::Unavailable(
        "the cluster has no quorum: what is missing here may exist elsewhere".to_owned(),
    ))
}

pub(super) async fn has_quorum(cluster: &Cluster) -> ApiResult<bool> {
    match cluster.transport.data(Call::get(&["cluster", "status"])).await {
        Ok(answer) => {
            let told = rows(&answer)
                .find(|row| row.text("type").as_deref() == Some("cluster"))
                .map(|row| row.flag("quorate"));
            // A node that is in no cluster tells only of itself.
            Ok(told.unwrap_or(true))
        }
        // That call wants Sys.Audit on /. The list of nodes is free to all.
        Err(error) if error.cause == Cause::Forbidden => {
            let nodes = cluster.transport.data(Call::get(&["nodes"])).await?;
            let online = rows(&nodes).filter(|row| is_online(*row)).count();
            Ok(online * 2 > rows(&nodes).count())
        }
        Err(error) => Err(error),
    }
}

pub(super) fn is_online(node: Fields<'_>) -> bool {
    node.text("status").as_deref() == Some("online")
}

/// What a refused look at a vmid means. With rights on a pool only, a free vmid and a guest that has not joined the
/// pool yet are both refused.
pub(super) async fn refused_look(
    cluster: &Cluster,
    node: &str,
    vmid: u32,
    refusal: ApiError,
) -> HypervisorError {
    match is_taken(cluster, vmid).await {
        Ok(false) => return HypervisorError::NotFound(format!("no guest has vmid {vmid}")),
        Ok(true) => {}
        Err(error) => return error.into(),
    }
    let tasks = match own_tasks(cluster, node, vmid).await {
        Ok(tasks) => tasks,
        Err(error) => return error.into(),
    };
    match tasks.iter().find(|task| task.upid.kind == "vzcreate") {
        Some(create) if create.is_running() => HypervisorError::Busy(format!(
            "guest {vmid} is being created and has not joined its pool yet"
        )),
        Some(_) => stuck(vmid, "create"),
        None => refusal.into(),
    }
}

/// A lock whose worker is gone.
pub(super) fn stuck(vmid: u32, lock: &str) -> HypervisorError {
    HypervisorError::Rejected {
        reason: Rejection::StuckLock,
        text: format!(
            "guest {vmid} keeps the lock {lock:?} of a task that is gone; run `pct unlock {vmid}` on its node, \
             then try again"
        ),
    }
}
