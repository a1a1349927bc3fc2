//! Figures of one moment: who they are of, and what they say.

use std::fmt;

use uuid::Uuid;

use super::codes::{Code, coded};
use super::ids::{NodeId, ServerId};
use super::metric::Metric;
use super::time::Timestamp;

coded! {
    /// What kind of thing a [`Subject`] is.
    SubjectKind {
        Server = "server",
        Node = "node",
    }
}

impl SubjectKind {
    /// What such a subject has, in the order of all.
    pub fn metrics(self) -> &'static [Metric] {
        let end = match self {
            Self::Server => Metric::CpuUserRatio.index(),
            Self::Node => Metric::COUNT,
        };
        Metric::ALL.get(..end).unwrap_or(Metric::ALL)
    }
}

/// What figures are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    Server(ServerId),
    Node(NodeId),
}

impl Subject {
    pub const fn kind(self) -> SubjectKind {
        match self {
            Self::Server(_) => SubjectKind::Server,
            Self::Node(_) => SubjectKind::Node,
        }
    }

    pub const fn id(self) -> Uuid {
        match self {
            Self::Server(id) => id.as_uuid(),
            Self::Node(id) => id.as_uuid(),
        }
    }

    pub const fn server(self) -> Option<ServerId> {
        match self {
            Self::Server(id) => Some(id),
            Self::Node(_) => None,
        }
    }

    pub const fn from_parts(kind: SubjectKind, id: Uuid) -> Self {
        match kind {
            SubjectKind::Server => Self::Server(ServerId::from_uuid(id)),
            SubjectKind::Node => Self::Node(NodeId::from_uuid(id)),
        }
    }
}

/// One look: a figure for each metric, or none. What is missing is unknown, not zero, and stays missing.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Values([Option<u64>; Metric::COUNT]);

impl Values {
    pub const NONE: Self = Self([None; Metric::COUNT]);

    pub const fn get(&self, metric: Metric) -> Option<u64> {
        self.0[metric.index()]
    }

    pub const fn set(&mut self, metric: Metric, value: Option<u64>) {
        self.0[metric.index()] = value;
    }

    /// With this figure besides.
    #[must_use]
    pub const fn with(mut self, metric: Metric, value: u64) -> Self {
        self.set(metric, Some(value));
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// How many figures are known.
    pub fn known(&self) -> usize {
        self.0.iter().flatten().count()
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Metric::ALL.iter().filter_map(|metric| {
            let value = self.get(*metric)?;
            Some((metric.code(), value))
        });
        f.debug_map().entries(known).finish()
    }
}

/// Figures of one subject at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    pub subject: Subject,
    pub time: Timestamp,
    pub values: Values,
}
