//! HTTP below and beside gRPC: the accept loop, and the plain routes of the port.

mod accept;
mod first_bytes;
mod gathered;
mod metrics_page;
mod pages;
mod peer;
mod places;
mod readiness;
mod web;

pub use accept::Edge;
pub(in crate::services) use metrics_page::MetricsPage;
pub(in crate::services) use pages::{PageState, pages};
pub use peer::{Peer, TrustedProxies};
pub(in crate::services) use readiness::ReadyCache;
pub use web::{WebClient, WebFile};
