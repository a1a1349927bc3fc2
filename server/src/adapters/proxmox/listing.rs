//! All guests of the cluster in one call, shared by everybody who asks at the same time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::call::Call;
use super::cluster::{Cluster, Listing};
use super::errors::{ApiError, ApiResult, Cause};
use super::loose::{Fields, rows, whole};
use super::marks::Marks;
use crate::domain::guest::{Guest, GuestStatus, GuestUsage};
use crate::domain::resources::Resources;

/// The guests as of now: a listing that was asked for before this call does not count, one that was asked for
/// while this call waited does.
pub(super) async fn guests(cluster: &Cluster) -> ApiResult<Arc<Vec<Guest>>> {
    let called = Instant::now();
    let mut newest = cluster.listing.lock().await;
    if let Some(listing) = newest.as_ref().filter(|listing| listing.asked >= called) {
        return listing.guests.clone();
    }
    let asked = Instant::now();
    let answer = cluster
        .transport
        .data(Call::get(&["cluster", "resources"]).with("type", "vm"))
        .await;
    let guests = answer.and_then(|answer| Ok(Arc::new(read_guests(&answer, &cluster.marks)?)));
    if let Ok(guests) = &guests {
        let seen: HashMap<u32, String> = guests
            .iter()
            .map(|guest| (guest.vmid, guest.node.clone()))
            .collect();
        cluster.guests_seen(seen);
    }
    *newest = Some(Listing {
        asked,
        guests: guests.clone(),
    });
    guests
}

pub(super) async fn find(cluster: &Cluster, vmid: u32) -> ApiResult<Option<Guest>> {
    let guests = guests(cluster).await?;
    Ok(guests.iter().find(|guest| guest.vmid == vmid).cloned())
}

/// What is no list is no answer, and not a cluster without guests; nor is a list without a guest of ours that it names.
pub(super) fn read_guests(answer: &Value, marks: &Marks) -> ApiResult<Vec<Guest>> {
    if !answer.is_array() {
        return Err(ApiError {
            cause: Cause::NoAnswer,
            text: "the listing of guests is no list".to_owned(),
        });
    }
    let mut guests = Vec::new();
    for row in rows(answer) {
        let tags = row.text("tags").unwrap_or_default();
        let container = row.text("type").is_none_or(|kind| kind == "lxc");
        let ours = container && marks.is_ours(&tags);
        match row.vmid("vmid").zip(row.text("node")) {
            Some((vmid, node)) => guests.push(read_guest(row, vmid, node, ours.then_some(&tags), marks)),
            None if ours => {
                return Err(ApiError {
                    cause: Cause::NoAnswer,
                    text: "the listing names a guest of ours and not where it is".to_owned(),
                });
            }
            None => {}
        }
    }
    Ok(guests)
}

/// `tags`: of a guest of ours.
fn read_guest(row: Fields<'_>, vmid: u32, node: String, tags: Option<&String>, marks: &Marks) -> Guest {
    Guest {
        vmid,
        node,
        name: row.text("name").unwrap_or_default(),
        status: status(row),
        lock: row.text("lock").filter(|lock| !lock.is_empty()),
        ours: tags.is_some(),
        server_id: tags.and_then(|tags| marks.server_of_tags(tags)),
        resources: resources(row),
        usage: usage(row),
    }
}

pub(super) fn status(row: Fields<'_>) -> GuestStatus {
    match row.text("status").as_deref() {
        Some("running") => GuestStatus::Running,
        Some("stopped") => GuestStatus::Stopped,
        Some(_) | None => GuestStatus::Unknown,
    }
}

/// As the listing shows them. `maxcpu` counts whole cores; a running guest's `maxdisk` is the size of its file
/// system, a little below the configured one.
pub(super) fn resources(row: Fields<'_>) -> Resources {
    let millicores = row
        .number("maxcpu")
        .or_else(|| row.number("cpus"))
        .and_then(|cores| whole(cores * 1000.0));
    Resources {
        cpu_millicores: millicores
            .and_then(|millicores| u32::try_from(millicores).ok())
            .unwrap_or(0),
        memory_bytes: row.unsigned("maxmem").unwrap_or(0),
        disk_bytes: row.unsigned("maxdisk").unwrap_or(0),
    }
}

/// What is missing, no number, or no size that anything has is not told.
pub(super) fn usage(row: Fields<'_>) -> GuestUsage {
    GuestUsage {
        cpu_ratio: row.number("cpu"),
        memory_bytes: row.unsigned("mem"),
        disk_bytes: row.unsigned("disk"),
        network_in_bytes: row.unsigned("netin"),
        network_out_bytes: row.unsigned("netout"),
        disk_read_bytes: row.unsigned("diskread"),
        disk_write_bytes: row.unsigned("diskwrite"),
        uptime: row.unsigned("uptime").map(Duration::from_secs),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_is_read_however_its_numbers_are_written() {
        let server = crate::domain::ids::ServerId::generate();
        let marks = Marks::new("hostler");
        let tags = marks.tags_with_ours("", server).unwrap();
        let answer = json!([
            {"id": "lxc/10001", "type": "lxc", "vmid": "10001", "node": "pve", "name": "web", "status": "running", "tags": tags,
             "cpu": -0.0024, "maxcpu": "2", "mem": "1048576.0", "maxmem": 536_870_912, "disk": 5, "maxdisk": 2_040_373_248_u64,
             "netin": 266, "netout": "516", "uptime": 12, "lock": "backup"},
            {"vmid": 5, "type": "qemu", "node": "pve", "tags": "hostler", "cpu": 3},
            {"type": "lxc", "node": "pve"},
            null,
            "junk",
        ]);
        let guests = read_guests(&answer, &marks).unwrap();
        assert_eq!(guests.len(), 2);
        let web = &guests[0];
        assert_eq!(
            (web.vmid, web.status, web.ours, web.server_id),
            (10_001, GuestStatus::Running, true, Some(server))
        );
        assert_eq!(web.usage.cpu_ratio, Some(-0.0024));
        assert_eq!(web.usage.memory_bytes, Some(1_048_576));
        assert_eq!(web.usage.network_out_bytes, Some(516));
        assert_eq!(web.resources.cpu_millicores, 2000);
        assert_eq!(web.lock.as_deref(), Some("backup"));
        assert_eq!((guests[1].status, guests[1].ours), (GuestStatus::Unknown, false));
    }

    #[test]
    fn figures_that_cannot_be_are_not_told_and_spoil_no_other() {
        let answer = json!([
            {"vmid": 7, "type": "lxc", "node": "pve", "status": "running", "cpu": "NaN", "mem": -1, "maxmem": "1e300",
             "disk": "inf", "netin": "18446744073709551616", "netout": 1e19, "diskread": [], "diskwrite": "x", "uptime": -3},
            {"vmid": 8, "type": "lxc", "node": "pve", "status": "running", "cpu": 64, "mem": 1},
        ]);
        let guests = read_guests(&answer, &Marks::new("hostler")).unwrap();
        assert_eq!(guests[0].usage, GuestUsage::default());
        assert_eq!(guests[0].resources.memory_bytes, 0);
        assert_eq!(guests[1].usage.cpu_ratio, Some(64.0));
        assert_eq!(
            (guests[1].usage.memory_bytes, guests[1].usage.uptime),
            (Some(1), None)
        );
    }

    #[test]
    fn what_is_no_list_is_not_a_cluster_without_guests() {
        let marks = Marks::new("hostler");
        for answer in [json!(null), json!({}), json!("x"), json!(3)] {
            assert!(read_guests(&answer, &marks).is_err(), "{answer}");
        }
        assert_eq!(read_guests(&json!([]), &marks), Ok(Vec::new()));
    }

    #[test]
    fn a_guest_of_ours_that_is_named_by_halves_is_not_missing() {
        let marks = Marks::new("hostler");
        for half in [
            json!({"vmid": 7}),
            json!({"node": "pve"}),
            json!({"vmid": "x", "node": "pve"}),
        ] {
            let mut row = half.clone();
            row["tags"] = json!("hostler");
            assert!(read_guests(&json!([row]), &marks).is_err(), "{half}");
            assert_eq!(
                read_guests(&json!([half]), &marks),
                Ok(Vec::new()),
                "somebody else's"
            );
        }
    }
}
