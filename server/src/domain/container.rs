//! Containers of nodes, as their agents tell of them.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::time::Timestamp;

/// Which container of a node: 64 hexadecimal digits, as engines make them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContainerId(Box<str>);

impl ContainerId {
    const LENGTH: usize = 64;

    /// `None` for anything that no engine makes.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text
            .bytes()
            .all(|digit| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit));
        (text.len() == Self::LENGTH && digits).then(|| Self(text.into()))
    }

    /// Its first half, which is enough to sort by.
    pub fn place(&self) -> Uuid {
        let half = self.0.get(..Self::LENGTH / 2).unwrap_or_default();
        Uuid::from_u128(u128::from_str_radix(half, 16).unwrap_or_default())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ContainerId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("no id of a container")
    }
}

impl From<ContainerId> for String {
    fn from(id: ContainerId) -> Self {
        id.0.into_string()
    }
}

impl fmt::Display for ContainerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    pub id: ContainerId,
    pub name: String,
    pub image: String,
    pub image_id: String,
    /// `None` when it is not known.
    pub state: Option<ContainerState>,
    /// `None` without a check.
    pub health: Option<ContainerHealth>,
    pub exit_code: Option<i32>,
    pub oom_killed: bool,
    pub restart_count: u32,
    pub create_time: Option<Timestamp>,
    pub start_time: Option<Timestamp>,
    pub end_time: Option<Timestamp>,
    pub ports: Vec<ContainerPort>,
    pub compose_project: String,
    pub compose_service: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerState {
    Created,
    Running,
    Paused,
    Restarting,
    Removing,
    Exited,
    Dead,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContainerHealth {
    Starting,
    Healthy,
    Unhealthy,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerPort {
    /// Empty is every one of the machine's.
    pub host_address: String,
    pub host_port: u16,
    pub container_port: u16,
    pub protocol: String,
}

/// What a running container uses; what is absent is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContainerUse {
    /// In thousandths of a core.
    pub cpu_millis: Option<u64>,
    pub memory_bytes: Option<u64>,
    pub memory_limit_bytes: Option<u64>,
    pub network_in_rate: Option<u64>,
    pub network_out_rate: Option<u64>,
    pub disk_read_rate: Option<u64>,
    pub disk_write_rate: Option<u64>,
    pub process_count: Option<u64>,
}

/// What runs the containers of a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerEngine {
    pub name: String,
    pub version: String,
}

/// What an agent tells at a time.
#[derive(Clone, Debug)]
pub struct ContainersReport {
    pub engine: Option<ContainerEngine>,
    pub problem: String,
    /// All that was told before does not count any more.
    pub reset: bool,
    /// It counts once what follows has come.
    pub more: bool,
    pub containers: Vec<Container>,
    pub removed: Vec<ContainerId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_what_engines_make_and_nothing_that_means_something_in_a_path() {
        assert!(ContainerId::parse(&"0af9".repeat(16)).is_some());
        for bad in ["", "abc", &"0AF9".repeat(16), &"../.".repeat(16), &"ü".repeat(32)] {
            assert_eq!(ContainerId::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn places_are_in_the_order_of_ids() {
        let place = |text: &str| ContainerId::parse(&text.repeat(16)).unwrap().place();
        assert!(place("0af9") < place("0afa"));
        assert!(place("0fff") < place("f000"));
    }
}
