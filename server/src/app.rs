//! The composition root: the one place that sees everything. It builds the adapters, the use cases and
//! the edge, starts them in order and stops them in the opposite one.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

mod agents;
mod background;
mod certificate;
mod core;
mod edge;
mod keys;
mod monitor;
mod outside;
mod overrides;
mod seeds;
mod state_files;
mod telling;
mod tls;

pub use self::core::Core;
pub use self::overrides::Overrides;

use crate::adapters::clock::SystemClock;
use crate::config::{Config, warnings};
use crate::domain::user::Role;
use crate::engine::context::Ports;
use crate::ports::clock::Clock;
use crate::ports::hypervisor::Hypervisors;
use crate::services::http::WebClient;

/// Between saying `NOT_SERVING` and closing the port: those who watch the health service hear of it.
const DRAIN_NOTICE: Duration = Duration::from_millis(100);

/// A running server.
pub struct App {
    address: SocketAddr,
    core: Core,
    edge: edge::Running,
    work: TaskTracker,
    stop: CancellationToken,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl App {
    /// Starts everything; when it returns, calls are answered at [`App::address`].
    pub async fn start(config: Config, overrides: Overrides) -> anyhow::Result<Self> {
        for warning in warnings(&config) {
            tracing::warn!("{warning}");
        }
        let (seed, worker) = (overrides.seed_catalog, overrides.worker.clone());
        let heartbeat = overrides.heartbeat;
        let web_client = overrides.web_client.clone().unwrap_or_else(WebClient::embedded);
        let core = Core::open(&config, overrides).await?;
        if seed && let Some((hypervisor, _)) = core.ports.hypervisors.iter().next() {
            seeds::plant(&core.ports, hypervisor)
                .await
                .context("make a catalog to sell from")?;
        }
        let acceptor = tls::acceptor(&config.tls, &config.state_dir)?;
        let listener = TcpListener::bind(config.server.listen)
            .await
            .map_err(|error| cannot_listen(config.server.listen, error))?;
        let address = listener.local_addr()?;
        let public_url = match config.server.public_url.as_str() {
            "" if acceptor.is_some() => format!("https://{address}"),
            "" => format!("http://{address}"),
            url => url.to_owned(),
        };
        let (stop, work) = (CancellationToken::new(), TaskTracker::new());
        let monitor = monitor::Monitor::new(&core.ports, &config.monitoring, heartbeat);
        let telling = telling::Telling::new(&core, &public_url);
        // Two processes of one name would take each other's leases for their own.
        let instance = format!("{}-{}", std::process::id(), Uuid::now_v7().simple());
        let (agents, keeping) =
            agents::AgentSide::start(&core.ports, &config.agents, instance.clone(), stop.clone());
        let parts = edge::Parts {
            core: &core,
            monitor: &monitor,
            telling: &telling,
            agents: &agents,
            config: &config,
        };
        let edge = edge::spawn(parts, listener, acceptor, web_client).await?;
        work.spawn(agents.presence(&core.ports).run(stop.clone()));
        work.spawn(agents.dispatch(&core.ports).run(stop.clone()));
        work.spawn(agents.alerts(&core.ports, &monitor).run(stop.clone()));
        work.spawn(keeping.run(stop.clone()));
        background::spawn(
            &core, &monitor, &agents, &telling, &config, worker, &instance, &work, &stop,
        );
        Ok(Self {
            address,
            core,
            edge,
            work,
            stop,
        })
    }

    /// Where it listens: the real port, also when 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn ports(&self) -> &Ports {
        &self.core.ports
    }

    pub fn core(&self) -> &Core {
        &self.core
    }

    /// Makes an account whose address counts as verified; returns its password.
    pub async fn user_create(
        &self,
        email: &str,
        role: Role,
        password: Option<String>,
    ) -> anyhow::Result<String> {
        self.core.user_create(email, role, password).await
    }

    /// Says `NOT_SERVING`, takes no new calls, lets running ones finish, then lets go of the work: what is
    /// not finished is claimed by the next process.
    pub async fn stop(self) {
        self.edge.drain();
        self.stop.cancel();
        tokio::time::sleep(DRAIN_NOTICE).await;
        self.work.close();
        self.edge.finish().await;
        if tokio::time::timeout(Duration::from_secs(10), self.work.wait())
            .await
            .is_err()
        {
            tracing::warn!(
                "some background work did not stop in time; it is taken up again at the next start"
            );
        }
    }
}

fn cannot_listen(address: SocketAddr, error: std::io::Error) -> anyhow::Error {
    let advice = if error.kind() == ErrorKind::AddrInUse {
        " (another program does: stop it, or choose another address by --listen or server.listen)"
    } else {
        ""
    };
    anyhow::Error::new(error).context(format!("cannot listen on {address}{advice}"))
}

/// The hypervisors of the configuration, for looking at them without a server or a database.
pub fn hypervisors(config: &Config) -> anyhow::Result<Hypervisors> {
    outside::hypervisors(config, &(Arc::new(SystemClock) as Arc<dyn Clock>))
}
