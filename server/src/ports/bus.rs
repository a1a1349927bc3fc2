//! "Look": tells other tasks, and other instances, that something changed. Rows carry the truth;
//! a lost notice costs time, never data.

use async_trait::async_trait;

use crate::domain::ids::{NodeCommandId, NodeId, OperationId, ServerId, SessionId, SnapshotId, UserId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    ServerChanged {
        id: ServerId,
        owner_id: UserId,
    },
    SnapshotChanged {
        id: SnapshotId,
        server_id: ServerId,
        owner_id: UserId,
    },
    OperationChanged {
        id: OperationId,
        server_id: ServerId,
        owner_id: UserId,
    },
    /// Something is new in the log of alerts, about servers of these owners; nobody named is everybody.
    AlertsChanged {
        owners: Vec<UserId>,
    },
    /// Rules or silences have changed.
    AlertRulesChanged,
    /// There is work to claim.
    OperationReady,
    OutboxReady,
    /// There are deliveries to make.
    DeliveryReady,
    /// Something has come to the inbox of this user, or was read there.
    InboxChanged {
        user_id: UserId,
    },
    /// Something about a node has changed: what it is, whether it is there, or who holds its session.
    NodeChanged {
        id: NodeId,
    },
    /// A node has something to do, or to break off.
    NodeCommandsReady {
        node_id: NodeId,
    },
    /// How a command of a node is has changed.
    NodeCommandChanged {
        id: NodeCommandId,
    },
    /// Streams of this session must end.
    SessionRevoked {
        id: SessionId,
    },
    /// The role, state, password or a token of this user has changed: all their streams must end,
    /// and those that may go on come back.
    AccessChanged {
        user_id: UserId,
    },
    /// The receiver was too slow and has missed notices: read everything again.
    Missed,
}

pub trait Bus: Send + Sync {
    fn publish(&self, notice: Notice);

    fn subscribe(&self) -> Box<dyn BusReceiver>;
}

#[async_trait]
pub trait BusReceiver: Send {
    /// The next notice; `None` when the bus has closed. A future that is dropped loses nothing.
    async fn next(&mut self) -> Option<Notice>;
}
