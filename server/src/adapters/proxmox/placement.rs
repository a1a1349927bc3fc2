//! Where a new guest goes, and what it can be made from.

use std::collections::HashMap;

use futures_util::StreamExt;
use futures_util::stream;
use serde_json::Value;

use super::absence::is_online;
use super::call::Call;
use super::cluster::Cluster;
use super::errors::ApiResult;
use super::listing;
use super::loose::{Fields, rows};
use super::upid::is_node_name;
use crate::domain::guest::Template;
use crate::domain::resources::{GIB, Resources};
use crate::ports::hypervisor::{HypervisorError, HypervisorResult, Rejection};

const NODES_AT_ONCE: usize = 8;

pub(super) struct Node {
    pub(super) name: String,
    /// `None` without Sys.Audit on the node.
    pub(super) free_memory: Option<u64>,
}

/// A storage as one node has it.
pub(super) struct Storage {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) contents: Vec<String>,
    pub(super) enabled: bool,
    pub(super) active: bool,
    pub(super) free: Option<u64>,
}

impl Storage {
    pub(super) fn holds(&self, content: &str) -> bool {
        self.contents.iter().any(|held| held == content)
    }
}

pub(super) async fn online_nodes(cluster: &Cluster) -> ApiResult<Vec<Node>> {
    let answer = cluster.transport.data(Call::get(&["nodes"])).await?;
    Ok(rows(&answer)
        .filter(|row| is_online(*row))
        .filter_map(read_node)
        .collect())
}

fn read_node(row: Fields<'_>) -> Option<Node> {
    let total = row.unsigned("maxmem").filter(|total| *total > 0);
    Some(Node {
        name: row.text("node").filter(|name| is_node_name(name))?,
        free_memory: total.map(|total| total.saturating_sub(row.unsigned("mem").unwrap_or(0))),
    })
}

/// The storages that the node has and the token may see.
pub(super) async fn storages(cluster: &Cluster, node: &str) -> ApiResult<Vec<Storage>> {
    let answer = cluster
        .transport
        .data(Call::get(&["nodes", node, "storage"]))
        .await?;
    Ok(rows(&answer).filter_map(read_storage).collect())
}

fn read_storage(row: Fields<'_>) -> Option<Storage> {
    let contents = row.text("content").unwrap_or_default();
    Some(Storage {
        name: row.text("storage")?,
        kind: row.text("type").unwrap_or_default(),
        contents: contents
            .split(',')
            .map(|content| content.trim().to_owned())
            .collect(),
        enabled: !row.has("enabled") || row.flag("enabled"),
        active: row.flag("active"),
        free: row.unsigned("avail"),
    })
}

/// The online node with the most free memory among those whose storage has room for the root disk. Without the
/// right to see memory: the one whose guests were promised least.
pub(super) async fn choose_node(cluster: &Cluster, resources: &Resources) -> HypervisorResult<String> {
    let nodes = online_nodes(cluster).await?;
    let wanted = &cluster.settings.rootfs_storage;
    let mut fitting = Vec::new();
    let mut short_of_space = 0;
    let mut unanswered = None;
    let answers = in_turn(nodes.iter().map(|node| storages(cluster, &node.name)).collect()).await;
    for (node, answer) in nodes.into_iter().zip(answers) {
        // One node that does not answer is no reason to place nothing.
        let storages = match answer {
            Ok(storages) => storages,
            Err(error) => {
                unanswered = Some(error);
                continue;
            }
        };
        let Some(storage) = storages.iter().find(|storage| storage.name == *wanted) else {
            continue;
        };
        if !storage.enabled || !storage.active || !storage.holds("rootdir") {
            continue;
        }
        if storage.free.is_some_and(|free| free < resources.disk_bytes) {
            short_of_space += 1;
            continue;
        }
        fitting.push(node);
    }
    if fitting.is_empty() {
        // It may have had what the others lack: nothing is known before it answers.
        if let Some(error) = unanswered {
            return Err(error.into());
        }
        let text = if short_of_space > 0 {
            format!(
                "storage {wanted} has no {} GiB free on any node",
                resources.disk_bytes.div_ceil(GIB)
            )
        } else {
            format!("no online node has storage {wanted} active for root disks, or the token may not see it")
        };
        return Err(HypervisorError::Rejected {
            reason: Rejection::Storage,
            text,
        });
    }
    let promised = promised_memory(cluster).await?;
    let best = fitting.into_iter().max_by_key(|node| {
        let promised = promised.get(&node.name).copied().unwrap_or(0);
        (node.free_memory, std::cmp::Reverse(promised))
    });
    best.map(|node| node.name)
        .ok_or_else(|| HypervisorError::Unavailable("no node is online".to_owned()))
}

async fn promised_memory(cluster: &Cluster) -> ApiResult<HashMap<String, u64>> {
    let mut promised: HashMap<String, u64> = HashMap::new();
    for guest in listing::guests(cluster).await?.iter() {
        let sum = promised.entry(guest.node.clone()).or_default();
        *sum = sum.saturating_add(guest.resources.memory_bytes);
    }
    Ok(promised)
}

pub(super) async fn templates(cluster: &Cluster) -> HypervisorResult<Vec<Template>> {
    let nodes = online_nodes(cluster).await?;
    let answers = in_turn(
        nodes
            .iter()
            .map(|node| node_templates(cluster, &node.name))
            .collect(),
    )
    .await;
    let mut all = Vec::new();
    let mut unanswered = None;
    let mut answered = false;
    for (node, answer) in nodes.iter().zip(answers) {
        match answer {
            Ok(offered) => {
                answered = true;
                all.extend(offered);
            }
            Err(error) => {
                let error = HypervisorError::from(error);
                tracing::warn!(node = %node.name, %error, "the node does not say which templates it has");
                unanswered = Some(error);
            }
        }
    }
    // What the others offer is true without it.
    match unanswered {
        Some(error) if !answered => Err(error),
        Some(_) | None => Ok(all),
    }
}

/// Asks a few nodes at a time, so that a slow one costs its own time and not that of all.
async fn in_turn<F: Future>(questions: Vec<F>) -> Vec<F::Output> {
    stream::iter(questions).buffered(NODES_AT_ONCE).collect().await
}

/// The volume id of a template given by file name or by volume id.
pub(super) async fn template_volume(
    cluster: &Cluster,
    node: &str,
    template: &str,
) -> HypervisorResult<String> {
    if template.contains(':') {
        return Ok(template.to_owned());
    }
    let offered = node_templates(cluster, node).await?;
    let found = offered.into_iter().find(|offer| offer.name == template);
    found
        .map(|offer| offer.volume_id)
        .ok_or_else(|| HypervisorError::Rejected {
            reason: Rejection::Template,
            text: format!("node {node} has no template {template}"),
        })
}

pub(super) async fn node_templates(cluster: &Cluster, node: &str) -> ApiResult<Vec<Template>> {
    let wanted = &cluster.settings.template_storages;
    let storages = storages(cluster, node).await?;
    let mut offered = Vec::new();
    for storage in storages
        .iter()
        .filter(|storage| storage.enabled && storage.active && storage.holds("vztmpl"))
        .filter(|storage| wanted.is_empty() || wanted.contains(&storage.name))
    {
        let call = Call::get(&["nodes", node, "storage", &storage.name, "content"]).with("content", "vztmpl");
        let answer = cluster.transport.data(call).await?;
        offered.extend(read_templates(&answer, node, &storage.name));
    }
    Ok(offered)
}

fn read_templates(answer: &Value, node: &str, storage: &str) -> Vec<Template> {
    rows(answer)
        .filter_map(|row| {
            let volume_id = row.text("volid")?;
            let name = volume_id.rsplit('/').next()?.to_owned();
            Some(Template {
                node: node.to_owned(),
                storage: storage.to_owned(),
                name,
                size_bytes: row.unsigned("size").unwrap_or(0),
                volume_id,
            })
        })
        .collect()
}
