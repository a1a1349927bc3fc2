//! What is sold and what it is made from.

mod deletion;
mod hypervisors;
mod ip_pools;
mod operating_systems;
mod pool_rules;
mod service;
mod tariffs;
mod visibility;

pub use hypervisors::{NamedHypervisor, OfferedTemplate};
pub use ip_pools::{IpPoolPatch, NewIpPool};
pub use operating_systems::{NewOperatingSystem, OperatingSystemPatch};
pub use service::Catalog;
pub use tariffs::{NewTariff, TariffPatch};
