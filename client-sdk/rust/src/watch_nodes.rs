//! The live stream of nodes.

use std::time::Duration;

use hostler_proto::v1;
use hostler_proto::v1::nodes_client::NodesClient;
use tonic::Streaming;
use v1::watch_nodes_response::Event;

use crate::connection::Connection;
use crate::error::Error;
use crate::follow::Source;

/// What a watcher of nodes is told.
#[derive(Clone, Debug)]
pub enum NodeEvent {
    /// All nodes as they are now: first in the stream, and anew after a gap. It replaces what was known.
    All(Vec<v1::Node>),
    /// A node that is new or has changed.
    Changed(Box<v1::Node>),
    /// The id of a node that is deleted.
    Removed(String),
    /// The stream has broken. What was told before may be old by now; [`NodeEvent::All`] follows once the connection is back.
    Reconnecting {
        /// How long until the next try.
        after: Duration,
        /// Why it broke.
        error: Error,
    },
}

/// Those nodes, or all.
pub(crate) struct WatchedNodes(pub(crate) Vec<String>);

impl Source for WatchedNodes {
    type Message = v1::WatchNodesResponse;
    type Event = NodeEvent;

    async fn open(&self, connection: &Connection) -> Result<Streaming<Self::Message>, Error> {
        let request = v1::WatchNodesRequest {
            node_ids: self.0.clone(),
        };
        connection
            .open(request, |channel, request| async move {
                NodesClient::new(channel).watch_nodes(request).await
            })
            .await
    }

    fn event(message: Self::Message) -> Option<NodeEvent> {
        match message.event? {
            Event::Snapshot(snapshot) => Some(NodeEvent::All(snapshot.nodes)),
            Event::Changed(node) => Some(NodeEvent::Changed(Box::new(node))),
            Event::Removed(removed) => Some(NodeEvent::Removed(removed.node_id)),
            Event::Heartbeat(_) => None,
        }
    }

    fn reconnecting(after: Duration, error: Error) -> NodeEvent {
        NodeEvent::Reconnecting { after, error }
    }
}
