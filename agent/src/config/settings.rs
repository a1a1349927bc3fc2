//! Every key of the configuration, its meaning and its default.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::grant::Grant;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the key, the node's id and samples that wait to be sent are kept.
    pub state_dir: PathBuf,
    /// What the server may ask of this machine beyond its figures. The server cannot widen it.
    pub grants: Vec<Grant>,
    pub server: ServerConfig,
    pub containers: ContainersConfig,
    pub log: LogConfig,
    pub spool: SpoolConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            state_dir: PathBuf::from("/var/lib/hostler-agent"),
            grants: Vec::new(),
            server: ServerConfig::default(),
            containers: ContainersConfig::default(),
            log: LogConfig::default(),
            spool: SpoolConfig::default(),
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Such as `https://hostler.example:8600`. Empty: where this machine was enrolled.
    pub url: String,
    /// PEM roots that are trusted instead of the system's. Unset: those of the enrolment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContainersConfig {
    /// Where Docker, or Podman's service, listens. Unset: where their packages put it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub socket: Option<PathBuf>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    pub format: LogFormat,
    /// `error`, `warn`, `info`, `debug` or `trace`, or several for parts, such as `info,hostler_agent::session=debug`.
    pub level: String,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            format: LogFormat::default(),
            level: "info".to_owned(),
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SpoolConfig {
    /// Room on disk for samples that wait to be sent; when it is full the oldest are dropped.
    pub max_bytes: u64,
}

impl SpoolConfig {
    /// Below this there would be hardly more than what is being written.
    pub(super) const LEAST_BYTES: u64 = 1 << 20;
}

impl Default for SpoolConfig {
    fn default() -> Self {
        Self { max_bytes: 64 << 20 }
    }
}
