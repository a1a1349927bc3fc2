//! Where rows live. One trait a noun; [`Store`] is all of them.

pub mod alerts;
pub mod api_tokens;
pub mod catalog;
pub mod channels;
pub mod error;
pub mod everything;
pub mod housekeeping;
pub mod mutation;
pub mod node_commands;
pub mod nodes;
pub mod notifications;
pub mod operations;
pub mod servers;
pub mod sessions;
pub mod stats;
pub mod sweeps;
pub mod users;

pub use alerts::{AlertRuleStore, AlertStore, SilenceStore};
pub use api_tokens::ApiTokenStore;
pub use catalog::{IpPoolStore, OperatingSystemStore, TariffStore};
pub use channels::{ChannelStore, DeliveryStore};
pub use error::{StoreError, StoreResult};
pub use everything::Store;
pub use housekeeping::{
    AuditStore, DueTimeStore, HealthStore, LeaderStore, OutboxStore, RequestStore, ThrottleStore,
};
pub use mutation::{Mutation, RequestKey};
pub use node_commands::NodeCommandStore;
pub use nodes::{EnrolmentStore, NodeSessionStore, NodeStore, session_lease};
pub use notifications::NotificationStore;
pub use operations::OperationStore;
pub use servers::ServerStore;
pub use sessions::SessionStore;
pub use stats::{LEAD, Left, StatsStore};
pub use sweeps::SweepStore;
pub use users::UserStore;
