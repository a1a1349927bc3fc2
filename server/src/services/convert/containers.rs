//! Containers of nodes: what agents tell of them, and what people ask for. A detail that makes no sense counts as
//! unknown, and a container without an id is none.

use hostler_proto::v1;

use super::number::{wire_i32, wire_i64};
use super::reader::Reader;
use super::time::wire_time;
use super::words::words;
use crate::domain::container::{
    Container, ContainerEngine, ContainerHealth, ContainerId, ContainerPort, ContainerState, ContainerUse,
    ContainersReport,
};
use crate::domain::fields::FieldErrors;
use crate::domain::ids::NodeId;
use crate::domain::time::Timestamp;
use crate::engine::containers::{ContainersEvent, NodeContainers, ShownContainer};

const MAX_NODES: usize = 100;
const MAX_REPORTED: usize = 200;
const MAX_MEASURED: usize = 500;
const MAX_PORTS: usize = 50;
const MAX_NAME: usize = 255;
const MAX_WORD: usize = 64;
const MAX_PROBLEM: usize = 300;

/// Whose containers are asked for.
#[derive(Debug)]
pub(in crate::services) struct ContainersOf(pub(in crate::services) Vec<NodeId>);

impl TryFrom<v1::ListContainersRequest> for NodeId {
    type Error = FieldErrors;

    fn try_from(request: v1::ListContainersRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("node_id", &request.node_id);
        read.finish(|| id)
    }
}

impl TryFrom<v1::WatchContainersRequest> for ContainersOf {
    type Error = FieldErrors;

    fn try_from(request: v1::WatchContainersRequest) -> Result<Self, FieldErrors> {
        nodes(&request.node_ids)
    }
}

fn nodes(texts: &[String]) -> Result<ContainersOf, FieldErrors> {
    let mut read = Reader::default();
    if !(1..=MAX_NODES).contains(&texts.len()) {
        read.bad("node_ids", format!("must be 1 to {MAX_NODES} ids"));
        return read.finish(|| None);
    }
    let mut ids = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        ids.push(read.id(&format!("node_ids[{index}]"), text));
    }
    read.finish(|| Some(ContainersOf(ids.into_iter().collect::<Option<_>>()?)))
}

pub(in crate::services) fn containers_report(wire: v1::ContainersReport) -> ContainersReport {
    let reported = wire.containers.into_iter().take(MAX_REPORTED);
    let removed = wire.removed_container_ids.iter().take(MAX_REPORTED);
    ContainersReport {
        engine: wire.engine.map(|engine| ContainerEngine {
            name: words(&engine.name, MAX_WORD),
            version: words(&engine.version, MAX_WORD),
        }),
        problem: words(&wire.problem, MAX_PROBLEM),
        reset: wire.reset,
        more: wire.more,
        containers: reported.filter_map(container).collect(),
        removed: removed.filter_map(|id| ContainerId::parse(id)).collect(),
    }
}

fn container(wire: v1::Container) -> Option<Container> {
    let (state, health) = (wire.state(), wire.health());
    let time = |time| Reader::default().time("time", time).flatten();
    Some(Container {
        id: ContainerId::parse(&wire.id)?,
        name: words(&wire.name, MAX_NAME),
        image: words(&wire.image, MAX_NAME),
        image_id: words(&wire.image_id, MAX_NAME),
        state: match state {
            v1::ContainerState::Created => Some(ContainerState::Created),
            v1::ContainerState::Running => Some(ContainerState::Running),
            v1::ContainerState::Paused => Some(ContainerState::Paused),
            v1::ContainerState::Restarting => Some(ContainerState::Restarting),
            v1::ContainerState::Removing => Some(ContainerState::Removing),
            v1::ContainerState::Exited => Some(ContainerState::Exited),
            v1::ContainerState::Dead => Some(ContainerState::Dead),
            v1::ContainerState::Unspecified => None,
        },
        health: match health {
            v1::ContainerHealth::Starting => Some(ContainerHealth::Starting),
            v1::ContainerHealth::Healthy => Some(ContainerHealth::Healthy),
            v1::ContainerHealth::Unhealthy => Some(ContainerHealth::Unhealthy),
            v1::ContainerHealth::Unspecified => None,
        },
        exit_code: wire.exit_code,
        oom_killed: wire.oom_killed,
        restart_count: u32::try_from(wire.restart_count).unwrap_or(0),
        create_time: time(wire.create_time),
        start_time: time(wire.start_time),
        end_time: time(wire.end_time),
        ports: wire
            .ports
            .into_iter()
            .take(MAX_PORTS)
            .filter_map(|wire| port(&wire))
            .collect(),
        compose_project: words(&wire.compose_project, MAX_NAME),
        compose_service: words(&wire.compose_service, MAX_NAME),
    })
}

fn port(wire: &v1::ContainerPort) -> Option<ContainerPort> {
    Some(ContainerPort {
        host_address: words(&wire.host_address, MAX_WORD),
        host_port: u16::try_from(wire.host_port).ok()?,
        container_port: u16::try_from(wire.container_port).ok()?,
        protocol: words(&wire.protocol, MAX_WORD),
    })
}

/// What containers use, and whether there is no more of that look.
pub(in crate::services) fn container_figures(
    wire: v1::ContainerFigures,
) -> (Vec<(ContainerId, ContainerUse)>, bool) {
    let natural = |value: Option<i64>| value.and_then(|value| u64::try_from(value).ok());
    let usage = |wire: v1::ContainerStats| {
        let usage = ContainerUse {
            cpu_millis: wire.cpu_cores.and_then(millis),
            memory_bytes: natural(wire.memory_bytes),
            memory_limit_bytes: natural(wire.memory_limit_bytes),
            network_in_rate: natural(wire.network_in_rate),
            network_out_rate: natural(wire.network_out_rate),
            disk_read_rate: natural(wire.disk_read_rate),
            disk_write_rate: natural(wire.disk_write_rate),
            process_count: natural(wire.process_count.map(i64::from)),
        };
        Some((ContainerId::parse(&wire.container_id)?, usage))
    };
    let measured = wire.stats.into_iter().take(MAX_MEASURED);
    (measured.filter_map(usage).collect(), wire.last)
}

/// `None` for what no machine can use.
fn millis(cores: f64) -> Option<u64> {
    const MOST: f64 = 1e6;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the range"
    )]
    (0.0..=MOST)
        .contains(&cores)
        .then(|| (cores * 1000.0).round() as u64)
}

/// One page, and what is known of all.
pub(in crate::services) fn wire_containers_page(
    told: &NodeContainers,
    page: &[ShownContainer],
    next_page_token: String,
) -> v1::ListContainersResponse {
    v1::ListContainersResponse {
        containers: page.iter().map(wire_container).collect(),
        next_page_token,
        engine: told.engine.as_ref().map(wire_engine),
        problem: told.problem.clone(),
        stale: told.stale,
    }
}

fn wire_engine(engine: &ContainerEngine) -> v1::ContainerEngine {
    v1::ContainerEngine {
        name: engine.name.clone(),
        version: engine.version.clone(),
    }
}

fn wire_node_containers(told: &NodeContainers) -> v1::NodeContainers {
    v1::NodeContainers {
        node_id: told.node.to_string(),
        engine: told.engine.as_ref().map(wire_engine),
        problem: told.problem.clone(),
        stale: told.stale,
        containers: told.containers.iter().map(wire_container).collect(),
        removed_container_ids: told.removed.iter().map(ToString::to_string).collect(),
        complete: told.complete,
    }
}

fn wire_container(shown: &ShownContainer) -> v1::Container {
    let container = &*shown.container;
    let time = |time: Option<Timestamp>| time.and_then(wire_time);
    v1::Container {
        id: container.id.to_string(),
        name: container.name.clone(),
        image: container.image.clone(),
        image_id: container.image_id.clone(),
        state: wire_state(container.state).into(),
        health: wire_health(container.health).into(),
        exit_code: container.exit_code,
        oom_killed: container.oom_killed,
        restart_count: wire_i32(container.restart_count),
        create_time: time(container.create_time),
        start_time: time(container.start_time),
        end_time: time(container.end_time),
        ports: container.ports.iter().map(wire_port).collect(),
        compose_project: container.compose_project.clone(),
        compose_service: container.compose_service.clone(),
        stats: shown.usage.as_deref().map(|usage| wire_use(&container.id, usage)),
    }
}

const fn wire_state(state: Option<ContainerState>) -> v1::ContainerState {
    match state {
        Some(ContainerState::Created) => v1::ContainerState::Created,
        Some(ContainerState::Running) => v1::ContainerState::Running,
        Some(ContainerState::Paused) => v1::ContainerState::Paused,
        Some(ContainerState::Restarting) => v1::ContainerState::Restarting,
        Some(ContainerState::Removing) => v1::ContainerState::Removing,
        Some(ContainerState::Exited) => v1::ContainerState::Exited,
        Some(ContainerState::Dead) => v1::ContainerState::Dead,
        None => v1::ContainerState::Unspecified,
    }
}

const fn wire_health(health: Option<ContainerHealth>) -> v1::ContainerHealth {
    match health {
        Some(ContainerHealth::Starting) => v1::ContainerHealth::Starting,
        Some(ContainerHealth::Healthy) => v1::ContainerHealth::Healthy,
        Some(ContainerHealth::Unhealthy) => v1::ContainerHealth::Unhealthy,
        None => v1::ContainerHealth::Unspecified,
    }
}

fn wire_port(port: &ContainerPort) -> v1::ContainerPort {
    v1::ContainerPort {
        host_address: port.host_address.clone(),
        host_port: port.host_port.into(),
        container_port: port.container_port.into(),
        protocol: port.protocol.clone(),
    }
}

fn wire_use(id: &ContainerId, usage: &ContainerUse) -> v1::ContainerStats {
    let whole = |value: Option<u64>| value.map(wire_i64);
    #[expect(clippy::cast_precision_loss, reason = "at most a million cores")]
    let cores = |millis: u64| millis as f64 / 1000.0;
    v1::ContainerStats {
        container_id: id.to_string(),
        cpu_cores: usage.cpu_millis.map(cores),
        memory_bytes: whole(usage.memory_bytes),
        memory_limit_bytes: whole(usage.memory_limit_bytes),
        network_in_rate: whole(usage.network_in_rate),
        network_out_rate: whole(usage.network_out_rate),
        disk_read_rate: whole(usage.disk_read_rate),
        disk_write_rate: whole(usage.disk_write_rate),
        process_count: usage
            .process_count
            .map(|count| i32::try_from(count).unwrap_or(i32::MAX)),
    }
}

pub(in crate::services) fn wire_containers_event(event: &ContainersEvent) -> v1::WatchContainersResponse {
    use v1::watch_containers_response::Event;
    let event = match event {
        ContainersEvent::Changed(told) => Event::Changed(wire_node_containers(told)),
        ContainersEvent::Removed(node) => Event::Removed(v1::NodeContainersRemoved {
            node_id: node.to_string(),
        }),
        ContainersEvent::Heartbeat(time) => Event::Heartbeat(v1::ContainersHeartbeat {
            time: wire_time(*time),
        }),
    };
    v1::WatchContainersResponse { event: Some(event) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_machine_makes_up_is_cut_and_cleaned() {
        let wire = v1::Container {
            id: "ab".repeat(32),
            name: format!("\u{1b}[2J{}", "n".repeat(1000)),
            state: 99,
            restart_count: -1,
            ports: vec![
                v1::ContainerPort {
                    host_port: 70_000,
                    ..Default::default()
                },
                v1::ContainerPort {
                    host_port: 8080,
                    container_port: 80,
                    ..Default::default()
                },
            ],
            create_time: Some(prost_types::Timestamp {
                seconds: 0,
                nanos: -1,
            }),
            ..Default::default()
        };
        let bad = v1::Container {
            id: "../../etc/passwd".to_owned(),
            ..Default::default()
        };
        let report = containers_report(v1::ContainersReport {
            containers: vec![wire, bad],
            removed_container_ids: vec!["x".to_owned()],
            ..Default::default()
        });
        let [container] = report.containers.as_slice() else {
            panic!("{report:?}")
        };
        assert_eq!(container.name.len(), MAX_NAME);
        assert!(container.name.starts_with("[2Jn"));
        assert_eq!((container.state, container.restart_count), (None, 0));
        assert_eq!((container.ports.len(), container.create_time), (1, None));
        assert!(report.removed.is_empty());
    }

    #[test]
    fn use_that_no_machine_can_have_is_unknown() {
        let stats = |cpu_cores, memory_bytes| v1::ContainerStats {
            container_id: "0".repeat(64),
            cpu_cores: Some(cpu_cores),
            memory_bytes: Some(memory_bytes),
            ..Default::default()
        };
        let wire = v1::ContainerFigures {
            stats: vec![stats(f64::NAN, -1), stats(0.0124, 7), stats(1e300, 0)],
            last: true,
        };
        let (figures, last) = container_figures(wire);
        let read: Vec<_> = figures
            .iter()
            .map(|(_, usage)| (usage.cpu_millis, usage.memory_bytes))
            .collect();
        assert_eq!(read, [(None, None), (Some(12), Some(7)), (None, Some(0))]);
        assert!(last);
    }

    #[test]
    fn some_nodes_have_to_be_named() {
        let ids = |count| vec![NodeId::generate().to_string(); count];
        assert!(nodes(&ids(1)).is_ok() && nodes(&ids(100)).is_ok());
        nodes(&ids(0)).unwrap_err();
        nodes(&ids(101)).unwrap_err();
        nodes(&["x".to_owned()]).unwrap_err();
    }
}
