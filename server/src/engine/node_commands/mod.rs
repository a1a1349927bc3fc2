//! What nodes are told to do: kept first, then told to whichever agent is connected here, until it says how it ended.
//!
//! ```text
//! RunNodeCommand ─► NodeCommands ─► store ─► notice ─► NodeDispatch ─► AgentHub ─► agent
//! WatchNodeCommand ◄── Outputs ◄── NodeCommands ◄── begun, output, ended ◄───────────┘
//! ```

mod dispatch;
mod outputs;
mod service;
mod watch;

pub use dispatch::NodeDispatch;
pub use outputs::{OutputKind, Outputs, Piece};
pub use service::NodeCommands;
pub use watch::NodeCommandEvent;
