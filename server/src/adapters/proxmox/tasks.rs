//! Tasks: how one ended, and which of ours a guest has seen.

use serde_json::Value;

use super::call::Call;
use super::cluster::Cluster;
use super::errors::{ApiError, ApiResult, Cause};
use super::loose::{Fields, rows};
use super::upid::{Upid, task_ref, task_types};
use crate::domain::guest::{GuestRef, TaskKind, TaskRef, TaskStatus};
use crate::domain::time::Timestamp;
use crate::ports::hypervisor::{HypervisorError, HypervisorResult};

/// A task of this control plane's token.
pub(super) struct OwnTask {
    pub(super) reference: TaskRef,
    pub(super) upid: Upid,
    /// `None` while it runs.
    pub(super) exit_status: Option<String>,
}

impl OwnTask {
    pub(super) fn is_running(&self) -> bool {
        self.exit_status.is_none()
    }

    /// The worker was killed: it cleaned up nothing.
    pub(super) fn was_killed(&self) -> bool {
        self.exit_status.as_deref() == Some(KILLED)
    }
}

/// What Proxmox VE writes when the worker went without a word.
const KILLED: &str = "unexpected status";
const TASKS_LOOKED_AT: u32 = 200;
const LOG_LINES_READ: u32 = 500;

/// Ours on this guest, the newest first.
pub(super) async fn own_tasks(cluster: &Cluster, node: &str, vmid: u32) -> ApiResult<Vec<OwnTask>> {
    let call = Call::get(&["nodes", node, "tasks"])
        .with("vmid", vmid)
        .with("source", "all")
        .with("limit", TASKS_LOOKED_AT);
    let answer = cluster.transport.data(call).await?;
    let mut tasks: Vec<OwnTask> = rows(&answer)
        .filter_map(|row| own_task(row, cluster, vmid))
        .collect();
    tasks.sort_by_key(|task| std::cmp::Reverse((task.is_running(), task.upid.start_time)));
    Ok(tasks)
}

fn own_task(row: Fields<'_>, cluster: &Cluster, vmid: u32) -> Option<OwnTask> {
    let text = row.text("upid")?;
    let upid = Upid::parse(&text)?;
    let ours = upid.user == cluster.settings.token_id && upid.subject == vmid.to_string();
    ours.then(|| OwnTask {
        reference: TaskRef(text),
        upid,
        exit_status: row.text("status"),
    })
}

pub(super) async fn find(
    cluster: &Cluster,
    guest: &GuestRef,
    kind: TaskKind,
    since: Timestamp,
) -> HypervisorResult<Option<TaskRef>> {
    let types = task_types(kind);
    let node = cluster.node_of(guest.vmid).unwrap_or_else(|| guest.node.clone());
    let mut tasks = own_tasks(cluster, &node, guest.vmid).await?;
    if node != guest.node {
        // The guest has moved, perhaps because its old node is down: what that one knows is only a help.
        tasks.extend(
            own_tasks(cluster, &guest.node, guest.vmid)
                .await
                .unwrap_or_default(),
        );
    }
    let newest = tasks
        .into_iter()
        .filter(|task| types.contains(&task.upid.kind.as_str()))
        // Start times are whole seconds. Each vmid is given once: whatever makes a guest of it is what is looked for, by
        // whichever clock the node goes.
        .filter(|task| kind == TaskKind::Create || task.upid.start_time >= since.as_seconds())
        // The first of one second: the newest come first.
        .min_by_key(|task| std::cmp::Reverse((task.upid.start_time, task.is_running())));
    Ok(newest.map(|task| task.reference))
}

/// The task that a call has begun.
pub(super) async fn submit(cluster: &Cluster, call: Call<'_>) -> ApiResult<TaskRef> {
    let answer = cluster.transport.data(call).await?;
    task_ref(&answer).ok_or_else(|| ApiError::new(Cause::NoAnswer, "the answer names no task"))
}

pub(super) async fn status(cluster: &Cluster, task: &TaskRef) -> HypervisorResult<TaskStatus> {
    let upid = parse(task)?;
    let answer = cluster
        .transport
        .data(Call::get(&["nodes", &upid.node, "tasks", &task.0, "status"]))
        .await;
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) if error.cause == Cause::NoSuchTask => return Ok(TaskStatus::Unknown),
        Err(error) => return Err(error.into()),
    };
    let fields = Fields(&answer);
    if fields.text("status").as_deref() == Some("running") {
        return Ok(TaskStatus::Running { percent: None });
    }
    let Some(exit) = fields.text("exitstatus") else {
        return Ok(TaskStatus::Unknown);
    };
    if exit == "OK" {
        return Ok(finished(cluster, &upid, task, None).await);
    }
    if let Some(count) = exit.strip_prefix("WARNINGS: ")
        && !count.is_empty()
        && count.bytes().all(|b| b.is_ascii_digit())
    {
        return Ok(finished(cluster, &upid, task, Some(exit)).await);
    }
    if exit == KILLED {
        return Ok(TaskStatus::Unknown);
    }
    let mut error = ApiError::from_task(&exit);
    // "command '…' failed: exit code 1" says nothing: the reason is in the log.
    if error.text.starts_with("command '") {
        let log = log(cluster, &upid, task).await;
        let from = log.len().saturating_sub(5);
        let tail: Vec<&str> = log.iter().skip(from).map(String::as_str).collect();
        error = ApiError::from_task(&format!("{} ({})", error.text, tail.join("; ")));
    }
    Ok(TaskStatus::Failed {
        transient: error.is_transient(),
        text: error.text,
    })
}

/// Proxmox VE also calls some failures a success and only logs them.
async fn finished(cluster: &Cluster, upid: &Upid, task: &TaskRef, warnings: Option<String>) -> TaskStatus {
    let resize = upid.kind == "resize";
    if warnings.is_none() && !resize {
        return TaskStatus::Succeeded { warnings };
    }
    let log = log(cluster, upid, task).await;
    let hidden = log
        .iter()
        .find(|line| line.contains("Failed to update the container's filesystem"));
    if let (true, Some(line)) = (resize, hidden) {
        let text = format!("the volume has grown, the file system in it has not: {line}");
        return TaskStatus::Failed {
            text: ApiError::from_task(&text).text,
            transient: false,
        };
    }
    let said: Vec<&str> = log
        .iter()
        .filter_map(|line| line.trim().strip_prefix("WARN: "))
        .collect();
    let said = (!said.is_empty()).then(|| ApiError::from_task(&said.join("; ")).text);
    TaskStatus::Succeeded {
        warnings: warnings.map(|count| said.unwrap_or(count)),
    }
}

/// The task's log; empty when it cannot be read, since it only explains.
async fn log(cluster: &Cluster, upid: &Upid, task: &TaskRef) -> Vec<String> {
    let call = Call::get(&["nodes", &upid.node, "tasks", &task.0, "log"])
        .with("start", 0)
        .with("limit", LOG_LINES_READ);
    match cluster.transport.data(call).await {
        Ok(answer) => log_lines(&answer),
        Err(_) => Vec::new(),
    }
}

fn log_lines(answer: &Value) -> Vec<String> {
    rows(answer)
        .filter_map(|row| row.text("t"))
        .filter(|line| !line.trim().is_empty() && line != "no content" && !line.starts_with("TASK ERROR"))
        .collect()
}

pub(super) async fn abort(cluster: &Cluster, task: &TaskRef) -> HypervisorResult<()> {
    let upid = parse(task)?;
    let answer = cluster
        .transport
        .data(Call::delete(&["nodes", &upid.node, "tasks", &task.0]))
        .await;
    match answer {
        Ok(_) => Ok(()),
        Err(error) if error.cause == Cause::NoSuchTask => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn parse(task: &TaskRef) -> HypervisorResult<Upid> {
    Upid::parse(&task.0).ok_or_else(|| HypervisorError::NotFound("this is no task of Proxmox VE".to_owned()))
}
