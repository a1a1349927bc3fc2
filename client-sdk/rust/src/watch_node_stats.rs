//! The live stream of the figures of nodes.

use std::time::Duration;

use hostler_proto::v1;
use hostler_proto::v1::nodes_client::NodesClient;
use tonic::Streaming;
use v1::watch_node_stats_response::Event;

use crate::connection::Connection;
use crate::error::Error;
use crate::follow::Source;

/// What a watcher of the figures of nodes is told.
#[derive(Clone, Debug)]
pub enum NodeStatsEvent {
    /// All figures as they are now: first in the stream, and anew after a gap. It replaces what was known.
    All(Vec<v1::NodeStats>),
    /// Newer figures of some nodes, also of those that have joined.
    Changed(Vec<v1::NodeStats>),
    /// The id of a node that is deleted.
    Removed(String),
    /// The stream has broken. What was told before may be old by now; [`NodeStatsEvent::All`] follows once the connection is back.
    Reconnecting {
        /// How long until the next try.
        after: Duration,
        /// Why it broke.
        error: Error,
    },
}

/// Those of these nodes, or of all.
pub(crate) struct WatchedNodeStats(pub(crate) v1::WatchNodeStatsRequest);

impl Source for WatchedNodeStats {
    type Message = v1::WatchNodeStatsResponse;
    type Event = NodeStatsEvent;

    async fn open(&self, connection: &Connection) -> Result<Streaming<Self::Message>, Error> {
        connection
            .open(self.0.clone(), |channel, request| async move {
                NodesClient::new(channel).watch_node_stats(request).await
            })
            .await
    }

    fn event(message: Self::Message) -> Option<NodeStatsEvent> {
        match message.event? {
            Event::Snapshot(snapshot) => Some(NodeStatsEvent::All(snapshot.stats)),
            Event::Changes(changes) => Some(NodeStatsEvent::Changed(changes.stats)),
            Event::Removed(removed) => Some(NodeStatsEvent::Removed(removed.node_id)),
            Event::Heartbeat(_) => None,
        }
    }

    fn reconnecting(after: Duration, error: Error) -> NodeStatsEvent {
        NodeStatsEvent::Reconnecting { after, error }
    }
}
