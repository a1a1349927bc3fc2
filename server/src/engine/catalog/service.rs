//! What the use cases of this directory share.

use std::fmt;

use tokio::sync::Mutex;

use crate::engine::context::Ports;

pub struct Catalog {
    pub(super) ports: Ports,
    /// Held while pools are compared and written: two of them must not take the same addresses.
    pub(super) pools: Mutex<()>,
}

impl Catalog {
    pub fn new(ports: Ports) -> Self {
        Self {
            ports,
            pools: Mutex::new(()),
        }
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Catalog(..)")
    }
}
