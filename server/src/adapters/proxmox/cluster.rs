//! What all calls to one cluster share: the way there, where the guests live, and who is changing which.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Instant;

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

use super::errors::ApiError;
use super::marks::Marks;
use super::settings::ProxmoxSettings;
use super::transport::Transport;
use crate::domain::guest::Guest;

/// A listing of all guests and when it was asked for.
pub(super) struct Listing {
    pub(super) asked: Instant,
    pub(super) guests: Result<Arc<Vec<Guest>>, ApiError>,
}

pub(super) struct Cluster {
    pub(super) settings: ProxmoxSettings,
    pub(super) transport: Transport,
    pub(super) tls: Arc<rustls::ClientConfig>,
    pub(super) marks: Marks,
    pub(super) listing: AsyncMutex<Option<Listing>>,
    nodes: Mutex<HashMap<u32, String>>,
    guards: Mutex<HashMap<u32, Weak<AsyncMutex<()>>>>,
}

impl Cluster {
    pub(super) fn new(
        settings: ProxmoxSettings,
        transport: Transport,
        tls: Arc<rustls::ClientConfig>,
    ) -> Self {
        Self {
            marks: Marks::new(&settings.tag_prefix),
            settings,
            transport,
            tls,
            listing: AsyncMutex::new(None),
            nodes: Mutex::new(HashMap::new()),
            guards: Mutex::new(HashMap::new()),
        }
    }

    /// The node where the guest was last seen.
    pub(super) fn node_of(&self, vmid: u32) -> Option<String> {
        self.nodes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&vmid)
            .cloned()
    }

    pub(super) fn guests_seen(&self, seen: HashMap<u32, String>) {
        *self.nodes.lock().unwrap_or_else(PoisonError::into_inner) = seen;
    }

    pub(super) fn guest_seen(&self, vmid: u32, node: &str) {
        self.nodes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(vmid, node.to_owned());
    }

    /// One change at a time for each guest: Proxmox VE would let the second wait for 10 s and fail.
    pub(super) async fn guard(&self, vmid: u32) -> OwnedMutexGuard<()> {
        let guard = {
            let mut guards = self.guards.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(guard) = guards.get(&vmid).and_then(Weak::upgrade) {
                guard
            } else {
                guards.retain(|_, guard| guard.strong_count() > 0);
                let guard = Arc::new(AsyncMutex::new(()));
                guards.insert(vmid, Arc::downgrade(&guard));
                guard
            }
        };
        guard.lock_owned().await
    }
}
