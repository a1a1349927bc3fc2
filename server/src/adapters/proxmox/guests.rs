//! Finding a guest wherever it lives, and laying a hand on it only if it is ours.

use serde_json::Value;
use tokio::sync::OwnedMutexGuard;

use super::absence::{refused_look, require_quorum, stuck};
use super::call::Call;
use super::cluster::Cluster;
use super::errors::{ApiError, ApiResult, Cause};
use super::listing;
use super::loose::Fields;
use super::tasks::{self, OwnTask, own_tasks};
use crate::domain::guest::{Guest, GuestRef, GuestStatus, TaskRef};
use crate::ports::hypervisor::{HypervisorError, HypervisorResult, Rejection};

/// Asks the guest's node for something about it; looks for the guest once if it is not there any more.
/// Returns the node that answered, too.
pub(super) async fn read(
    cluster: &Cluster,
    guest: &GuestRef,
    what: &[&str],
    parameters: &[(&str, &str)],
) -> HypervisorResult<(String, Value)> {
    let node = cluster.node_of(guest.vmid).unwrap_or_else(|| guest.node.clone());
    let error = match read_on(cluster, &node, guest.vmid, what, parameters).await {
        Ok(answer) => return Ok((node, answer)),
        Err(error) => error,
    };
    if error.cause == Cause::Forbidden {
        return Err(refused_look(cluster, &node, guest.vmid, error).await);
    }
    if !error.hints_at_a_move() {
        return Err(error.into());
    }
    match listing::find(cluster, guest.vmid).await? {
        Some(found) if found.node != node => {
            let answer = read_on(cluster, &found.node, guest.vmid, what, parameters).await?;
            Ok((found.node, answer))
        }
        Some(_) => Err(error.into()),
        None => {
            require_quorum(cluster).await?;
            Err(HypervisorError::NotFound(format!(
                "guest {}: {}",
                guest.vmid, error.text
            )))
        }
    }
}

async fn read_on(
    cluster: &Cluster,
    node: &str,
    vmid: u32,
    what: &[&str],
    parameters: &[(&str, &str)],
) -> ApiResult<Value> {
    let vmid = vmid.to_string();
    let mut path = vec!["nodes", node, "lxc", &vmid];
    path.extend(what);
    let call = parameters
        .iter()
        .fold(Call::get(&path), |call, (key, value)| call.with(key, *value));
    cluster.transport.data(call).await
}

/// The guest as it is now: where it lives from the listing, how it is from its node.
pub(super) async fn look(cluster: &Cluster, vmid: u32) -> HypervisorResult<Option<Guest>> {
    let Some(mut guest) = listing::find(cluster, vmid).await? else {
        require_quorum(cluster).await?;
        return hidden(cluster, vmid).await;
    };
    match read_on(cluster, &guest.node, vmid, &["status", "current"], &[]).await {
        Ok(answer) => {
            let now = Fields(&answer);
            guest.status = listing::status(now);
            guest.lock = now.text("lock").filter(|lock| !lock.is_empty());
            guest.usage.uptime = listing::usage(now).uptime;
        }
        // Its node is away; or it went to another one, or away, in this moment.
        Err(error) if error.hints_at_a_move() => guest.status = GuestStatus::Unknown,
        // A guest that the token may list but not look into, or no container.
        Err(error) if error.cause == Cause::Forbidden => {}
        Err(error) => return Err(error.into()),
    }
    Ok(Some(guest))
}

/// A guest that is not in the listing: there is none, or the token cannot see it yet.
async fn hidden(cluster: &Cluster, vmid: u32) -> HypervisorResult<Option<Guest>> {
    if !super::absence::is_taken(cluster, vmid).await? {
        return Ok(None);
    }
    let nodes = cluster.transport.data(Call::get(&["nodes"])).await?;
    for row in super::loose::rows(&nodes).filter(|row| super::absence::is_online(*row)) {
        let Some(node) = row.text("node") else { continue };
        let tasks = own_tasks(cluster, &node, vmid).await?;
        if tasks.iter().any(|task| task.upid.kind == "vzcreate") {
            return Ok(Some(half_made(vmid, node)));
        }
    }
    Err(HypervisorError::Rejected {
        reason: Rejection::Forbidden,
        text: format!("vmid {vmid} belongs to a guest that this token may not see"),
    })
}

fn half_made(vmid: u32, node: String) -> Guest {
    let nothing = Value::Null;
    Guest {
        vmid,
        node,
        name: String::new(),
        status: GuestStatus::Unknown,
        lock: Some("create".to_owned()),
        ours: false,
        server_id: None,
        resources: listing::resources(Fields(&nothing)),
        usage: listing::usage(Fields(&nothing)),
    }
}

/// The lock of a guest whose disks are mounted on its node: it can be started and stopped all the same.
const MOUNTED: &str = "mounted";

/// A guest that is ours, and that nobody else of this process changes meanwhile.
pub(super) struct Seat<'a> {
    cluster: &'a Cluster,
    pub(super) node: String,
    pub(super) vmid: String,
    number: u32,
    pub(super) config: Value,
    _guard: OwnedMutexGuard<()>,
}

impl Seat<'_> {
    pub(super) fn path<'p>(&'p self, what: &[&'p str]) -> Vec<&'p str> {
        let mut path = vec!["nodes", self.node.as_str(), "lxc", self.vmid.as_str()];
        path.extend(what);
        path
    }

    pub(super) async fn data(&self, call: Call<'_>) -> HypervisorResult<Value> {
        match self.cluster.transport.data(call).await {
            Ok(answer) => Ok(answer),
            Err(error) => Err(self.explain(error).await),
        }
    }

    /// Begins a task. An answer of `settled` says that there is nothing to do. On a locked guest none is begun: some
    /// calls would be taken all the same, and fill the cluster's log with tasks that fail.
    pub(super) async fn submit(
        &self,
        call: Call<'_>,
        settled: Option<Cause>,
    ) -> HypervisorResult<Option<TaskRef>> {
        if let Some(lock) = Fields(&self.config).text("lock").filter(|lock| lock != MOUNTED) {
            let refusal = ApiError::new(Cause::Locked, format!("CT is locked ({lock})"));
            return Err(self.explain(refusal).await);
        }
        match tasks::submit(self.cluster, call).await {
            Ok(task) => Ok(Some(task)),
            Err(error) if Some(error.cause) == settled => Ok(None),
            Err(error) => Err(self.explain(error).await),
        }
    }

    /// What an error means for a guest that was there a moment ago.
    pub(super) async fn explain(&self, error: ApiError) -> HypervisorError {
        if error.cause == Cause::Locked {
            return locked(self.cluster, &self.node, self.number, error).await;
        }
        if error.hints_at_a_move() {
            return HypervisorError::Unavailable(format!(
                "the guest moved or went meanwhile: {}",
                error.text
            ));
        }
        error.into()
    }
}

/// A guest without our mark, and what is known of it.
pub(super) enum Claim<'a> {
    Ours(Seat<'a>),
    /// Begun by us, but its marks are not written, or are gone already.
    Unfinished {
        seat: Seat<'a>,
        tasks: Vec<OwnTask>,
    },
}

/// Takes a guest that is complete and ours.
pub(super) async fn claim<'a>(cluster: &'a Cluster, guest: &GuestRef) -> HypervisorResult<Seat<'a>> {
    match claim_any(cluster, guest).await? {
        Claim::Ours(seat) => Ok(seat),
        Claim::Unfinished { seat, tasks } => Err(unfinished(&seat, &tasks)),
    }
}

/// Takes a guest that is ours, or that a task of ours left unfinished.
pub(super) async fn claim_any<'a>(cluster: &'a Cluster, guest: &GuestRef) -> HypervisorResult<Claim<'a>> {
    let guard = cluster.guard(guest.vmid).await;
    let (node, config) = read(cluster, guest, &["config"], &[]).await?;
    cluster.guest_seen(guest.vmid, &node);
    let seat = Seat {
        cluster,
        node,
        vmid: guest.vmid.to_string(),
        number: guest.vmid,
        config,
        _guard: guard,
    };
    let fields = Fields(&seat.config);
    if is_marked(cluster, fields, guest) {
        return Ok(Claim::Ours(seat));
    }
    if !fields.has("description") && !fields.has("hostname") {
        let tasks = own_tasks(cluster, &seat.node, guest.vmid).await?;
        if tasks
            .iter()
            .any(|task| matches!(task.upid.kind.as_str(), "vzcreate" | "vzdestroy"))
        {
            return Ok(Claim::Unfinished { seat, tasks });
        }
    }
    Err(HypervisorError::Rejected {
        reason: Rejection::NotOurs,
        text: format!(
            "guest {} on {} does not carry the mark of server {}",
            guest.vmid, seat.node, guest.server_id
        ),
    })
}

/// Whether the configuration names the server: in the description, else in the tags.
pub(super) fn is_marked(cluster: &Cluster, config: Fields<'_>, guest: &GuestRef) -> bool {
    let described = config
        .text("description")
        .and_then(|text| cluster.marks.server_of_description(&text));
    let named = described.or_else(|| {
        cluster
            .marks
            .server_of_tags(&config.text("tags").unwrap_or_default())
    });
    named == Some(guest.server_id)
}

/// Why a guest that is not complete cannot be changed.
pub(super) fn unfinished(seat: &Seat<'_>, tasks: &[OwnTask]) -> HypervisorError {
    let lock = Fields(&seat.config).text("lock");
    if tasks.iter().any(OwnTask::is_running) {
        return HypervisorError::Busy(format!("guest {} is being made or deleted", seat.vmid));
    }
    match lock {
        Some(lock) => stuck(seat.number, &lock),
        None => HypervisorError::Rejected {
            reason: Rejection::NotOurs,
            text: format!(
                "guest {} is what a creation left behind: it can only be deleted",
                seat.vmid
            ),
        },
    }
}

/// Whether somebody is at work or the worker is gone.
async fn locked(cluster: &Cluster, node: &str, vmid: u32, error: ApiError) -> HypervisorError {
    let Some(lock) = error
        .text
        .split_once("locked (")
        .and_then(|(_, rest)| rest.split_once(')'))
    else {
        return error.into();
    };
    let Ok(tasks) = own_tasks(cluster, node, vmid).await else {
        return error.into();
    };
    let ours = tasks.first().filter(|newest| !newest.is_running());
    let abandoned = match lock.0 {
        "create" | "destroyed" => {
            ours.is_some_and(|task| matches!(task.upid.kind.as_str(), "vzcreate" | "vzdestroy"))
        }
        _ => ours.is_some_and(OwnTask::was_killed),
    };
    if abandoned {
        stuck(vmid, lock.0)
    } else {
        error.into()
    }
}
