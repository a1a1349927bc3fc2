//! The live stream of containers.

use std::time::Duration;

use hostler_proto::v1;
use hostler_proto::v1::containers_client::ContainersClient;
use tonic::Streaming;
use v1::watch_containers_response::Event;

use crate::connection::Connection;
use crate::error::Error;
use crate::follow::Source;

/// What a watcher of containers is told.
#[derive(Clone, Debug)]
pub enum ContainersEvent {
    /// Containers of one node: new ones, and those that have changed. Where `complete` is set, what was known of the node's is over: first in
    /// the stream, and anew after a gap.
    Changed(v1::NodeContainers),
    /// The id of a node that is deleted.
    Removed(String),
    /// The stream has broken. What was told before may be old by now; all containers follow once the connection is back.
    Reconnecting {
        /// How long until the next try.
        after: Duration,
        /// Why it broke.
        error: Error,
    },
}

/// Those of these nodes.
pub(crate) struct WatchedContainers(pub(crate) Vec<String>);

impl Source for WatchedContainers {
    type Message = v1::WatchContainersResponse;
    type Event = ContainersEvent;

    async fn open(&self, connection: &Connection) -> Result<Streaming<Self::Message>, Error> {
        let request = v1::WatchContainersRequest {
            node_ids: self.0.clone(),
        };
        connection
            .open(request, |channel, request| async move {
                ContainersClient::new(channel).watch_containers(request).await
            })
            .await
    }

    fn event(message: Self::Message) -> Option<ContainersEvent> {
        match message.event? {
            Event::Changed(containers) => Some(ContainersEvent::Changed(containers)),
            Event::Removed(removed) => Some(ContainersEvent::Removed(removed.node_id)),
            Event::Heartbeat(_) => None,
        }
    }

    fn reconnecting(after: Duration, error: Error) -> ContainersEvent {
        ContainersEvent::Reconnecting { after, error }
    }
}
