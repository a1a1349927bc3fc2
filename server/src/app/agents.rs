//! What those who hold sessions of agents share.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::monitor::Monitor;
use crate::config::AgentsConfig;
use crate::engine::agents::{AgentHub, AgentKeys, AgentSettings, Agents, Intake, Keeping, Presence};
use crate::engine::alerts::{NodeAlerts, NodeSources, OfflineAlerts};
use crate::engine::background::NodeAbsences;
use crate::engine::containers::{ContainerBoard, Containers};
use crate::engine::context::Ports;
use crate::engine::node_commands::{NodeCommands, NodeDispatch, Outputs};
use crate::engine::nodes::{NodeBoard, NodeStats};

/// Samples that come within it are stored together.
const GATHER: Duration = Duration::from_secs(1);

fn stale_after(settings: AgentSettings) -> Duration {
    3 * settings.sample
}

pub(super) struct AgentSide {
    pub(super) agents: Arc<Agents>,
    pub(super) keys: Arc<AgentKeys>,
    pub(super) intake: Intake,
    board: Arc<NodeBoard>,
    containers: Arc<ContainerBoard>,
    outputs: Arc<Outputs>,
    hub: AgentHub,
    settings: AgentSettings,
    instance: String,
}

impl AgentSide {
    /// Starts the hub, which ends its sessions with the token; what is given back besides has to be run.
    pub(super) fn start(
        ports: &Ports,
        config: &AgentsConfig,
        instance: String,
        stop: CancellationToken,
    ) -> (Self, Keeping) {
        let settings = AgentSettings {
            heartbeat: Duration::from_secs(config.heartbeat_seconds),
            sample: Duration::from_secs(config.sample_seconds),
        };
        let hub = AgentHub::spawn(settings.patience(), stop.clone());
        let agents = Agents::start(ports.clone(), hub.clone(), settings, instance.clone(), stop);
        let stale_after = stale_after(settings);
        let (board, containers) = (NodeBoard::new(stale_after), ContainerBoard::new(stale_after));
        let (intake, keeping) =
            Intake::new(ports.clone(), Arc::clone(&board), Arc::clone(&containers), GATHER);
        let side = Self {
            agents: Arc::new(agents),
            keys: Arc::new(AgentKeys::new(ports.clone())),
            intake,
            board,
            containers,
            outputs: Arc::default(),
            hub,
            settings,
            instance,
        };
        (side, keeping)
    }

    pub(super) fn presence(&self, ports: &Ports) -> Presence {
        Presence::new(
            ports.clone(),
            self.hub.clone(),
            Arc::clone(&self.board),
            Arc::clone(&self.containers),
            self.settings,
            self.instance.clone(),
        )
    }

    /// Figures of nodes that are older are of the past.
    pub(super) fn stale_after(&self) -> Duration {
        stale_after(self.settings)
    }

    /// What judges the nodes whose sessions are here.
    pub(super) fn alerts(&self, ports: &Ports, monitor: &Monitor) -> NodeAlerts {
        let sources = NodeSources {
            hub: self.hub.clone(),
            board: Arc::clone(&self.board),
            containers: Arc::clone(&self.containers),
            period: self.settings.sample,
        };
        NodeAlerts::new(
            ports.clone(),
            Arc::clone(&monitor.shelf),
            monitor.alert_writer(ports),
            Arc::clone(&monitor.alert_log),
            sources,
        )
    }

    /// What judges those that are offline.
    pub(super) fn absences(&self, ports: &Ports, monitor: &Monitor) -> NodeAbsences {
        let alerts = OfflineAlerts::new(
            ports.clone(),
            Arc::clone(&monitor.shelf),
            monitor.alert_writer(ports),
            Arc::clone(&monitor.alert_log),
            self.stale_after(),
        );
        NodeAbsences::new(alerts, self.settings.heartbeat)
    }

    pub(super) fn commands(&self, ports: Ports, heartbeat: Duration) -> NodeCommands {
        NodeCommands::new(ports, Arc::clone(&self.outputs), heartbeat)
    }

    pub(super) fn dispatch(&self, ports: &Ports) -> NodeDispatch {
        NodeDispatch::new(ports.clone(), self.hub.clone(), Arc::clone(&self.outputs))
    }

    pub(super) fn stats(&self, ports: Ports, heartbeat: Duration) -> NodeStats {
        NodeStats::new(ports, Arc::clone(&self.board), self.settings.sample, heartbeat)
    }

    pub(super) fn containers(&self, ports: Ports, heartbeat: Duration) -> Containers {
        let period = self.settings.sample;
        Containers::new(ports, Arc::clone(&self.containers), period, heartbeat)
    }
}
