//! What the fake Proxmox VE cannot do: the manners of the real server's connections, its consoles, its loose types,
//! and tasks that end oddly. Every answer is written by the test.

mod answer;
mod certificate;
mod server;
mod terminal;

pub use answer::Answer;
pub use server::{PveStub, Request};
pub use terminal::{Shell, TICKET, USER};
