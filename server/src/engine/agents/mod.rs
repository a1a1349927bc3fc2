//! The server's side of agents: who they are, their sessions, and what comes in by them.
//!
//! ```text
//! attach ─► Agents ─► Arrivals (writes many down at once)
//!                └─────► AgentHub (owns the sessions)
//!                        ▲ ends those that are silent, replaced or revoked
//!           Presence ────┘ writes who is there, and who has gone
//!
//! samples ─► Intake ─► Keeping (stores what came in a second at once, then says so)
//!                └───► NodeBoard (shows the newest)
//! ```

mod arrivals;
mod batch;
mod hub;
mod intake;
mod keeping;
mod keys;
mod order;
mod presence;
mod refusals;
mod service;
mod session;
mod settings;

pub use hub::{AgentHub, Told};
pub use intake::Intake;
pub use keeping::Keeping;
pub use keys::AgentKeys;
pub use order::Order;
pub use presence::Presence;
pub use refusals::KEY_REFUSED;
pub use service::Agents;
pub use session::{AgentLink, AgentSession, Giver, SessionEnd, Settler};
pub use settings::AgentSettings;
