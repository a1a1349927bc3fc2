//! Names of things that answers tell by their ids.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::TryStreamExt as _;
use hostler_client::{Client, Code, v1};

/// Names of servers by their ids. A name is a comfort: of a server that is gone, or not to be read, the id stands.
pub(crate) async fn servers<'a>(
    client: &Client,
    ids: impl Iterator<Item = &'a str>,
) -> BTreeMap<String, String> {
    let ids: BTreeSet<&str> = ids.filter(|id| !id.is_empty()).collect();
    let mut names = BTreeMap::new();
    for id in ids {
        if let Ok(server) = client.servers().get(id).await {
            names.insert(server.id, server.name);
        }
    }
    names
}

/// Names of nodes by their ids, likewise.
pub(crate) async fn nodes<'a>(
    client: &Client,
    ids: impl Iterator<Item = &'a str>,
) -> BTreeMap<String, String> {
    let ids: BTreeSet<&str> = ids.filter(|id| !id.is_empty()).collect();
    let mut names = BTreeMap::new();
    for id in ids {
        if let Ok(node) = client.nodes().get(id).await {
            names.insert(node.id, node.display_name);
        }
    }
    names
}

/// Names of channels by their ids. One that is gone is said to be, since its id tells nobody anything.
pub(crate) async fn channels<'a>(
    client: &Client,
    ids: impl Iterator<Item = &'a str>,
) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for id in ids.collect::<BTreeSet<_>>() {
        match client.channels().get(id).await {
            Ok(channel) => {
                names.insert(channel.id, channel.display_name);
            }
            Err(error) if error.code() == Code::NotFound => {
                names.insert(id.to_owned(), format!("(deleted) {id}"));
            }
            Err(_) => {}
        }
    }
    names
}

/// Addresses of accounts by their ids: the caller's own, and for staff those of others.
pub(crate) async fn accounts<'a>(
    client: &Client,
    ids: impl Iterator<Item = &'a str>,
) -> BTreeMap<String, String> {
    let mut ids: BTreeSet<&str> = ids.filter(|id| !id.is_empty()).collect();
    let mut names = BTreeMap::new();
    if ids.is_empty() {
        return names;
    }
    if let Ok(me) = client.users().me().await {
        ids.remove(me.id.as_str());
        names.insert(me.id, me.email);
    }
    for id in ids {
        match client.users().get(id).await {
            Ok(user) => {
                names.insert(user.id, user.email);
            }
            // Who may not see one account may see no other.
            Err(error) if error.code() == Code::PermissionDenied => break,
            Err(_) => {}
        }
    }
    names
}

/// Names of all rules that the caller sees, by their ids.
pub(crate) async fn rules(client: &Client) -> BTreeMap<String, String> {
    let all = client
        .alert_rules()
        .list_all(v1::ListAlertRulesRequest::default());
    let named = |rule: v1::AlertRule| (rule.id, rule.display_name);
    all.map_ok(named).try_collect().await.unwrap_or_default()
}
