//! Looks at a cluster's set-up as a new operator would have to, and says in plain words what is wrong.

use serde_json::Value;

use super::absence::has_quorum;
use super::call::Call;
use super::cluster::Cluster;
use super::errors::{ApiError, Cause};
use super::loose::{Fields, rows};
use super::placement::{node_templates, online_nodes, storages};
use super::privileges::gaps;
use crate::domain::guest::{Finding, Severity};

/// Fewer vmids than this are soon used up: they are not given twice.
const COMFORTABLE_VMIDS: u32 = 1000;

pub(super) async fn check(cluster: &Cluster) -> Vec<Finding> {
    let mut report = Report::default();
    if !version(cluster, &mut report).await {
        return report.findings;
    }
    let nodes = nodes(cluster, &mut report).await;
    quorum(cluster, &mut report).await;
    privileges(cluster, &nodes, &mut report).await;
    for node in &nodes {
        rootfs_storage(cluster, node, &mut report).await;
        templates(cluster, node, &mut report).await;
        bridge(cluster, node, &mut report).await;
    }
    vmids(cluster, &mut report);
    report.findings
}

#[derive(Default)]
struct Report {
    findings: Vec<Finding>,
}

impl Report {
    fn add(&mut self, severity: Severity, subject: &str, text: impl Into<String>, advice: impl Into<String>) {
        self.findings.push(Finding {
            severity,
            subject: subject.to_owned(),
            text: text.into(),
            advice: advice.into(),
        });
    }

    fn good(&mut self, subject: &str, text: impl Into<String>) {
        self.add(Severity::Ok, subject, text, "");
    }

    fn failed(&mut self, subject: &str, error: &ApiError) {
        self.add(
            Severity::Error,
            subject,
            error.text.clone(),
            advice_for(error.cause),
        );
    }
}

fn advice_for(cause: Cause) -> &'static str {
    if cause == Cause::Unauthenticated {
        "Check token_id and token_secret; the token may be expired or its user disabled."
    } else if cause == Cause::Forbidden {
        "Give the privilege to the token and, if the token is separated, to its user as well."
    } else if cause == Cause::NotSent {
        "Check the endpoint's address and port and that ca_file is the cluster's /etc/pve/pve-root-ca.pem, or \
         that the fingerprints are those of the nodes' present certificates."
    } else {
        "Look at the node's system log (journalctl -u pveproxy -u pvedaemon)."
    }
}

async fn version(cluster: &Cluster, report: &mut Report) -> bool {
    let subject = "Connection and token";
    let answer = match cluster.transport.data(Call::get(&["version"])).await {
        Ok(answer) => answer,
        Err(error) => {
            report.failed(subject, &error);
            return false;
        }
    };
    report.good(
        subject,
        format!("{} answers and takes the token", cluster.settings.name),
    );
    let version = Fields(&answer).text("version").unwrap_or_default();
    match major_version(&version) {
        Some(9..) => report.good("Version", format!("Proxmox VE {version}")),
        Some(8) => report.add(
            Severity::Warning,
            "Version",
            format!("Proxmox VE {version}: supported. Consoles and new root passwords need pve-container 5.3 of April 2026 or later"),
            "Keep 8.4 up to date, or upgrade to 9.",
        ),
        Some(_) | None => report.add(
            Severity::Error,
            "Version",
            format!("Proxmox VE {version:?} is not supported"),
            "Upgrade to Proxmox VE 8.4 or 9.",
        ),
    }
    true
}

fn major_version(version: &str) -> Option<u32> {
    version.split(['.', '-']).next()?.parse().ok()
}

async fn nodes(cluster: &Cluster, report: &mut Report) -> Vec<String> {
    let subject = "Nodes";
    match online_nodes(cluster).await {
        Ok(nodes) if nodes.is_empty() => {
            report.add(Severity::Error, subject, "no node is online", "Start a node.");
            Vec::new()
        }
        Ok(nodes) => {
            let names: Vec<String> = nodes.into_iter().map(|node| node.name).collect();
            report.good(subject, format!("online: {}", names.join(", ")));
            names
        }
        Err(error) => {
            report.failed(subject, &error);
            Vec::new()
        }
    }
}

async fn quorum(cluster: &Cluster, report: &mut Report) {
    match has_quorum(cluster).await {
        Ok(true) => report.good("Quorum", "the cluster has quorum"),
        Ok(false) => report.add(
            Severity::Error,
            "Quorum",
            "the cluster has no quorum: nothing can be changed",
            "Bring back enough nodes; `pvecm status` on a node says which are missing.",
        ),
        Err(error) => report.failed("Quorum", &error),
    }
}

async fn privileges(cluster: &Cluster, nodes: &[String], report: &mut Report) {
    let subject = "Token privileges";
    let permissions = match cluster
        .transport
        .data(Call::get(&["access", "permissions"]))
        .await
    {
        Ok(permissions) => permissions,
        Err(error) => return report.failed(subject, &error),
    };
    let gaps = gaps(&permissions, &cluster.settings, nodes);
    if gaps.is_empty() {
        return report.good(subject, "the token has all it needs");
    }
    let user = cluster.settings.token_id.split('!').next().unwrap_or_default();
    for gap in gaps {
        let severity = if gap.optional {
            Severity::Warning
        } else {
            Severity::Error
        };
        report.add(
            severity,
            subject,
            format!("{} is missing on {}: {}", gap.missing.join(", "), gap.path, gap.effect),
            format!(
                "Give a role with it on {} to the token {} and to its user {user} (docs/proxmox.md has the commands).",
                gap.path, cluster.settings.token_id
            ),
        );
    }
}

async fn rootfs_storage(cluster: &Cluster, node: &str, report: &mut Report) {
    let wanted = &cluster.settings.rootfs_storage;
    let subject = format!("Storage {wanted} on {node}");
    let storages = match storages(cluster, node).await {
        Ok(storages) => storages,
        Err(error) => return report.failed(&subject, &error),
    };
    let Some(storage) = storages.iter().find(|storage| storage.name == *wanted) else {
        return report.add(
            Severity::Warning,
            &subject,
            "the node does not have it, or the token may not see it: no server is put there",
            "Check the storage's list of nodes (pvesm status) and Datastore.Audit on it.",
        );
    };
    if !storage.enabled || !storage.active {
        return report.add(
            Severity::Error,
            &subject,
            "it is not active",
            "Check `pvesm status` on the node.",
        );
    }
    if !storage.holds("rootdir") {
        return report.add(
            Severity::Error,
            &subject,
            "it is not allowed to hold containers",
            format!("Allow it: pvesm set {wanted} --content rootdir,images"),
        );
    }
    let free = storage
        .free
        .map_or_else(|| "unknown".to_owned(), |free| format!("{} GiB", free >> 30));
    if matches!(storage.kind.as_str(), "dir" | "nfs" | "cifs" | "lvm") {
        return report.add(
            Severity::Warning,
            &subject,
            format!(
                "type {}, {free} free: it cannot take snapshots of containers",
                storage.kind
            ),
            "Use LVM-thin, ZFS, Btrfs or Ceph RBD if servers are to have snapshots.",
        );
    }
    report.good(&subject, format!("type {}, {free} free", storage.kind));
}

async fn templates(cluster: &Cluster, node: &str, report: &mut Report) {
    let subject = format!("Templates on {node}");
    match node_templates(cluster, node).await {
        Ok(offered) if offered.is_empty() => report.add(
            Severity::Warning,
            &subject,
            "there is none, or the token may not see their storage",
            "Fetch one on the node: pveam update && pveam download local debian-13-standard_…; give the token Datastore.Audit \
             on that storage.",
        ),
        Ok(offered) => {
            let names: Vec<String> = offered.into_iter().map(|template| template.name).collect();
            report.good(&subject, names.join(", "));
        }
        Err(error) => report.failed(&subject, &error),
    }
}

async fn bridge(cluster: &Cluster, node: &str, report: &mut Report) {
    let wanted = &cluster.settings.bridge;
    let subject = format!("Bridge {wanted} on {node}");
    let call = Call::get(&["nodes", node, "network"]).with("type", "any_bridge");
    match cluster.transport.data(call).await {
        Ok(answer) if has_bridge(&answer, wanted) => report.good(&subject, "it is there"),
        Ok(_) => report.add(
            Severity::Warning,
            &subject,
            "the node does not list it to this token: a server there would not start without it",
            format!("Create it, or give SDN.Use on /sdn/zones/localnetwork/{wanted} (for a VNet: /sdn/zones/ZONE/{wanted})."),
        ),
        Err(error) => report.failed(&subject, &error),
    }
}

fn has_bridge(answer: &Value, wanted: &str) -> bool {
    rows(answer).any(|row| row.text("iface").as_deref() == Some(wanted))
}

fn vmids(cluster: &Cluster, report: &mut Report) {
    let (first, last) = (cluster.settings.vmid_first, cluster.settings.vmid_last);
    let count = last - first + 1;
    if count < COMFORTABLE_VMIDS {
        return report.add(
            Severity::Warning,
            "Vmid range",
            format!("{first} to {last}: only {count}, and none is used twice"),
            "Widen vmid_first and vmid_last.",
        );
    }
    if first == 100 {
        return report.add(
            Severity::Warning,
            "Vmid range",
            format!("{first} to {last} begins where Proxmox VE itself gives ids to guests made by hand"),
            "Choose a range that nobody else uses, such as 100000 to 199999.",
        );
    }
    report.good("Vmid range", format!("{first} to {last}"));
}
