//! Whose key it is that an agent calls by.

use std::fmt;
use std::sync::Arc;

use super::refusals::KEY_REFUSED;
use crate::domain::enrolment::KeyHolder;
use crate::domain::ids::NodeId;
use crate::domain::session::SecretHash;
use crate::engine::context::Ports;
use crate::engine::error::Result;
use crate::engine::gate::Gate;
use crate::engine::secrets::node_key_hash;

pub struct AgentKeys {
    ports: Ports,
    keys: Gate<[u8; 32], KeyHolder>,
}

impl fmt::Debug for AgentKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AgentKeys(..)")
    }
}

impl AgentKeys {
    pub fn new(ports: Ports) -> Self {
        let store = Arc::clone(&ports.store);
        Self {
            ports,
            // Thousands come back at once when a server was started again: one look-up answers for many.
            keys: Gate::new(move |hashes: Vec<[u8; 32]>| {
                let store = Arc::clone(&store);
                Box::pin(async move {
                    let hashes: Vec<SecretHash> = hashes.into_iter().map(SecretHash).collect();
                    let found = store.node_keys(&hashes).await?;
                    Ok(found.into_iter().map(|(hash, holder)| (hash.0, holder)).collect())
                })
            }),
        }
    }

    /// The node whose key it is. One that was offered to take the place of another does so from here on.
    pub async fn authenticate(&self, key: &str) -> Result<NodeId> {
        let hash = node_key_hash(key).ok_or(KEY_REFUSED)?;
        let holder = self.keys.get(hash.0).await?.ok_or(KEY_REFUSED)?;
        if holder.next {
            let now = self.ports.clock.now();
            self.ports
                .store
                .node_key_settle(holder.node_id, hash, now)
                .await?;
        }
        Ok(holder.node_id)
    }
}
