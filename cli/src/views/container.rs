//! Containers of nodes.

use std::cmp::Ordering;
use std::time::Duration;

use hostler_client::v1;
use serde::Serialize;

use super::stats::{part, percent, rate};
use super::word::enum_word;
use crate::output::View;
use crate::table::{Cell, Tone};
use crate::units::time;

/// As much of an id as engines show.
const SHORT_ID: usize = 12;

/// A container. What is not known is null.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ContainerView {
    id: String,
    node: String,
    name: String,
    image: String,
    image_id: String,
    state: String,
    /// Null without a check.
    health: Option<String>,
    exit_code: Option<i32>,
    oom_killed: bool,
    restart_count: i32,
    create_time: Option<String>,
    start_time: Option<String>,
    end_time: Option<String>,
    ports: Vec<String>,
    compose_project: String,
    compose_service: String,
    /// What is told is of the past.
    stale: bool,
    cpu_cores: Option<f64>,
    memory_bytes: Option<i64>,
    memory_limit_bytes: Option<i64>,
    network_in_rate: Option<i64>,
    network_out_rate: Option<i64>,
    disk_read_rate: Option<i64>,
    disk_write_rate: Option<i64>,
    process_count: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    engine: Option<EngineView>,
    #[serde(skip)]
    tone: Tone,
    #[serde(skip)]
    age: Option<Duration>,
}

/// What runs the containers of a node.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct EngineView {
    name: String,
    version: String,
}

impl From<&v1::ContainerEngine> for EngineView {
    fn from(engine: &v1::ContainerEngine) -> Self {
        Self {
            name: engine.name.clone(),
            version: engine.version.clone(),
        }
    }
}

impl ContainerView {
    pub(crate) fn new(node: &str, stale: bool, container: &v1::Container) -> Self {
        let (state, health) = (container.state(), container.health());
        let stats = container.stats.clone().unwrap_or_default();
        let has_check = health != v1::ContainerHealth::Unspecified;
        Self {
            id: container.id.clone(),
            node: node.to_owned(),
            name: container.name.clone(),
            image: container.image.clone(),
            image_id: container.image_id.clone(),
            state: enum_word(state.as_str_name(), "CONTAINER_STATE_"),
            health: has_check.then(|| enum_word(health.as_str_name(), "CONTAINER_HEALTH_")),
            exit_code: container.exit_code,
            oom_killed: container.oom_killed,
            restart_count: container.restart_count,
            create_time: time::machine(container.create_time),
            start_time: time::machine(container.start_time),
            end_time: time::machine(container.end_time),
            ports: container.ports.iter().map(port).collect(),
            compose_project: container.compose_project.clone(),
            compose_service: container.compose_service.clone(),
            stale,
            cpu_cores: stats.cpu_cores,
            memory_bytes: stats.memory_bytes,
            memory_limit_bytes: stats.memory_limit_bytes,
            network_in_rate: stats.network_in_rate,
            network_out_rate: stats.network_out_rate,
            disk_read_rate: stats.disk_read_rate,
            disk_write_rate: stats.disk_write_rate,
            process_count: stats.process_count,
            engine: None,
            tone: tone(state, health),
            age: if state == v1::ContainerState::Exited {
                container.end_time
            } else {
                container.start_time
            }
            .and_then(time::since),
        }
    }

    /// With what runs it.
    pub(crate) fn by(self, engine: Option<EngineView>) -> Self {
        Self { engine, ..self }
    }

    pub(crate) fn is(&self, id: &str) -> bool {
        self.id == id
    }

    /// Such as `running, healthy` or `exited (137)`.
    fn state(&self) -> Cell {
        let mut text = self.state.clone();
        if let Some(code) = self.exit_code {
            text = format!("{text} ({code})");
        }
        if let Some(health) = &self.health {
            text = format!("{text}, {health}");
        }
        if self.stale {
            return Cell::toned(format!("{text}, stale"), Tone::Bad);
        }
        Cell::toned(text, self.tone)
    }

    fn age(&self) -> String {
        self.age.map(time::span).unwrap_or_default()
    }

    fn order(&self) -> (&str, &str, &str) {
        (&self.node, &self.name, &self.id)
    }
}

impl PartialEq for ContainerView {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl Eq for ContainerView {}

impl PartialOrd for ContainerView {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ContainerView {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}

const fn tone(state: v1::ContainerState, health: v1::ContainerHealth) -> Tone {
    match (state, health) {
        (v1::ContainerState::Running, v1::ContainerHealth::Unhealthy)
        | (v1::ContainerState::Restarting | v1::ContainerState::Dead, _) => Tone::Bad,
        (v1::ContainerState::Running, v1::ContainerHealth::Starting) | (v1::ContainerState::Removing, _) => {
            Tone::Changing
        }
        (v1::ContainerState::Running, v1::ContainerHealth::Unspecified | v1::ContainerHealth::Healthy) => {
            Tone::Good
        }
        (
            v1::ContainerState::Unspecified
            | v1::ContainerState::Created
            | v1::ContainerState::Paused
            | v1::ContainerState::Exited,
            _,
        ) => Tone::Plain,
    }
}

/// Such as `0.0.0.0:8080->80/tcp`, as engines write them.
fn port(port: &v1::ContainerPort) -> String {
    let address = match port.host_address.as_str() {
        "" => "*".to_owned(),
        v6 if v6.contains(':') => format!("[{v6}]"),
        v4 => v4.to_owned(),
    };
    format!(
        "{address}:{}->{}/{}",
        port.host_port, port.container_port, port.protocol
    )
}

impl View for ContainerView {
    const COLUMNS: &'static [&'static str] = &[
        "NODE", "NAME", "IMAGE", "STATE", "SINCE", "CPU", "MEMORY", "NET IN", "NET OUT", "ID",
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.node.as_str().into(),
            self.name.as_str().into(),
            self.image.as_str().into(),
            self.state(),
            self.age().into(),
            percent(self.cpu_cores),
            part(self.memory_bytes, self.memory_limit_bytes),
            rate(self.network_in_rate),
            rate(self.network_out_rate),
            self.id.get(..SHORT_ID).unwrap_or(&self.id).into(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        let engine = self.engine.as_ref();
        let compose = match (self.compose_project.as_str(), self.compose_service.as_str()) {
            ("", service) => service.to_owned(),
            (project, "") => project.to_owned(),
            (project, service) => format!("{project} / {service}"),
        };
        let oom = if self.oom_killed { "memory was full" } else { "" };
        let processes = self.process_count.map(|count| count.to_string());
        vec![
            ("Name", self.name.as_str().into()),
            ("Node", self.node.as_str().into()),
            (
                "Engine",
                engine
                    .map(|engine| format!("{} {}", engine.name, engine.version))
                    .unwrap_or_default()
                    .into(),
            ),
            ("Image", self.image.as_str().into()),
            ("State", self.state()),
            ("Ended because", Cell::toned(oom, Tone::Bad)),
            ("Restarts", self.restart_count.to_string().into()),
            ("Created", time::human(self.create_time.as_deref()).into()),
            ("Started", time::human(self.start_time.as_deref()).into()),
            ("Ended", time::human(self.end_time.as_deref()).into()),
            ("Ports", self.ports.join(", ").into()),
            ("Compose", compose.into()),
            ("Processor", percent(self.cpu_cores)),
            ("Memory", part(self.memory_bytes, self.memory_limit_bytes)),
            ("Received", rate(self.network_in_rate)),
            ("Sent", rate(self.network_out_rate)),
            ("Read", rate(self.disk_read_rate)),
            ("Written", rate(self.disk_write_rate)),
            ("Processes", processes.unwrap_or_default().into()),
            ("Id", self.id.as_str().into()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_row_says_how_it_is_and_what_is_unknown_is_no_zero() {
        let mut running = v1::Container {
            id: "0af9".repeat(16),
            name: "web".to_owned(),
            image: "nginx:1.27".to_owned(),
            ports: vec![v1::ContainerPort {
                host_port: 8080,
                container_port: 80,
                protocol: "tcp".to_owned(),
                ..Default::default()
            }],
            stats: Some(v1::ContainerStats {
                cpu_cores: Some(0.5),
                memory_bytes: Some(64 << 20),
                ..Default::default()
            }),
            ..Default::default()
        };
        running.set_state(v1::ContainerState::Running);
        running.set_health(v1::ContainerHealth::Unhealthy);
        let mut ended = v1::Container {
            id: "b".repeat(64),
            name: "job".to_owned(),
            exit_code: Some(137),
            ..Default::default()
        };
        ended.set_state(v1::ContainerState::Exited);
        let views = [
            ContainerView::new("db-1", false, &running),
            ContainerView::new("db-1", true, &ended),
        ];
        let cells: Vec<_> = views.iter().map(View::cells).collect();
        insta::assert_snapshot!(crate::table::rows(ContainerView::COLUMNS, &cells, false), @r"
        NODE  NAME  IMAGE       STATE                SINCE  CPU     MEMORY  NET IN  NET OUT  ID
        db-1  web   nginx:1.27  running, unhealthy   -      50.0 %  64 MiB  -       -        0af90af90af9
        db-1  job   -           exited (137), stale  -      -       -       -       -        bbbbbbbbbbbb
        ");
        assert_eq!(views.map(|view| view.ports.join(", ")), ["*:8080->80/tcp", ""]);
    }
}
