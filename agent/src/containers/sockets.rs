//! Where engines listen.

use std::path::PathBuf;

use crate::config::ContainersConfig;
use crate::host::Roots;

/// As the packages of Docker and Podman make them.
const USUAL: [&str; 3] = [
    "/run/docker.sock",
    "/var/run/docker.sock",
    "/run/podman/podman.sock",
];

/// The one that is configured, or the usual ones in the order in which they are tried.
pub(crate) fn sockets(config: &ContainersConfig, roots: &Roots) -> Vec<PathBuf> {
    match &config.socket {
        Some(socket) => vec![socket.clone()],
        None => USUAL.iter().map(|path| roots.at(path)).collect(),
    }
}
