//! Figures of nodes, as people ask for them.

use hostler_proto::v1;

use super::number::{wire_i32, wire_i64};
use super::reader::Reader;
use super::time::wire_time;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::NodeId;
use crate::domain::metric::Metric;
use crate::domain::node_look::{FileSystem, NodeLook, NodeProcess, NodeProcesses, NodeUnits};
use crate::engine::nodes::{NodeFigures, NodeStatsEvent};

const MAX_NODES: usize = 500;
const MAX_DETAILED: usize = 10;

/// Whose figures are asked for.
#[derive(Debug)]
pub(in crate::services) struct NodeStatsOf {
    /// Empty is all.
    pub(in crate::services) ids: Vec<NodeId>,
    pub(in crate::services) details: bool,
}

impl TryFrom<v1::GetNodeStatsRequest> for NodeStatsOf {
    type Error = FieldErrors;

    fn try_from(request: v1::GetNodeStatsRequest) -> Result<Self, FieldErrors> {
        nodes(&request.node_ids, request.details)
    }
}

impl TryFrom<v1::WatchNodeStatsRequest> for NodeStatsOf {
    type Error = FieldErrors;

    fn try_from(request: v1::WatchNodeStatsRequest) -> Result<Self, FieldErrors> {
        nodes(&request.node_ids, request.details)
    }
}

fn nodes(texts: &[String], details: bool) -> Result<NodeStatsOf, FieldErrors> {
    let mut read = Reader::default();
    if texts.len() > MAX_NODES {
        read.bad("node_ids", format!("must be at most {MAX_NODES} ids"));
        return read.finish(|| None);
    }
    if details && !(1..=MAX_DETAILED).contains(&texts.len()) {
        read.bad(
            "node_ids",
            format!("must be 1 to {MAX_DETAILED} ids where details are asked for"),
        );
    }
    let mut ids = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        ids.push(read.id(&format!("node_ids[{index}]"), text));
    }
    read.finish(|| {
        Some(NodeStatsOf {
            ids: ids.into_iter().collect::<Option<_>>()?,
            details,
        })
    })
}

pub(in crate::services) fn wire_node_stats(figures: &NodeFigures, details: bool) -> v1::NodeStats {
    let look = figures.shown.look.as_deref();
    let value = |metric| look.and_then(|look| look.values.get(metric));
    let whole = |metric| value(metric).map(wire_i64);
    let mut wire = v1::NodeStats {
        node_id: figures.node.to_string(),
        stale: figures.stale,
        sample: look.map(wire_sample),
        disk_bytes: whole(Metric::DiskBytes),
        disk_limit_bytes: whole(Metric::DiskLimitBytes),
        fullest_disk_ratio: value(Metric::FullestDiskRatio)
            .map(|ratio| Metric::FullestDiskRatio.in_units(ratio)),
        ..Default::default()
    };
    if details {
        if let (Some(sample), Some(look)) = (&mut wire.sample, look) {
            let ratio = |core: &u16| Metric::CpuRatio.in_units(u64::from(*core));
            sample.core_ratios = look.cores.iter().map(ratio).collect();
            sample.file_systems = look.file_systems.iter().map(wire_file_system).collect();
        }
        wire.processes = figures.shown.processes.as_deref().map(wire_processes);
        wire.units = figures.shown.units.as_deref().map(wire_units);
    }
    wire
}

fn wire_sample(look: &NodeLook) -> v1::NodeSample {
    let units = |metric: Metric| Some(metric.in_units(look.values.get(metric)?));
    let whole = |metric| look.values.get(metric).map(wire_i64);
    v1::NodeSample {
        sequence: look.sequence,
        time: wire_time(look.time),
        cpu_ratio: units(Metric::CpuRatio),
        cpu_user_ratio: units(Metric::CpuUserRatio),
        cpu_system_ratio: units(Metric::CpuSystemRatio),
        cpu_wait_ratio: units(Metric::CpuWaitRatio),
        cpu_steal_ratio: units(Metric::CpuStealRatio),
        core_ratios: Vec::new(),
        load_1: units(Metric::Load1),
        load_5: units(Metric::Load5),
        load_15: units(Metric::Load15),
        memory_bytes: whole(Metric::MemoryBytes),
        memory_limit_bytes: whole(Metric::MemoryLimitBytes),
        swap_bytes: whole(Metric::SwapBytes),
        swap_limit_bytes: whole(Metric::SwapLimitBytes),
        network_in_rate: whole(Metric::NetworkInRate),
        network_out_rate: whole(Metric::NetworkOutRate),
        disk_read_rate: whole(Metric::DiskReadRate),
        disk_write_rate: whole(Metric::DiskWriteRate),
        file_systems: Vec::new(),
        temperature_celsius: units(Metric::TemperatureCelsius),
        process_count: look
            .values
            .get(Metric::ProcessCount)
            .map(|count| i32::try_from(count).unwrap_or(i32::MAX)),
    }
}

fn wire_file_system(one: &FileSystem) -> v1::FileSystem {
    v1::FileSystem {
        mount_point: one.mount_point.clone(),
        device: one.device.clone(),
        r#type: one.kind.clone(),
        used_bytes: wire_i64(one.used_bytes),
        limit_bytes: wire_i64(one.limit_bytes),
        used_inodes: wire_i64(one.used_inodes),
        limit_inodes: wire_i64(one.limit_inodes),
    }
}

fn wire_processes(processes: &NodeProcesses) -> v1::NodeProcesses {
    let wire = |process: &NodeProcess| v1::NodeProcess {
        pid: wire_i32(process.pid),
        name: process.name.clone(),
        user: process.user.clone(),
        cpu_cores: process.cpu_millis.map(|millis| f64::from(millis) / 1000.0),
        memory_bytes: wire_i64(process.memory_bytes),
    };
    v1::NodeProcesses {
        time: wire_time(processes.time),
        processes: processes.processes.iter().map(wire).collect(),
    }
}

fn wire_units(units: &NodeUnits) -> v1::NodeUnits {
    v1::NodeUnits {
        time: wire_time(units.time),
        failed_units: units.failed.clone(),
    }
}

pub(in crate::services) fn wire_node_stats_event(
    event: &NodeStatsEvent,
    details: bool,
) -> v1::WatchNodeStatsResponse {
    use v1::watch_node_stats_response::Event;
    let all = |figures: &[NodeFigures]| {
        figures
            .iter()
            .map(|figures| wire_node_stats(figures, details))
            .collect()
    };
    let event = match event {
        NodeStatsEvent::Snapshot(figures) => Event::Snapshot(v1::NodeStatsSnapshot { stats: all(figures) }),
        NodeStatsEvent::Changes(figures) => Event::Changes(v1::NodeStatsChanges { stats: all(figures) }),
        NodeStatsEvent::Removed(node) => Event::Removed(v1::NodeStatsRemoved {
            node_id: node.to_string(),
        }),
        NodeStatsEvent::Heartbeat(time) => Event::Heartbeat(v1::NodeStatsHeartbeat {
            time: wire_time(*time),
        }),
    };
    v1::WatchNodeStatsResponse { event: Some(event) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_for_a_few_nodes() {
        let ids = |count| vec![NodeId::generate().to_string(); count];
        assert!(nodes(&ids(0), false).is_ok() && nodes(&ids(500), false).is_ok());
        nodes(&ids(501), false).unwrap_err();
        assert!(nodes(&ids(10), true).is_ok());
        nodes(&ids(11), true).unwrap_err();
        nodes(&ids(0), true).unwrap_err();
        nodes(&["x".to_owned()], false).unwrap_err();
    }
}
