//! What those who hold sessions of agents share.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::config::AgentsConfig;
use crate::engine::agents::{AgentHub, AgentKeys, AgentSettings, Agents, Presence};
use crate::engine::context::Ports;

pub(super) struct AgentSide {
    pub(super) agents: Arc<Agents>,
    pub(super) keys: Arc<AgentKeys>,
    hub: AgentHub,
    settings: AgentSettings,
    instance: String,
}

impl AgentSide {
    /// Starts the hub, which ends its sessions with the token.
    pub(super) fn start(
        ports: &Ports,
        config: &AgentsConfig,
        instance: String,
        stop: CancellationToken,
    ) -> Self {
        let settings = AgentSettings {
            heartbeat: Duration::from_secs(config.heartbeat_seconds),
            sample: Duration::from_secs(config.sample_seconds),
        };
        let hub = AgentHub::spawn(settings.patience(), stop);
        let agents = Agents::new(ports.clone(), hub.clone(), settings, instance.clone());
        Self {
            agents: Arc::new(agents),
            keys: Arc::new(AgentKeys::new(ports.clone())),
            hub,
            settings,
            instance,
        }
    }

    pub(super) fn presence(&self, ports: &Ports) -> Presence {
        Presence::new(
            ports.clone(),
            self.hub.clone(),
            self.settings,
            self.instance.clone(),
        )
    }
}
