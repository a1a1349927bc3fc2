//! All the traits of a store as one.

use super::alerts::{AlertRuleStore, AlertStore, SilenceStore};
use super::api_tokens::ApiTokenStore;
use super::catalog::{IpPoolStore, OperatingSystemStore, TariffStore};
use super::channels::{ChannelStore, DeliveryStore};
use super::housekeeping::{
    AuditStore, DueTimeStore, HealthStore, LeaderStore, OutboxStore, RequestStore, ThrottleStore,
};
use super::node_commands::NodeCommandStore;
use super::nodes::{EnrolmentStore, NodeSessionStore, NodeStore};
use super::notifications::NotificationStore;
use super::operations::OperationStore;
use super::servers::ServerStore;
use super::sessions::SessionStore;
use super::stats::StatsStore;
use super::sweeps::SweepStore;
use super::users::UserStore;

/// Everything a store must do. No transaction spans two calls; each call is one at most.
pub trait Store:
    UserStore
    + SessionStore
    + ApiTokenStore
    + TariffStore
    + OperatingSystemStore
    + IpPoolStore
    + ServerStore
    + OperationStore
    + SweepStore
    + StatsStore
    + AlertRuleStore
    + AlertStore
    + SilenceStore
    + ChannelStore
    + DeliveryStore
    + NotificationStore
    + EnrolmentStore
    + NodeStore
    + NodeSessionStore
    + NodeCommandStore
    + AuditStore
    + OutboxStore
    + ThrottleStore
    + RequestStore
    + DueTimeStore
    + LeaderStore
    + HealthStore
{
}

impl<T> Store for T where
    T: UserStore
        + SessionStore
        + ApiTokenStore
        + TariffStore
        + OperatingSystemStore
        + IpPoolStore
        + ServerStore
        + OperationStore
        + SweepStore
        + StatsStore
        + AlertRuleStore
        + AlertStore
        + SilenceStore
        + ChannelStore
        + DeliveryStore
        + NotificationStore
        + EnrolmentStore
        + NodeStore
        + NodeSessionStore
        + NodeCommandStore
        + AuditStore
        + OutboxStore
        + ThrottleStore
        + RequestStore
        + DueTimeStore
        + LeaderStore
        + HealthStore
{
}
