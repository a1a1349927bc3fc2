//! Finds what a person named, by asking the server.

use futures_util::stream::{BoxStream, StreamExt as _, TryStreamExt as _};
use hostler_client::{Client, Error, v1};

use crate::errors::Failure;
use crate::resolve::{Candidate, Noun, is_id, may_be_prefix, pick};

/// More entries than this are not searched for the beginning of an id.
const MOST_SEARCHED: usize = 10_000;

/// Of each channel, for the beginning of a delivery's id.
const NEWEST_DELIVERIES: usize = 200;

const SERVER: Noun = Noun {
    name: "server",
    list: "hostler servers list",
};
const SNAPSHOT: Noun = Noun {
    name: "snapshot",
    list: "hostler snapshots list",
};
const OPERATION: Noun = Noun {
    name: "operation",
    list: "hostler operations list",
};
const TARIFF: Noun = Noun {
    name: "tariff",
    list: "hostler tariffs list",
};
const SYSTEM: Noun = Noun {
    name: "system",
    list: "hostler systems list",
};
const POOL: Noun = Noun {
    name: "address pool",
    list: "hostler pools list",
};
const CHANNEL: Noun = Noun {
    name: "channel",
    list: "hostler channels list",
};
const NODE: Noun = Noun {
    name: "node",
    list: "hostler nodes list",
};
const CONTAINER: Noun = Noun {
    name: "container",
    list: "hostler containers list",
};
const ENROLMENT_TOKEN: Noun = Noun {
    name: "enrolment token",
    list: "hostler nodes enrolments",
};
const USER: Noun = Noun {
    name: "user",
    list: "hostler users list",
};
const TOKEN: Noun = Noun {
    name: "API token",
    list: "hostler tokens list",
};
const RULE: Noun = Noun {
    name: "rule",
    list: "hostler rules list",
};
const ALERT: Noun = Noun {
    name: "alert",
    list: "hostler alerts list --all",
};
const SILENCE: Noun = Noun {
    name: "silence",
    list: "hostler alerts silences",
};
const NOTIFICATION: Noun = Noun {
    name: "notification",
    list: "hostler notifications list",
};
const DELIVERY: Noun = Noun {
    name: "delivery",
    list: "hostler deliveries list CHANNEL",
};
const SESSION: Noun = Noun {
    name: "session",
    list: "hostler sessions list",
};

/// Reads at most so many entries of a list.
pub(crate) async fn collect<T>(
    stream: BoxStream<'static, Result<T, Error>>,
    limit: usize,
) -> Result<Vec<T>, Failure> {
    Ok(stream.take(limit).try_collect().await?)
}

/// Searches a list for what is meant.
async fn search<T>(
    noun: Noun,
    wanted: &str,
    stream: BoxStream<'static, Result<T, Error>>,
    candidate: impl Fn(&T) -> Candidate,
) -> Result<T, Failure> {
    let mut entries = collect(stream, MOST_SEARCHED).await?;
    let candidates: Vec<Candidate> = entries.iter().map(candidate).collect();
    let index = pick(noun, wanted, &candidates)?;
    Ok(entries.swap_remove(index))
}

pub(crate) async fn server(client: &Client, wanted: &str) -> Result<v1::Server, Failure> {
    if is_id(wanted) {
        return Ok(client.servers().get(wanted).await?);
    }
    let candidate = |server: &v1::Server| Candidate {
        id: server.id.clone(),
        names: vec![server.name.clone()],
        short_names: Vec::new(),
        label: format!("{} of {}", server.name, server.owner_id),
    };
    let query = v1::ListServersRequest {
        query: wanted.to_owned(),
        ..Default::default()
    };
    match search(SERVER, wanted, client.servers().list_all(query), candidate).await {
        Err(Failure::Unresolved(_)) if may_be_prefix(wanted) => {
            search(
                SERVER,
                wanted,
                client.servers().list_all(v1::ListServersRequest::default()),
                candidate,
            )
            .await
        }
        other => other,
    }
}

pub(crate) async fn snapshot(
    client: &Client,
    server_id: &str,
    wanted: &str,
) -> Result<v1::Snapshot, Failure> {
    let all = client.snapshots().list_all(v1::ListSnapshotsRequest {
        server_id: server_id.to_owned(),
        ..Default::default()
    });
    search(SNAPSHOT, wanted, all, |snapshot| {
        named(&snapshot.id, &snapshot.name)
    })
    .await
}

/// Finds the id of an operation; its beginning is searched for among the newest.
pub(crate) async fn operation_id(client: &Client, wanted: &str) -> Result<String, Failure> {
    if is_id(wanted) {
        return Ok(wanted.to_owned());
    }
    let all = client.operations().list_all(v1::ListOperationsRequest::default());
    let found = search(OPERATION, wanted, all, |operation| Candidate {
        id: operation.id.clone(),
        label: operation.kind.clone(),
        ..Default::default()
    })
    .await?;
    Ok(found.id)
}

pub(crate) async fn tariff(client: &Client, wanted: &str) -> Result<v1::Tariff, Failure> {
    let all = client
        .catalog()
        .list_all_tariffs(v1::ListTariffsRequest::default());
    search(TARIFF, wanted, all, |tariff| named(&tariff.id, &tariff.name)).await
}

pub(crate) async fn system(client: &Client, wanted: &str) -> Result<v1::OperatingSystem, Failure> {
    let all = client
        .catalog()
        .list_all_operating_systems(v1::ListOperatingSystemsRequest::default());
    search(SYSTEM, wanted, all, |system| Candidate {
        id: system.id.clone(),
        names: vec![format!("{} {}", system.name, system.version)],
        short_names: vec![
            system.name.clone(),
            format!("{} {}", system.family, system.version),
            system.family.clone(),
        ],
        label: format!("{} {}", system.name, system.version),
    })
    .await
}

pub(crate) async fn pool(client: &Client, wanted: &str) -> Result<v1::IpPool, Failure> {
    let all = client
        .catalog()
        .list_all_ip_pools(v1::ListIpPoolsRequest::default());
    search(POOL, wanted, all, |pool| named(&pool.id, &pool.name)).await
}

/// Finds the id of a pool. Customers may name one by its id only: they cannot list them.
pub(crate) async fn pool_id(client: &Client, wanted: &str) -> Result<String, Failure> {
    if is_id(wanted) {
        Ok(wanted.to_owned())
    } else {
        Ok(pool(client, wanted).await?.id)
    }
}

pub(crate) async fn user(client: &Client, wanted: &str) -> Result<v1::User, Failure> {
    if is_id(wanted) {
        return Ok(client.users().get(wanted).await?);
    }
    let email = if wanted.contains('@') { wanted } else { "" };
    let query = v1::ListUsersRequest {
        email: email.to_owned(),
        ..Default::default()
    };
    search(USER, wanted, client.users().list_all(query), |user| {
        named(&user.id, &user.email)
    })
    .await
}

/// Among the caller's own, or those of the installation.
pub(crate) async fn channel(
    client: &Client,
    wanted: &str,
    installation: bool,
) -> Result<v1::Channel, Failure> {
    if is_id(wanted) {
        return Ok(client.channels().get(wanted).await?);
    }
    let all = client.channels().list_all(v1::ListChannelsRequest {
        installation,
        ..Default::default()
    });
    search(CHANNEL, wanted, all, |channel| {
        named(&channel.id, &channel.display_name)
    })
    .await
}

pub(crate) async fn node(client: &Client, wanted: &str) -> Result<v1::Node, Failure> {
    if is_id(wanted) {
        return Ok(client.nodes().get(wanted).await?);
    }
    let all = client.nodes().list_all(v1::ListNodesRequest::default());
    search(NODE, wanted, all, |node| named(&node.id, &node.display_name)).await
}

/// Among those of one node; by its name, or the beginning of its id.
pub(crate) fn container<'a>(among: &'a [v1::Container], wanted: &str) -> Result<&'a v1::Container, Failure> {
    let candidates: Vec<Candidate> = among.iter().map(|one| named(&one.id, &one.name)).collect();
    let index = pick(CONTAINER, wanted, &candidates)?;
    among
        .get(index)
        .ok_or_else(|| Failure::Missing(format!("there is no container {wanted}")))
}

/// Enrolment tokens have no names of their own: one is known by its id, or the beginning of it.
pub(crate) async fn enrolment_token(client: &Client, wanted: &str) -> Result<v1::EnrolmentToken, Failure> {
    let all = client
        .nodes()
        .list_all_enrolment_tokens(v1::ListEnrolmentTokensRequest::default());
    search(ENROLMENT_TOKEN, wanted, all, |token| Candidate {
        id: token.id.clone(),
        label: token.display_name.clone(),
        ..Default::default()
    })
    .await
}

pub(crate) async fn token(client: &Client, wanted: &str) -> Result<v1::ApiToken, Failure> {
    let all = client
        .auth()
        .list_all_api_tokens(v1::ListApiTokensRequest::default());
    search(TOKEN, wanted, all, |token| named(&token.id, &token.name)).await
}

pub(crate) async fn session(client: &Client, wanted: &str) -> Result<v1::Session, Failure> {
    let all = client
        .auth()
        .list_all_sessions(v1::ListSessionsRequest::default());
    search(SESSION, wanted, all, |session| Candidate {
        id: session.id.clone(),
        label: session.device_name.clone(),
        ..Default::default()
    })
    .await
}

pub(crate) async fn rule(client: &Client, wanted: &str) -> Result<v1::AlertRule, Failure> {
    if is_id(wanted) {
        return Ok(client.alert_rules().get(wanted).await?);
    }
    let all = client
        .alert_rules()
        .list_all(v1::ListAlertRulesRequest::default());
    search(RULE, wanted, all, |rule| named(&rule.id, &rule.display_name)).await
}

/// Finds the id of an alert; its beginning is searched for among the newest.
pub(crate) async fn alert_id(client: &Client, wanted: &str) -> Result<String, Failure> {
    if is_id(wanted) {
        return Ok(wanted.to_owned());
    }
    let all = client.alerts().list_all(v1::ListAlertsRequest::default());
    let found = search(ALERT, wanted, all, |alert| Candidate {
        id: alert.id.clone(),
        label: format!("{} on {}", alert.rule_name, alert.server_name),
        ..Default::default()
    })
    .await?;
    Ok(found.id)
}

pub(crate) async fn silence(client: &Client, wanted: &str) -> Result<v1::Silence, Failure> {
    let all = client
        .alerts()
        .list_all_silences(v1::ListSilencesRequest::default());
    search(SILENCE, wanted, all, |silence| Candidate {
        id: silence.id.clone(),
        label: silence.comment.clone(),
        ..Default::default()
    })
    .await
}

/// Notifications have no names: one is known by its id, or the beginning of it.
pub(crate) async fn notification(client: &Client, wanted: &str) -> Result<v1::Notification, Failure> {
    let all = client
        .notifications()
        .list_all(v1::ListNotificationsRequest::default());
    search(NOTIFICATION, wanted, all, |notification| Candidate {
        id: notification.id.clone(),
        label: notification.title.clone(),
        ..Default::default()
    })
    .await
}

pub(crate) async fn notification_id(client: &Client, wanted: &str) -> Result<String, Failure> {
    if is_id(wanted) {
        return Ok(wanted.to_owned());
    }
    Ok(notification(client, wanted).await?.id)
}

/// Finds the id of a delivery; its beginning is searched for among what was sent last to each of the caller's channels, or to those of the
/// installation.
pub(crate) async fn delivery_id(
    client: &Client,
    wanted: &str,
    installation: bool,
) -> Result<String, Failure> {
    if is_id(wanted) {
        return Ok(wanted.to_owned());
    }
    let channels = client.channels().list_all(v1::ListChannelsRequest {
        installation,
        ..Default::default()
    });
    let mut newest = Vec::new();
    for channel in collect(channels, MOST_SEARCHED).await? {
        let sent = client.channels().list_all_deliveries(v1::ListDeliveriesRequest {
            channel_id: channel.id,
            ..Default::default()
        });
        newest.extend(collect(sent, NEWEST_DELIVERIES).await?.into_iter().map(Ok));
    }
    let newest = futures_util::stream::iter(newest).boxed();
    let found = search(DELIVERY, wanted, newest, |delivery: &v1::Delivery| Candidate {
        id: delivery.id.clone(),
        label: delivery.title.clone(),
        ..Default::default()
    })
    .await?;
    Ok(found.id)
}

fn named(id: &str, name: &str) -> Candidate {
    Candidate {
        id: id.to_owned(),
        names: vec![name.to_owned()],
        short_names: Vec::new(),
        label: name.to_owned(),
    }
}
