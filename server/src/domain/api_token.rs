//! Tokens for programs: scoped, expiring, shown once.

use super::codes::coded;
use super::ids::{ApiTokenId, UserId};
use super::session::SecretHash;
use super::time::Timestamp;
use super::user::{Role, UserState};

coded! {
    /// What a token may do. A token never does more than its owner may.
    Scope {
        AccountRead = "account.read",
        AccountWrite = "account.write",
        UsersRead = "users.read",
        UsersWrite = "users.write",
        CatalogRead = "catalog.read",
        CatalogWrite = "catalog.write",
        ServersRead = "servers.read",
        ServersWrite = "servers.write",
        SnapshotsRead = "snapshots.read",
        SnapshotsWrite = "snapshots.write",
        OperationsRead = "operations.read",
        OperationsWrite = "operations.write",
        MonitoringRead = "monitoring.read",
        MonitoringWrite = "monitoring.write",
        AlertsRead = "alerts.read",
        AlertsWrite = "alerts.write",
        AuditRead = "audit.read",
        ChannelsRead = "channels.read",
        ChannelsWrite = "channels.write",
        NotificationsRead = "notifications.read",
        NotificationsWrite = "notifications.write",
        NodesRead = "nodes.read",
        NodesWrite = "nodes.write",
    }
}

/// What every API token begins with, so that scanners find leaked ones.
pub const API_TOKEN_PREFIX: &str = "hst_";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    pub id: ApiTokenId,
    pub user_id: UserId,
    pub name: String,
    pub scopes: Vec<Scope>,
    /// The first characters of the secret, to tell tokens apart in a list.
    pub prefix: String,
    pub hash: SecretHash,
    pub create_time: Timestamp,
    /// `None` never expires.
    pub expire_time: Option<Timestamp>,
    pub last_used_time: Option<Timestamp>,
    pub revoke_time: Option<Timestamp>,
}

/// What a call by token needs to know, read in one go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiTokenStanding {
    pub token_id: ApiTokenId,
    pub user_id: UserId,
    pub role: Role,
    pub user_state: UserState,
    pub scopes: Vec<Scope>,
    pub expire_time: Option<Timestamp>,
    pub last_used_time: Option<Timestamp>,
    pub revoked: bool,
}
