//! What rules are about, and what one alert is about.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::codes::coded;
use super::container::ContainerId;
use super::ids::{NodeId, ServerId, UserId};
use super::name_pattern::NamePattern;
use super::node::Labels;

coded! {
    /// What kind of thing a rule is judged on.
    TargetKind {
        Server = "server",
        Node = "node",
        Container = "container",
    }
}

/// Which things a rule is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleSubjects {
    /// The owner's; for a rule of the installation everybody's.
    AllServers,
    Server(ServerId),
    /// Only in rules of the installation, as are containers.
    Nodes(NodeSelector),
    Containers {
        nodes: NodeSelector,
        name: NamePattern,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeSelector {
    All,
    One(NodeId),
    /// Those that have all of these, and perhaps more.
    Labelled(Labels),
}

impl NodeSelector {
    pub fn picks(&self, id: NodeId, labels: &Labels) -> bool {
        match self {
            Self::All => true,
            Self::One(one) => *one == id,
            Self::Labelled(wanted) => wanted
                .iter()
                .all(|(key, value)| labels.get(key).is_some_and(|has| has == value)),
        }
    }
}

impl RuleSubjects {
    pub const fn target(&self) -> TargetKind {
        match self {
            Self::AllServers | Self::Server(_) => TargetKind::Server,
            Self::Nodes(_) => TargetKind::Node,
            Self::Containers { .. } => TargetKind::Container,
        }
    }

    /// Where it is about nodes, or about what is on them: which ones.
    pub const fn nodes(&self) -> Option<&NodeSelector> {
        match self {
            Self::AllServers | Self::Server(_) => None,
            Self::Nodes(nodes) | Self::Containers { nodes, .. } => Some(nodes),
        }
    }
}

/// The one thing that an alert is about, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
// Kept as the fields of the alert. The first kind whose fields are all there is the one: what has fewer stands last.
#[serde(untagged)]
pub enum AlertSubject {
    Server {
        server_id: ServerId,
        server_name: String,
        /// Whose server it is.
        owner_id: UserId,
    },
    Container {
        node_id: NodeId,
        node_name: String,
        container_id: ContainerId,
        container_name: String,
    },
    Node {
        node_id: NodeId,
        node_name: String,
    },
}

impl AlertSubject {
    pub const fn target(&self) -> TargetKind {
        match self {
            Self::Server { .. } => TargetKind::Server,
            Self::Container { .. } => TargetKind::Container,
            Self::Node { .. } => TargetKind::Node,
        }
    }

    /// What tells it from every other one. Machines that were copied have containers of the same ids.
    pub fn key(&self) -> Uuid {
        match self {
            Self::Server { server_id, .. } => server_id.as_uuid(),
            Self::Node { node_id, .. } => node_id.as_uuid(),
            Self::Container {
                node_id,
                container_id,
                ..
            } => container_key(*node_id, container_id),
        }
    }

    /// `None` for what is the installation's.
    pub const fn owner_id(&self) -> Option<UserId> {
        match self {
            Self::Server { owner_id, .. } => Some(*owner_id),
            Self::Container { .. } | Self::Node { .. } => None,
        }
    }

    pub const fn server_id(&self) -> Option<ServerId> {
        match self {
            Self::Server { server_id, .. } => Some(*server_id),
            Self::Container { .. } | Self::Node { .. } => None,
        }
    }

    /// Itself, or the one that it is on.
    pub const fn node_id(&self) -> Option<NodeId> {
        match self {
            Self::Server { .. } => None,
            Self::Container { node_id, .. } | Self::Node { node_id, .. } => Some(*node_id),
        }
    }
}

/// The [`AlertSubject::key`] of a container.
pub fn container_key(node: NodeId, container: &ContainerId) -> Uuid {
    Uuid::from_u128(node.as_uuid().as_u128() ^ container.place().as_u128())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        let pairs = pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        pairs.collect()
    }

    #[test]
    fn nodes_are_picked_by_all_of_the_labels() {
        let node = NodeId::generate();
        let berlin = labels(&[("site", "berlin"), ("role", "db")]);
        let picks = |wanted| NodeSelector::Labelled(labels(wanted)).picks(node, &berlin);
        assert!(picks(&[("site", "berlin")]));
        assert!(picks(&[("site", "berlin"), ("role", "db")]));
        assert!(!picks(&[("site", "berlin"), ("role", "web")]));
        assert!(!picks(&[("rack", "")]));
        assert!(NodeSelector::One(node).picks(node, &berlin));
        assert!(!NodeSelector::One(NodeId::generate()).picks(node, &berlin));
    }

    #[test]
    fn a_subject_is_read_as_the_kind_that_was_written() {
        let node_id = NodeId::generate();
        let subjects = [
            AlertSubject::Server {
                server_id: ServerId::generate(),
                server_name: "web-1".to_owned(),
                owner_id: UserId::generate(),
            },
            AlertSubject::Node {
                node_id,
                node_name: "rack-1".to_owned(),
            },
            AlertSubject::Container {
                node_id,
                node_name: "rack-1".to_owned(),
                container_id: ContainerId::parse(&"0af9".repeat(16)).unwrap(),
                container_name: "shop".to_owned(),
            },
        ];
        let mut keys = Vec::new();
        for subject in subjects {
            let text = serde_json::to_string(&subject).unwrap();
            assert_eq!(serde_json::from_str::<AlertSubject>(&text).unwrap(), subject);
            keys.push(subject.key());
        }
        keys.dedup();
        assert_eq!(keys.len(), 3);
    }

    #[test]
    fn the_same_container_on_a_copied_machine_is_another_one() {
        let container = ContainerId::parse(&"0af9".repeat(16)).unwrap();
        let key = |node| container_key(node, &container);
        assert_ne!(key(NodeId::generate()), key(NodeId::generate()));
    }
}
