//! What the server tells this machine to do: typed actions, each granted by the machine's owner or refused, each done
//! once at most.
//!
//! ```text
//! session ─order─► Orders ─► Journal (before anything is done)
//!    ▲                └────► a task: containers::act, guests::set_password
//!    └── begun, output, ended ───────┘   told again until the server has settled it
//! ```

mod journal;
mod means;
mod needs;
mod running;
mod worker;

pub(crate) use means::Means;
pub(crate) use worker::Orders;
