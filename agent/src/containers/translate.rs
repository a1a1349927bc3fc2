//! From what engines tell to what the server is told. Names and labels are whatever somebody gave to a container: they
//! are cut here and cleaned by the server.

use std::str::FromStr as _;

use bollard::models::{
    ContainerInspectResponse, ContainerState, ContainerStateStatusEnum as Status, ContainerSummary,
    ContainerSummaryStateEnum as Listed, EventMessage, EventMessageTypeEnum, HealthStatusEnum, PortMap,
};
use hostler_proto::v1;

const MAX_TEXT: usize = 255;
const MAX_PORTS: usize = 50;
const ID_LENGTH: usize = 64;
const PROJECT: &str = "com.docker.compose.project";
const SERVICE: &str = "com.docker.compose.service";
/// What programs inside do: the engine tells each run of a health check.
const INSIDE: [&str; 3] = ["exec_", "top", "resize"];

/// `None` without an id that could be one: it becomes part of the paths that the engine is asked for.
pub(super) fn id(text: Option<&str>) -> Option<&str> {
    let digits = |text: &&str| text.len() == ID_LENGTH && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    text.filter(digits)
}

/// The container that an event is about, when it may be another one from now on.
pub(super) fn concerns(event: &EventMessage) -> Option<String> {
    if event.typ != Some(EventMessageTypeEnum::CONTAINER) {
        return None;
    }
    let action = event.action.as_deref().unwrap_or_default();
    if INSIDE.iter().any(|inside| action.starts_with(inside)) {
        return None;
    }
    id(event.actor.as_ref()?.id.as_deref()).map(str::to_owned)
}

/// Whether a container may be another one than what is known of it.
pub(super) fn differs(listed: &ContainerSummary, known: &v1::Container) -> bool {
    let name = listed.names.iter().flatten().next().map(|name| trimmed(name));
    name.as_deref() != Some(known.name.as_str()) || listed_state(listed.state) != known.state()
}

fn listed_state(state: Option<Listed>) -> v1::ContainerState {
    match state {
        Some(Listed::CREATED) => v1::ContainerState::Created,
        // As long as it stops it runs.
        Some(Listed::RUNNING | Listed::STOPPING) => v1::ContainerState::Running,
        Some(Listed::PAUSED) => v1::ContainerState::Paused,
        Some(Listed::RESTARTING) => v1::ContainerState::Restarting,
        Some(Listed::EXITED) => v1::ContainerState::Exited,
        Some(Listed::REMOVING) => v1::ContainerState::Removing,
        Some(Listed::DEAD) => v1::ContainerState::Dead,
        Some(Listed::EMPTY) | None => v1::ContainerState::Unspecified,
    }
}

fn looked_state(state: Option<Status>) -> v1::ContainerState {
    match state {
        Some(Status::CREATED) => v1::ContainerState::Created,
        Some(Status::RUNNING | Status::STOPPING) => v1::ContainerState::Running,
        Some(Status::PAUSED) => v1::ContainerState::Paused,
        Some(Status::RESTARTING) => v1::ContainerState::Restarting,
        Some(Status::REMOVING) => v1::ContainerState::Removing,
        Some(Status::EXITED) => v1::ContainerState::Exited,
        Some(Status::DEAD) => v1::ContainerState::Dead,
        Some(Status::EMPTY) | None => v1::ContainerState::Unspecified,
    }
}

/// Whether it uses anything that can be counted.
pub(super) fn is_running(container: &v1::Container) -> bool {
    match container.state() {
        v1::ContainerState::Running | v1::ContainerState::Paused => true,
        v1::ContainerState::Unspecified
        | v1::ContainerState::Created
        | v1::ContainerState::Restarting
        | v1::ContainerState::Removing
        | v1::ContainerState::Exited
        | v1::ContainerState::Dead => false,
    }
}

pub(super) fn inspected(found: ContainerInspectResponse) -> Option<v1::Container> {
    let id = id(found.id.as_deref())?.to_owned();
    let state = found.state.unwrap_or_default();
    let shown = looked_state(state.status);
    let has_ended = matches!(shown, v1::ContainerState::Exited | v1::ContainerState::Dead);
    let runs = matches!(shown, v1::ContainerState::Running | v1::ContainerState::Paused);
    let config = found.config.unwrap_or_default();
    let label = |name: &str| {
        let value = config.labels.as_ref().and_then(|labels| labels.get(name));
        value.map(|value| cut(value)).unwrap_or_default()
    };
    let ports = found.network_settings.and_then(|settings| settings.ports);
    Some(v1::Container {
        name: trimmed(found.name.as_deref().unwrap_or_default()),
        image: cut(config.image.as_deref().unwrap_or_default()),
        image_id: cut(found.image.as_deref().unwrap_or_default()),
        state: shown.into(),
        health: health(&state).into(),
        exit_code: state
            .exit_code
            .filter(|_| has_ended)
            .and_then(|code| i32::try_from(code).ok()),
        oom_killed: has_ended && state.oom_killed == Some(true),
        restart_count: i32::try_from(found.restart_count.unwrap_or(0)).unwrap_or(i32::MAX),
        create_time: found.created.as_deref().and_then(time),
        start_time: state.started_at.as_deref().and_then(time),
        end_time: state.finished_at.as_deref().filter(|_| !runs).and_then(time),
        ports: published(ports.unwrap_or_default()),
        compose_project: label(PROJECT),
        compose_service: label(SERVICE),
        stats: None,
        id,
    })
}

fn health(state: &ContainerState) -> v1::ContainerHealth {
    match state.health.as_ref().and_then(|health| health.status) {
        Some(HealthStatusEnum::STARTING) => v1::ContainerHealth::Starting,
        Some(HealthStatusEnum::HEALTHY) => v1::ContainerHealth::Healthy,
        Some(HealthStatusEnum::UNHEALTHY) => v1::ContainerHealth::Unhealthy,
        Some(HealthStatusEnum::NONE | HealthStatusEnum::EMPTY) | None => v1::ContainerHealth::Unspecified,
    }
}

/// Engines write a time before 1970 for what never was.
fn time(text: &str) -> Option<prost_types::Timestamp> {
    prost_types::Timestamp::from_str(text)
        .ok()
        .filter(|time| time.seconds > 0)
}

/// From `80/tcp` and where it is bound, in the order of the ports.
fn published(ports: PortMap) -> Vec<v1::ContainerPort> {
    let mut published = Vec::new();
    for (inside, bindings) in ports {
        let (port, protocol) = inside.split_once('/').unwrap_or((&inside, "tcp"));
        let Ok(container_port) = port.parse::<u16>() else {
            continue;
        };
        for binding in bindings.into_iter().flatten() {
            let Some(host_port) = binding.host_port.and_then(|port| port.parse::<u16>().ok()) else {
                continue;
            };
            let every = |address: &String| matches!(address.as_str(), "0.0.0.0" | "::");
            published.push(v1::ContainerPort {
                host_address: binding.host_ip.filter(|ip| !every(ip)).unwrap_or_default(),
                host_port: host_port.into(),
                container_port: container_port.into(),
                protocol: cut(protocol),
            });
        }
    }
    published.sort_by(|one, other| {
        let key = |port: &v1::ContainerPort| (port.container_port, port.host_port);
        (key(one), &one.protocol, &one.host_address).cmp(&(key(other), &other.protocol, &other.host_address))
    });
    // Every address is told twice where there is IPv6.
    published.dedup();
    published.truncate(MAX_PORTS);
    published
}

fn trimmed(name: &str) -> String {
    cut(name.trim_start_matches('/'))
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use bollard::models::{ContainerConfig, EventActor, Health, NetworkSettings, PortBinding};

    use super::*;

    fn full_id() -> String {
        "0123456789abcdef".repeat(4)
    }

    #[test]
    fn a_container_that_has_ended_tells_with_what() {
        let bound = |ip: &str| PortBinding {
            host_ip: Some(ip.to_owned()),
            host_port: Some("8080".to_owned()),
        };
        let ports = PortMap::from([
            ("80/tcp".to_owned(), Some(vec![bound("0.0.0.0"), bound("::")])),
            ("53/udp".to_owned(), None),
        ]);
        let found = ContainerInspectResponse {
            id: Some(full_id()),
            name: Some("/web".to_owned()),
            image: Some("sha256:77".to_owned()),
            restart_count: Some(3),
            created: Some("2026-01-02T03:04:05.5Z".to_owned()),
            state: Some(ContainerState {
                status: Some(Status::EXITED),
                exit_code: Some(137),
                oom_killed: Some(true),
                started_at: Some("2026-01-02T03:04:06Z".to_owned()),
                finished_at: Some("2026-01-02T05:04:06+02:00".to_owned()),
                ..Default::default()
            }),
            config: Some(ContainerConfig {
                image: Some("nginx:1".to_owned()),
                labels: Some(HashMap::from([(PROJECT.to_owned(), "shop".to_owned())])),
                ..Default::default()
            }),
            network_settings: Some(NetworkSettings {
                ports: Some(ports),
                ..Default::default()
            }),
            ..Default::default()
        };
        let told = inspected(found).unwrap();
        assert_eq!((told.name.as_str(), told.image.as_str()), ("web", "nginx:1"));
        assert_eq!(told.state(), v1::ContainerState::Exited);
        assert_eq!(
            (told.exit_code, told.oom_killed, told.restart_count),
            (Some(137), true, 3)
        );
        assert_eq!(told.start_time, told.end_time, "the same moment in two zones");
        assert_eq!(told.compose_project, "shop");
        let [port] = told.ports.as_slice() else {
            panic!("{told:?}")
        };
        assert_eq!(
            (port.host_address.as_str(), port.host_port, port.container_port),
            ("", 8080, 80)
        );
    }

    #[test]
    fn one_that_runs_has_neither_an_end_nor_an_exit_code() {
        let found = ContainerInspectResponse {
            id: Some(full_id()),
            state: Some(ContainerState {
                status: Some(Status::RUNNING),
                exit_code: Some(0),
                finished_at: Some("0001-01-01T00:00:00Z".to_owned()),
                health: Some(Health {
                    status: Some(HealthStatusEnum::UNHEALTHY),
                    ..Default::default()
                }),
                ..Default::default()
            }),
            ..Default::default()
        };
        let told = inspected(found).unwrap();
        assert_eq!((told.exit_code, told.end_time), (None, None));
        assert_eq!(told.health(), v1::ContainerHealth::Unhealthy);
        assert!(is_running(&told));
    }

    #[test]
    fn what_could_lead_elsewhere_is_no_id() {
        assert!(id(Some(&full_id())).is_some());
        for bad in [None, Some(""), Some("../../images/x"), Some("abc")] {
            assert_eq!(id(bad), None);
        }
    }

    #[test]
    fn health_checks_that_run_are_no_news_and_their_verdict_is() {
        let event = |typ, action: &str| EventMessage {
            typ: Some(typ),
            action: Some(action.to_owned()),
            actor: Some(EventActor {
                id: Some(full_id()),
                ..Default::default()
            }),
            ..Default::default()
        };
        let container = EventMessageTypeEnum::CONTAINER;
        assert_eq!(concerns(&event(container, "exec_start: /bin/sh -c true")), None);
        assert_eq!(
            concerns(&event(container, "health_status: healthy")),
            Some(full_id())
        );
        assert_eq!(concerns(&event(container, "destroy")), Some(full_id()));
        assert_eq!(concerns(&event(EventMessageTypeEnum::NETWORK, "connect")), None);
    }
}
