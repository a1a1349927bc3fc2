//! What callers say of nodes.

use std::time::Duration;

use crate::domain::ids::NodeId;
use crate::domain::node::{HypervisorNode, Labels};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// Empty takes the machine's host name.
    pub display_name: String,
    pub labels: Labels,
    pub ttl: Duration,
    /// The node that is to be enrolled again.
    pub node_id: Option<NodeId>,
}

/// What is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodePatch {
    pub display_name: Option<String>,
    pub labels: Option<Labels>,
    /// `Some(None)`: it is no machine of a hypervisor.
    pub hypervisor_node: Option<Option<HypervisorNode>>,
}
