//! The inbox of the caller, and what they want to hear of.

mod preferences;
mod service;
mod watch;

pub use service::{Inbox, Notifications, ShownNotification};
pub use watch::InboxEvent;
