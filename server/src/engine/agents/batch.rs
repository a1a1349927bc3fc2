//! What waits to be stored.

use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::order::Order;
use crate::domain::ids::NodeId;
use crate::domain::sample::Values;
use crate::domain::time::Timestamp;

/// The looks of one message, and whom to tell that they are stored.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) node: NodeId,
    pub(super) looks: Vec<(Timestamp, Values)>,
    pub(super) last: u64,
    pub(super) orders: mpsc::Sender<Order>,
    pub(super) _room: [OwnedSemaphorePermit; 2],
}
