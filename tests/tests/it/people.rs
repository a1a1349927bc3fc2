//! What the customer of tests about monitoring has, does and sees.

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::adapters::sim::{Control, Doom, Fault, Method};
use hostlerd::domain::guest::TaskKind;
use hostlerd::domain::ids::ServerId;
use hostlerd::ports::hypervisor::{HypervisorError, Rejection};
use v1::alert_condition::Condition;
use v1::channel::Target;

pub(crate) const ALICE: &str = "alice@example.org";
pub(crate) const SECRET: &str = "a secret that signs messages";

/// Fires when a metric has been above the threshold for so many seconds, and is over at the first look at which it is not.
pub(crate) fn rule(name: &str, metric: v1::AlertMetric, above: f64, seconds: i64) -> v1::AlertRule {
    v1::AlertRule {
        display_name: name.to_owned(),
        condition: Some(v1::AlertCondition {
            condition: Some(Condition::Metric(v1::MetricCondition {
                metric: metric.into(),
                comparison: v1::AlertComparison::Above.into(),
                threshold: above,
                clear_threshold: None,
                duration: Some(prost_types::Duration { seconds, nanos: 0 }),
            })),
        }),
        severity: v1::AlertSeverity::Critical.into(),
        ..Default::default()
    }
}

/// Fires at once when something is so that is no figure.
pub(crate) fn rule_about(name: &str, condition: Condition) -> v1::AlertRule {
    v1::AlertRule {
        display_name: name.to_owned(),
        condition: Some(v1::AlertCondition {
            condition: Some(condition),
        }),
        ..Default::default()
    }
}

pub(crate) async fn create_rule(api: &Api, rule: v1::AlertRule) -> v1::AlertRule {
    let request = v1::CreateAlertRuleRequest {
        rule: Some(rule),
        ..Default::default()
    };
    let answer = api.alert_rules().create_alert_rule(request).await;
    answer.expect("a rule").into_inner().rule.expect("a rule")
}

pub(crate) fn webhook(url: String) -> Target {
    Target::Webhook(v1::WebhookTarget {
        url,
        secret: SECRET.to_owned(),
        ..Default::default()
    })
}

pub(crate) async fn create_channel(api: &Api, name: &str, target: Target) -> v1::Channel {
    let request = v1::CreateChannelRequest {
        channel: Some(v1::Channel {
            display_name: name.to_owned(),
            target: Some(target),
            ..Default::default()
        }),
        ..Default::default()
    };
    let answer = api.channels().create_channel(request).await;
    answer
        .expect("a channel")
        .into_inner()
        .channel
        .expect("a channel")
}

/// Mails a code to an address of an e-mail channel.
pub(crate) async fn send_code(
    api: &Api,
    channel: &v1::Channel,
    address: &str,
) -> Result<v1::Delivery, tonic::Status> {
    let request = v1::SendChannelAddressCodeRequest {
        channel_id: channel.id.clone(),
        address: address.to_owned(),
        ..Default::default()
    };
    let answer = api.channels().send_channel_address_code(request).await?;
    Ok(answer.into_inner().delivery.expect("a delivery"))
}

/// The code in such a mail.
pub(crate) fn code_in(text: &str) -> String {
    let is_code = |line: &&str| line.len() == 9 && line.as_bytes()[4] == b'-';
    text.lines().find(is_code).expect("a code").to_owned()
}

pub(crate) async fn confirm(
    api: &Api,
    channel: &v1::Channel,
    address: &str,
    code: &str,
) -> Result<v1::Channel, tonic::Status> {
    let request = v1::ConfirmChannelAddressRequest {
        channel_id: channel.id.clone(),
        address: address.to_owned(),
        code: code.to_owned(),
        ..Default::default()
    };
    let answer = api.channels().confirm_channel_address(request).await?;
    Ok(answer.into_inner().channel.expect("a channel"))
}

/// A channel's delivery log, oldest first.
pub(crate) async fn deliveries(api: &Api, channel: &v1::Channel) -> Vec<v1::Delivery> {
    let request = v1::ListDeliveriesRequest {
        channel_id: channel.id.clone(),
        ..Default::default()
    };
    let answer = api.channels().list_deliveries(request).await;
    let mut deliveries = answer.expect("a log").into_inner().deliveries;
    deliveries.reverse();
    deliveries
}

/// Waits until the log is as wanted.
pub(crate) async fn deliveries_that(
    api: &Api,
    channel: &v1::Channel,
    wanted: impl Fn(&[v1::Delivery]) -> bool,
) -> Vec<v1::Delivery> {
    wait_for("deliveries", || async {
        let found = deliveries(api, channel).await;
        if wanted(&found) {
            Ok(found)
        } else {
            Err(format!("{found:#?}"))
        }
    })
    .await
}

/// The alerts of rules that the customer has made.
pub(crate) async fn own_alerts(api: &Api) -> Vec<v1::Alert> {
    let request = v1::ListAlertsRequest::default();
    let answer = api.alerts().list_alerts(request).await.expect("alerts");
    let mut alerts = answer.into_inner().alerts;
    alerts.retain(|alert| !alert.rule_name.ends_with("over 90 %"));
    alerts
}

/// Waits for the one alert in this state.
pub(crate) async fn alert_in(api: &Api, state: v1::AlertState) -> v1::Alert {
    wait_for("an alert", || async {
        let all = own_alerts(api).await;
        let found: Vec<_> = all.iter().filter(|alert| alert.state() == state).collect();
        match found.as_slice() {
            [one] => Ok((*one).clone()),
            _ => Err(format!("{state:?}: {all:#?}")),
        }
    })
    .await
}

/// What has happened to an alert, oldest first.
pub(crate) async fn history(api: &Api, alert: &v1::Alert) -> Vec<v1::AlertChangeKind> {
    let request = v1::GetAlertRequest {
        alert_id: alert.id.clone(),
    };
    let answer = api.alerts().get_alert(request).await.expect("an alert");
    let changes = answer.into_inner().changes;
    changes.iter().rev().map(v1::AlertChange::kind).collect()
}

/// The first page of the inbox.
pub(crate) async fn inbox(api: &Api) -> v1::ListNotificationsResponse {
    let request = v1::ListNotificationsRequest::default();
    let answer = api.notifications().list_notifications(request).await;
    answer.expect("an inbox").into_inner()
}

/// Makes an API token, which is told of in every way.
pub(crate) async fn make_token(api: &Api, name: &str) {
    let request = v1::CreateApiTokenRequest {
        name: name.to_owned(),
        scopes: vec!["account.read".to_owned()],
        ..Default::default()
    };
    api.auth().create_api_token(request).await.expect("a token");
}

/// A page of the plain HTTP side.
pub(crate) async fn page(server: &TestServer, path: &str) -> String {
    drop(rustls::crypto::ring::default_provider().install_default());
    let answer = reqwest::get(format!("{}{path}", server.url())).await;
    answer.expect("an answer").text().await.expect("text")
}

/// The value of one figure at `/metrics`, with its labels as they are written.
pub(crate) async fn scrape(server: &TestServer, name: &str) -> Option<f64> {
    figure(&page(server, "/metrics").await, name)
}

/// The value of one figure in the text of `/metrics`.
pub(crate) fn figure(text: &str, name: &str) -> Option<f64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    line.trim().parse().ok()
}

/// The newest figures of a server.
pub(crate) async fn stats(api: &Api, server_id: &str) -> v1::ServerStats {
    let request = v1::GetStatsRequest {
        server_ids: vec![server_id.to_owned()],
    };
    let answer = api.monitoring().get_stats(request).await.expect("figures");
    answer.into_inner().stats.remove(0)
}

/// Waits until the customer was told that the first server is ready: what comes to channels afterwards is about
/// something else.
pub(crate) async fn first_mail(server: &TestServer) {
    wait_for("a mail", || async {
        let mails = server.mailbox().mails_to(ALICE);
        if mails.is_empty() {
            Err("no mail".to_owned())
        } else {
            Ok(())
        }
    })
    .await;
}

/// Makes the guest of a server on the simulated hypervisor use this much of its processors.
pub(crate) fn burn(server: &TestServer, of: &v1::Server, ratio: f64) {
    let id: ServerId = of.id.parse().expect("an id");
    let control = server.sim().control();
    let guest = control
        .world()
        .into_iter()
        .find(|guest| guest.server_id == Some(id));
    let vmid = guest.expect("a guest").vmid;
    control
        .burn_processor(vmid, Some(ratio))
        .expect("a guest that burns");
}

/// The next order fails, and so does what is to clean up after it.
pub(crate) fn strand_next_order(control: &Control) {
    control.doom_next(TaskKind::Start, Doom::Fail("startup failed".to_owned()));
    control.inject(Fault::before(
        Method::Delete,
        HypervisorError::Rejected {
            reason: Rejection::Storage,
            text: "the storage is read-only".to_owned(),
        },
    ));
}
