//! What is asked of an engine. Docker's interface, which Podman's service speaks as well.

use std::path::{Path, PathBuf};
use std::time::Duration;

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::{ContainerSummary, SystemVersion};
use bollard::query_parameters::{
    EventsOptionsBuilder, InspectContainerOptions, ListContainersOptionsBuilder, StatsOptionsBuilder,
};
use futures_util::stream::{BoxStream, StreamExt as _};
use hostler_proto::v1;

use super::translate;
use super::usage::Counted;

const GONE: u16 = 404;

/// An engine that answers.
#[derive(Clone, Debug)]
pub(super) struct Engine {
    pub(super) docker: Docker,
    pub(super) told: v1::ContainerEngine,
}

/// Why an engine cannot be asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum EngineError {
    #[error("there is no engine on this machine")]
    None,
    #[error("{0} may not be opened: add the agent's account to the group that owns it")]
    Forbidden(PathBuf),
    #[error("the engine at {socket} does not answer: {problem}")]
    Silent { socket: PathBuf, problem: String },
    #[error("the engine has gone")]
    Gone,
    #[error("the engine answers what the agent does not understand: {0}")]
    Answer(#[from] Error),
}

impl Engine {
    /// The first of the sockets that there is decides. An answer may take as long as `patience`.
    pub(super) async fn open(sockets: &[PathBuf], patience: Duration) -> Result<Self, EngineError> {
        let socket = sockets
            .iter()
            .find(|socket| socket.exists())
            .ok_or(EngineError::None)?;
        may_be_opened(socket).await?;
        let silent = |error: Error| EngineError::Silent {
            socket: socket.clone(),
            problem: error.to_string(),
        };
        let path = socket.to_string_lossy();
        let docker =
            Docker::connect_with_unix(&path, patience.as_secs().max(1), bollard::API_DEFAULT_VERSION)
                .map_err(silent)?
                .negotiate_version()
                .await
                .map_err(silent)?;
        let version = docker.version().await.map_err(silent)?;
        Ok(Self {
            docker,
            told: told(&version),
        })
    }

    /// All containers, running or not.
    pub(super) async fn list(&self) -> Result<Vec<ContainerSummary>, EngineError> {
        let all = ListContainersOptionsBuilder::default().all(true).build();
        Ok(self.docker.list_containers(Some(all)).await?)
    }

    /// `None` when there is no such container any more.
    pub(super) async fn look(&self, id: &str) -> Result<Option<v1::Container>, EngineError> {
        match self
            .docker
            .inspect_container(id, None::<InspectContainerOptions>)
            .await
        {
            Ok(found) => Ok(translate::inspected(found)),
            Err(Error::DockerResponseServerError {
                status_code: GONE, ..
            }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// `None` when it does not run any more, or the engine does not tell.
    pub(super) async fn count(&self, id: &str) -> Option<Counted> {
        let once = StatsOptionsBuilder::default()
            .stream(false)
            .one_shot(true)
            .build();
        let told = self.docker.stats(id, Some(once)).next().await?.ok()?;
        Some(Counted::from(told))
    }

    /// Ids of containers as something happens to them, from that second on.
    pub(super) fn events(&self, since: Duration) -> BoxStream<'static, Result<String, EngineError>> {
        let since = since.as_secs().to_string();
        let options = EventsOptionsBuilder::default().since(&since).build();
        self.docker
            .events(Some(options))
            .filter_map(|event| async {
                match event {
                    Ok(event) => translate::concerns(&event).map(Ok),
                    Err(error) => Some(Err(error.into())),
                }
            })
            .boxed()
    }
}

/// The library says the same of a socket that is closed to the agent and of one where nobody listens.
async fn may_be_opened(socket: &Path) -> Result<(), EngineError> {
    match tokio::net::UnixStream::connect(socket).await {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            Err(EngineError::Forbidden(socket.to_owned()))
        }
        Err(error) => Err(EngineError::Silent {
            socket: socket.to_owned(),
            problem: error.to_string(),
        }),
    }
}

fn told(version: &SystemVersion) -> v1::ContainerEngine {
    let components = version.components.iter().flatten();
    let is_podman = components
        .into_iter()
        .any(|component| component.name.to_ascii_lowercase().contains("podman"));
    v1::ContainerEngine {
        name: if is_podman { "podman" } else { "docker" }.to_owned(),
        version: version.version.clone().unwrap_or_default(),
    }
}
