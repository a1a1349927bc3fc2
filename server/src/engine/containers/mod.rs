//! Containers of nodes, live: what agents tell is kept in memory by the process that they talk to.

mod board;
mod service;

pub use board::{ContainerBoard, NodeContainers, ShownContainer};
pub use service::{Containers, ContainersEvent};
