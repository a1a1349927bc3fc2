//! What each kind of operation is told when it is accepted, as it is kept in `operations.params`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::ids::{OperatingSystemId, TariffId};
use crate::domain::money::Money;
use crate::domain::names::ServerName;
use crate::domain::resources::Resources;
use crate::domain::secret::Secret;
use crate::domain::server::ServerState;
use crate::domain::snapshot::SnapshotState;
use crate::domain::ssh_key::SshPublicKey;

/// Removed from the params before an operation ends: nobody needs it any more.
const SECRET: &str = "root_password_hash";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CreateParams {
    pub hypervisor: String,
    pub operating_system_id: OperatingSystemId,
    /// As the catalog had it when the order was taken.
    pub template: String,
    pub nesting: bool,
    pub root_password_hash: String,
    pub ssh_public_keys: Vec<SshPublicKey>,
    pub keep_stopped: bool,
}

/// For kinds that need to know no more than where the server stood.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlainParams {
    pub prior_state: ServerState,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeleteParams {
    pub prior_state: ServerState,
    /// Leaves the hypervisor out of it: there is none of that name any more.
    #[serde(default)]
    pub forget: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StopParams {
    pub how: StopHow,
}

/// How a server is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopHow {
    /// Asks it to shut down; when the time is up it is cut off if `force`, else it runs on and the operation fails.
    Graceful { timeout: Duration, force: bool },
    /// Cuts it off at once.
    Now,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RestartParams {
    pub timeout: Duration,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResizeParams {
    pub from: Resources,
    pub to: Resources,
    pub tariff_id: TariffId,
    pub price: Money,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RenameParams {
    pub from: ServerName,
    pub to: ServerName,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResetPasswordParams {
    pub root_password_hash: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RestoreParams {
    pub start: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SnapshotDeleteParams {
    /// Where the snapshot stood.
    pub prior_state: SnapshotState,
}

/// Written as they will be read; these types always serialise.
pub fn to_value(params: &impl Serialize) -> Value {
    serde_json::to_value(params).unwrap_or_default()
}

/// The hash of the password that the work is to set; `None` when it is over.
pub fn root_password_hash(params: &Value) -> Option<Secret> {
    params.get(SECRET)?.as_str().map(Secret::new)
}

/// The params without what must not be kept; `None` when there was nothing of it.
pub fn scrubbed(params: &Value) -> Option<Value> {
    let mut kept = params.as_object()?.clone();
    kept.remove(SECRET)?;
    Some(Value::Object(kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_hash_does_not_outlive_the_work() {
        let params = to_value(&ResetPasswordParams {
            root_password_hash: "$6$salt$hash".to_owned(),
        });
        let kept = scrubbed(&params).unwrap();
        assert!(!kept.to_string().contains("$6$"));
        assert_eq!(scrubbed(&kept), None);
        assert_eq!(root_password_hash(&params), Some(Secret::new("$6$salt$hash")));
        assert_eq!(root_password_hash(&kept), None);
    }
}
