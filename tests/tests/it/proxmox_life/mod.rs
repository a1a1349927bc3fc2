//! The whole stack over Proxmox VE: the server in process, its own adapter, the client library, and a cluster that is
//! fake. What goes wrong on the cluster is looked at from both ends: what callers are told, and what is left there.

mod acts;
mod answers;
mod cluster_trouble;
mod crashes;
mod life;
mod locks;
mod task_errors;
pub(crate) mod world;
