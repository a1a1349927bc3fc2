//! How often a stream that has nothing to tell says so.

use std::time::Duration;

/// A reader who hears nothing for longer may think that nobody is there.
pub const HEARTBEAT: Duration = Duration::from_secs(15);
