//! Who may call what: every rpc as every kind of caller, against a reviewed table.
//!
//! Each request is one that a caller who may make it gets past the access rules with, and that then
//! ends in a rule of its own (a stale etag, a name that is taken), or that spoils nothing for the rows after it.

use std::fmt::Write as _;
use std::time::Duration;

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::contract;
use hostler_tests::failure::{bad_fields, expect_refusal, outcome};
use hostler_tests::scripted_agent::{ScriptedAgent, key};
use hostler_tests::test_server::{PASSWORD, TestServer};
use hostlerd::domain::ids::ServerId;
use hostlerd::domain::metric::Metric;
use hostlerd::domain::sample::{Subject, Values};
use hostlerd::domain::user::Role;
use hostlerd::engine::alerts::{GuestAlerts, SweptLooks};
use serde_json::{Value, json};
use uuid::Uuid;

/// Everything that the requests of the table name. All of it belongs to the owner.
struct World {
    owner_id: String,
    /// A session that nobody in the table calls with.
    session_id: String,
    /// A token that nobody in the table calls with.
    api_token_id: String,
    server: v1::Server,
    snapshot: v1::Snapshot,
    operation: v1::Operation,
    tariff: v1::Tariff,
    system: v1::OperatingSystem,
    pool: v1::IpPool,
    channel: v1::Channel,
    delivery_id: String,
    rule: v1::AlertRule,
    /// Of that rule on that server.
    alert_id: String,
    node_id: String,
}

const UNKNOWN: &str = "01890000-0000-7000-8000-000000000000";
const STALE: &str = "stale";
/// Well formed, and of no state that ever was: it is held against the thing, after all that hides it.
const NEVER: &str = "g999999";

async fn world(
    running: &TestServer,
    owner: &Api,
    operator: &Api,
    other_session: &Api,
    agent: &ScriptedAgent,
) -> World {
    let offer = owner.offer().await;
    let made = owner.order("mine").await.expect("an order");
    let operation = owner.finish(made.operation).await;
    let server = owner.server(&made.server.expect("a server").id).await;
    let snapshot = owner.snapshot(&server.id, "kept").await;
    let pools = operator
        .catalog()
        .list_ip_pools(v1::ListIpPoolsRequest::default())
        .await;
    let pool = pools
        .expect("pools")
        .into_inner()
        .ip_pools
        .into_iter()
        .next()
        .expect("a pool");
    let channel = v1::CreateChannelRequest {
        channel: Some(v1::Channel {
            display_name: "kept".to_owned(),
            target: Some(v1::channel::Target::Email(v1::EmailTarget {
                addresses: vec!["ops@example.org".to_owned()],
                ..Default::default()
            })),
            ..Default::default()
        }),
        ..Default::default()
    };
    let channel = owner.channels().create_channel(channel).await;
    let channel = channel
        .expect("a channel")
        .into_inner()
        .channel
        .expect("a channel");
    let test = v1::TestChannelRequest {
        channel_id: channel.id.clone(),
        ..Default::default()
    };
    let tested = owner.channels().test_channel(test).await.expect("a test");
    let sessions = other_session
        .auth()
        .list_sessions(v1::ListSessionsRequest::default())
        .await;
    let session = sessions.expect("sessions").into_inner().sessions;
    let session = session.into_iter().find(|session| session.current);
    let token = new_token(owner, "kept", &["servers.read"]).await;
    let rule = busy_rule(owner).await;
    let alert_id = fire(running, &rule, &server).await;
    World {
        owner_id: server.owner_id.clone(),
        session_id: session.expect("a session").id,
        api_token_id: token.api_token.expect("a token").id,
        server: owner.server(&server.id).await,
        snapshot,
        operation,
        tariff: offer.tariff,
        system: offer.system,
        pool,
        channel,
        delivery_id: tested.into_inner().delivery.expect("a delivery").id,
        rule,
        alert_id,
        node_id: agent.node_id.clone(),
    }
}

/// A rule that any server breaks that runs.
fn busy() -> Value {
    json!({"metric": {"metric": "ALERT_METRIC_CPU_RATIO", "comparison": "ALERT_COMPARISON_ABOVE"}})
}

async fn busy_rule(owner: &Api) -> v1::AlertRule {
    let metric = v1::MetricCondition {
        metric: v1::AlertMetric::CpuRatio.into(),
        comparison: v1::AlertComparison::Above.into(),
        ..Default::default()
    };
    let condition = v1::AlertCondition {
        condition: Some(v1::alert_condition::Condition::Metric(metric)),
    };
    let request = v1::CreateAlertRuleRequest {
        rule: Some(v1::AlertRule {
            display_name: "kept".to_owned(),
            condition: Some(condition),
            ..Default::default()
        }),
        ..Default::default()
    };
    let created = owner.alert_rules().create_alert_rule(request).await;
    created.expect("a rule").into_inner().rule.expect("a rule")
}

/// Sees the server busy, once; the id of the alert.
async fn fire(test: &TestServer, rule: &v1::AlertRule, server: &v1::Server) -> String {
    let ports = test.app().ports();
    let id: ServerId = server.id.parse().expect("an id");
    let servers = ports.store.server_get_many(&[id]).await.expect("a server");
    let values = [(Subject::Server(id), Values::NONE.with(Metric::CpuRatio, 5000))];
    let looks = SweptLooks {
        time: ports.clock.now(),
        servers: &servers,
        values: &values,
    };
    let evaluator = GuestAlerts::alone(ports, Duration::from_secs(90));
    // The server's own sweep may have been first.
    evaluator.evaluate(looks).await.expect("a judgement");
    let open = ports.store.alert_open().await.expect("alerts").alerts;
    let alert = open.iter().find(|alert| alert.rule_id.to_string() == rule.id);
    alert.expect("an alert").id.to_string()
}

/// The request of an rpc; `caller` makes addresses that only this caller uses.
fn request(rpc: &str, world: &World, caller: &str) -> Value {
    let server = |extra: Value| merged(json!({"serverId": world.server.id, "etag": STALE}), extra);
    let snapshot = json!({"snapshotId": world.snapshot.id, "etag": STALE});
    let address = format!("nobody-{caller}@example.org");
    match rpc {
        "Auth.SignUp" => json!({"email": address, "password": PASSWORD}),
        "Auth.VerifyEmail" => json!({"token": "wrong"}),
        "Auth.RequestEmailVerification" | "Auth.RequestPasswordReset" => json!({"email": address}),
        "Auth.SignIn" => json!({"email": address, "password": "not the password"}),
        "Auth.RefreshSession" => json!({"refreshToken": "wrong"}),
        "Auth.ResetPassword" => json!({"token": "wrong", "newPassword": PASSWORD}),
        "Auth.ChangePassword" => json!({"currentPassword": "not the password", "newPassword": PASSWORD}),
        "Auth.RevokeSession" => json!({"sessionId": world.session_id}),
        "Auth.CreateApiToken" => json!({"name": "x", "scopes": ["users.read"]}),
        "Auth.RevokeApiToken" => json!({"apiTokenId": world.api_token_id}),
        "Users.UpdateMe" => json!({"user": {"displayName": "Somebody"}, "etag": STALE}),
        "Users.GetUser" => json!({"userId": world.owner_id}),
        "Users.UpdateUser" => json!({"user": {"id": world.owner_id, "displayName": "X"}, "etag": STALE}),
        "Catalog.GetTariff" => json!({"tariffId": world.tariff.id}),
        "Catalog.CreateTariff" => json!({"tariff": {
            "name": world.tariff.name, "cpuMillicores": 1000, "memoryBytes": "1073741824",
            "diskBytes": "10737418240", "currency": "EUR"}}),
        "Catalog.UpdateTariff" => json!({"tariff": {"id": world.tariff.id, "name": "x"}, "etag": STALE}),
        "Catalog.DeleteTariff" => json!({"tariffId": world.tariff.id, "etag": STALE}),
        "Catalog.GetOperatingSystem" => json!({"operatingSystemId": world.system.id}),
        "Catalog.CreateOperatingSystem" => json!({"operatingSystem": {
            "name": world.system.name, "version": world.system.version, "family": "debian", "template": "t"}}),
        "Catalog.UpdateOperatingSystem" => {
            json!({"operatingSystem": {"id": world.system.id, "name": "x"}, "etag": STALE})
        }
        "Catalog.DeleteOperatingSystem" => json!({"operatingSystemId": world.system.id, "etag": STALE}),
        "Catalog.CheckHypervisor" | "Catalog.GetHypervisorReport" => json!({"name": "sim"}),
        "Catalog.GetIpPool" => json!({"ipPoolId": world.pool.id}),
        "Catalog.CreateIpPool" => json!({"ipPool": {
            "name": world.pool.name, "hypervisor": "sim", "bridge": "vmbr0", "kind": "IP_POOL_KIND_STATIC",
            "network": "192.0.2.0/24"}}),
        "Catalog.UpdateIpPool" => json!({"ipPool": {"id": world.pool.id, "name": "x"}, "etag": STALE}),
        "Catalog.DeleteIpPool" => json!({"ipPoolId": world.pool.id, "etag": STALE}),
        "Monitoring.GetStats" | "Monitoring.WatchStats" => json!({"serverIds": [world.server.id]}),
        "Monitoring.QueryStats" => json!({"serverId": world.server.id, "startTime": "2026-01-01T00:00:00Z",
            "endTime": "2026-01-02T00:00:00Z"}),
        "Agents.Enrol" => json!({"token": "wrong", "keyHash": a_hash(), "hostname": "n2"}),
        "Agents.RotateKey" => json!({"keyHash": a_hash()}),
        "Agents.Attach" => json!({"hello": {"nodeId": world.node_id}}),
        "Nodes.CreateEnrolmentToken" => json!({"nodeId": UNKNOWN}),
        "Nodes.RevokeEnrolmentToken" => json!({"enrolmentTokenId": UNKNOWN}),
        "Nodes.GetNode" | "Nodes.ListNodeEvents" => json!({"nodeId": world.node_id}),
        "Nodes.UpdateNode" => json!({"node": {"id": world.node_id, "displayName": "x"}, "etag": NEVER}),
        "Nodes.RevokeNode" | "Nodes.DeleteNode" => json!({"nodeId": world.node_id, "etag": NEVER}),
        "Nodes.QueryNodeStats" => json!({"nodeId": world.node_id, "startTime": "2026-01-01T00:00:00Z",
            "endTime": "2026-01-02T00:00:00Z"}),
        "NodeCommands.RunNodeCommand" => json!({"nodeId": UNKNOWN, "action": {"pull": {"image": "a:1"}}}),
        "NodeCommands.GetNodeCommand"
        | "NodeCommands.CancelNodeCommand"
        | "NodeCommands.WatchNodeCommand" => {
            json!({"nodeCommandId": UNKNOWN})
        }
        "NodeCommands.ListNodeCommands" => json!({"nodeId": world.node_id}),
        "Containers.ListContainers" => json!({"nodeId": world.node_id}),
        "Containers.WatchContainers" => json!({"nodeIds": [world.node_id]}),
        "AlertRules.GetAlertRule" => json!({"alertRuleId": world.rule.id}),
        "AlertRules.CreateAlertRule" => json!({"rule": {"displayName": "x", "condition": busy(),
            "subjects": {"serverId": UNKNOWN}}}),
        "AlertRules.UpdateAlertRule" => {
            json!({"rule": {"id": world.rule.id, "displayName": "x"}, "etag": NEVER})
        }
        "AlertRules.DeleteAlertRule" => json!({"alertRuleId": world.rule.id, "etag": NEVER}),
        "AlertRules.DryRunAlertRule" => json!({"rule": {"condition": busy()},
            "startTime": "2026-01-01T00:00:00Z", "endTime": "2026-01-02T00:00:00Z",
            "serverIds": [world.server.id]}),
        "Alerts.GetAlert" | "Alerts.AcknowledgeAlert" | "Alerts.UnacknowledgeAlert" => {
            json!({"alertId": world.alert_id})
        }
        "Alerts.CreateSilence" => json!({"silence": {"serverId": UNKNOWN,
            "startTime": "2998-01-01T00:00:00Z", "endTime": "2998-02-01T00:00:00Z"}}),
        "Alerts.DeleteSilence" => json!({"silenceId": UNKNOWN}),
        "Monitoring.UpdateStatsRetention" => json!({"retention": {"raw": "86400s"}, "etag": STALE}),
        "Channels.CreateChannel" => {
            json!({"channel": {"displayName": "x", "slack": {"url": "https://127.0.0.1/"}}})
        }
        "Channels.UpdateChannel" => {
            json!({"channel": {"id": world.channel.id, "displayName": "x"}, "etag": NEVER})
        }
        "Channels.DeleteChannel" => json!({"channelId": world.channel.id, "etag": STALE}),
        "Channels.GetChannel" | "Channels.TestChannel" | "Channels.ListDeliveries" => {
            json!({"channelId": world.channel.id})
        }
        "Channels.SendChannelAddressCode" => {
            json!({"channelId": world.channel.id, "address": "nobody@example.org"})
        }
        "Channels.ConfirmChannelAddress" => {
            json!({"channelId": world.channel.id, "address": "ops@example.org", "code": "wrong"})
        }
        "Channels.RedeliverDelivery" => json!({"deliveryId": world.delivery_id}),
        "Notifications.MarkRead" => json!({"upTo": UNKNOWN}),
        "Notifications.UpdateNotificationPreferences" => json!({
            "preferences": {"preferences": [{"kind": "NOTIFICATION_KIND_ALERT_FIRED"}]}, "etag": STALE}),
        "Servers.GetServer" | "Servers.ListServerEvents" | "Snapshots.ListSnapshots" => {
            json!({"serverId": world.server.id})
        }
        "Servers.CreateServer" => {
            json!({"name": "new", "tariffId": UNKNOWN, "operatingSystemId": world.system.id})
        }
        "Servers.ResizeServer" => server(json!({"cpuMillicores": 2000})),
        "Servers.RenameServer" => server(json!({"name": "other"})),
        "Servers.StartServer"
        | "Servers.StopServer"
        | "Servers.RestartServer"
        | "Servers.DeleteServer"
        | "Servers.ResetRootPassword" => server(json!({})),
        "Snapshots.GetSnapshot" => json!({"snapshotId": world.snapshot.id}),
        "Snapshots.CreateSnapshot" => json!({"serverId": world.server.id, "name": world.snapshot.name}),
        "Snapshots.RestoreSnapshot" | "Snapshots.DeleteSnapshot" => snapshot,
        "Operations.GetOperation"
        | "Operations.WatchOperation"
        | "Operations.CancelOperation"
        | "Operations.RetryOperation" => json!({"operationId": world.operation.id}),
        "Auth.SignOut"
        | "Auth.ListSessions"
        | "Auth.ListApiTokens"
        | "Users.GetMe"
        | "Users.ListUsers"
        | "Catalog.ListTariffs"
        | "Catalog.ListOperatingSystems"
        | "Catalog.ListTemplates"
        | "Catalog.ListHypervisors"
        | "Catalog.ListIpPools"
        | "AlertRules.ListAlertRules"
        | "Alerts.ListAlerts"
        | "Alerts.WatchAlerts"
        | "Alerts.ListSilences"
        | "Monitoring.GetStatsRetention"
        | "Channels.ListChannels"
        | "Notifications.ListNotifications"
        | "Notifications.WatchNotifications"
        | "Notifications.GetNotificationPreferences"
        | "Servers.ListServers"
        | "Servers.WatchServers"
        | "Operations.ListOperations"
        | "Nodes.ListEnrolmentTokens"
        | "Nodes.ListNodes"
        | "Nodes.WatchNodes"
        | "Nodes.GetNodeStats"
        | "Nodes.WatchNodeStats"
        | "Audit.ListAuditEvents" => json!({}),
        other => panic!("{other} is new: say here how it is called, and review the table"),
    }
}

/// As long as one of a key.
fn a_hash() -> String {
    format!("{}=", "A".repeat(43))
}

fn merged(mut into: Value, extra: Value) -> Value {
    if let (Value::Object(into), Value::Object(extra)) = (&mut into, extra) {
        into.extend(extra);
    }
    into
}

async fn token(api: &Api, name: &str, scopes: &[&str]) -> Api {
    api.with_token(&new_token(api, name, scopes).await.secret)
}

async fn new_token(api: &Api, name: &str, scopes: &[&str]) -> v1::CreateApiTokenResponse {
    let request = v1::CreateApiTokenRequest {
        name: name.to_owned(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        ..Default::default()
    };
    api.auth()
        .create_api_token(request)
        .await
        .expect("a token")
        .into_inner()
}

/// Changes the role or the state of an account.
async fn set(operator: &Api, who: &Api, change: v1::User) {
    let me = who.users().get_me(v1::GetMeRequest {}).await.expect("an account");
    let request = v1::UpdateUserRequest {
        user: Some(v1::User {
            id: me.into_inner().user.expect("an account").id,
            ..change
        }),
        ..Default::default()
    };
    operator.users().update_user(request).await.expect("a change");
}

async fn suspended(server: &TestServer, operator: &Api) -> Api {
    let api = server.caller("suspended@example.org", Role::Customer).await;
    let state = v1::UserState::Suspended.into();
    let change = v1::User {
        state,
        ..Default::default()
    };
    set(operator, &api, change).await;
    api
}

/// A token of somebody who was an operator when it was made.
async fn demoted(server: &TestServer, operator: &Api) -> Api {
    let api = server.caller("demoted@example.org", Role::Operator).await;
    let token = token(&api, "wide", WIDE).await;
    let role = v1::UserRole::Customer.into();
    let change = v1::User {
        role,
        ..Default::default()
    };
    set(operator, &api, change).await;
    token
}

/// Has signed up, and signed in where that asks for no verified address.
async fn unverified(server: &TestServer) -> Api {
    let email = "unverified@example.org";
    let nobody = server.nobody().await;
    let request = v1::SignUpRequest {
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        ..Default::default()
    };
    nobody.auth().sign_up(request).await.expect("an account");
    nobody.sign_in(email, PASSWORD).await.expect("a session").0
}

#[tokio::test(flavor = "multi_thread")]
async fn every_rpc_answers_every_kind_of_caller_as_the_reviewed_table_says() {
    let server = TestServer::builder()
        .config(|config| config.identity.require_verified_email = false)
        .start()
        .await;
    let owner = server.caller("owner@example.org", Role::Customer).await;
    let other_session = server.sign_in("owner@example.org").await;
    let operator = server.caller("operator@example.org", Role::Operator).await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let callers = [
        ("nobody", server.nobody().await),
        (
            "stranger",
            server.caller("stranger@example.org", Role::Customer).await,
        ),
        ("unverified", unverified(&server).await),
        ("suspended", suspended(&server, &operator).await),
        ("owner", owner.clone()),
        (
            "support",
            server.caller("support@example.org", Role::Support).await,
        ),
        ("operator", operator.clone()),
        // Reads servers and nothing else, whoever it belongs to.
        (
            "narrow token",
            token(&operator, "narrow", &["servers.read"]).await,
        ),
        ("wide token", token(&operator, "wide", WIDE).await),
        ("write token", token(&operator, "write", WRITE).await),
        ("owner token", token(&owner, "programs", OF_CUSTOMERS).await),
        ("demoted token", demoted(&server, &operator).await),
        ("agent", agent.api().clone()),
    ];
    let world = world(&server, &owner, &operator, &other_session, &agent).await;
    let mut table = String::new();
    for rpc in contract::rpcs() {
        let name = contract::short_name(&rpc);
        if name == "Auth.SignOut" {
            continue;
        }
        writeln!(table, "{name}").expect("text");
        for (caller, api) in &callers {
            let mut json = request(&name, &world, &caller.replace(' ', "-"));
            // Repeating a request is a way of its own through many changes; it must not lead past anything.
            if rpc.input().get_field_by_name("request_id").is_some() {
                json = merged(json, json!({"requestId": Uuid::now_v7()}));
            }
            let message = contract::request(&rpc, &json);
            let answer = api.call_raw(&contract::path(&rpc), message).await;
            writeln!(table, "  {caller:<13} {}", outcome(&answer)).expect("text");
        }
    }
    // It ends the session that calls it, so it comes last.
    writeln!(table, "Auth.SignOut").expect("text");
    for (caller, api) in &callers {
        let answer = api.auth().sign_out(v1::SignOutRequest {}).await;
        writeln!(table, "  {caller:<13} {}", outcome(&answer)).expect("text");
    }
    insta::assert_snapshot!("access", table);
}

const WRITE: &[&str] = &[
    "account.write",
    "users.write",
    "catalog.write",
    "servers.write",
    "snapshots.write",
    "operations.write",
    "monitoring.write",
    "alerts.write",
    "channels.write",
    "notifications.write",
    "nodes.write",
];

/// All that a customer may give to a program.
const OF_CUSTOMERS: &[&str] = &[
    "account.read",
    "account.write",
    "catalog.read",
    "servers.read",
    "servers.write",
    "snapshots.read",
    "snapshots.write",
    "operations.read",
    "operations.write",
    "monitoring.read",
    "alerts.read",
    "alerts.write",
    "channels.read",
    "channels.write",
    "notifications.read",
    "notifications.write",
];

const WIDE: &[&str] = &[
    "account.read",
    "account.write",
    "users.read",
    "users.write",
    "catalog.read",
    "catalog.write",
    "servers.read",
    "servers.write",
    "snapshots.read",
    "snapshots.write",
    "operations.read",
    "operations.write",
    "monitoring.read",
    "monitoring.write",
    "alerts.read",
    "alerts.write",
    "audit.read",
    "channels.read",
    "channels.write",
    "notifications.read",
    "notifications.write",
    "nodes.read",
    "nodes.write",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_finds_nothing_of_another_customer_in_lists_and_streams() {
    let server = TestServer::start().await;
    let owner = server.caller("owner@example.org", Role::Customer).await;
    let stranger = server.caller("stranger@example.org", Role::Customer).await;
    let mine = owner.running_server("mine").await;

    let servers = stranger
        .servers()
        .list_servers(v1::ListServersRequest::default())
        .await;
    assert!(servers.expect("a list").into_inner().servers.is_empty());
    let operations = stranger
        .operations()
        .list_operations(v1::ListOperationsRequest::default())
        .await;
    assert!(operations.expect("a list").into_inner().operations.is_empty());

    let request = v1::WatchServersRequest {
        server_ids: vec![mine.id.clone()],
    };
    let mut stream = stranger
        .servers()
        .watch_servers(request)
        .await
        .expect("a stream")
        .into_inner();
    let first = stream
        .message()
        .await
        .expect("a message")
        .expect("a message")
        .event;
    let Some(v1::watch_servers_response::Event::Snapshot(snapshot)) = first else {
        panic!("a stream begins with a snapshot, not {first:?}");
    };
    assert!(snapshot.servers.is_empty() && snapshot.last);

    let request = v1::ListServersRequest {
        owner_id: mine.owner_id.clone(),
        ..Default::default()
    };
    let answer = stranger.servers().list_servers(request).await;
    let status = hostler_tests::failure::refused(answer);
    assert_eq!(status.code(), tonic::Code::PermissionDenied);
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_do_not_see_where_servers_run_and_staff_do() {
    let server = TestServer::start().await;
    let owner = server.caller("owner@example.org", Role::Customer).await;
    let support = server.caller("support@example.org", Role::Support).await;
    let mine = owner.running_server("mine").await;
    assert!(mine.placement.is_none());
    assert!(mine.simulated);
    let seen = support.server(&mine.id).await;
    assert_eq!(seen.placement.expect("a place").hypervisor, "sim");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_token_works_until_it_is_revoked_and_never_beyond_its_owner() {
    let server = TestServer::start().await;
    let owner = server.caller("owner@example.org", Role::Customer).await;
    let request = v1::CreateApiTokenRequest {
        name: "deploy".to_owned(),
        scopes: vec!["servers.read".to_owned()],
        ..Default::default()
    };
    let made = owner
        .auth()
        .create_api_token(request.clone())
        .await
        .expect("a token")
        .into_inner();
    let described = made.api_token.expect("a token");
    assert!(made.secret.starts_with("hst_") && made.secret.starts_with(&described.prefix));
    expect_refusal(
        owner.auth().create_api_token(request).await,
        "ALREADY_EXISTS NAME_TAKEN",
    );

    let program = owner.with_token(&made.secret);
    let list = v1::ListServersRequest::default();
    program
        .servers()
        .list_servers(list.clone())
        .await
        .expect("a list");
    // Its owner is no operator, and cannot make a token that is one.
    let beyond = v1::CreateApiTokenRequest {
        name: "beyond".to_owned(),
        scopes: vec!["users.read".to_owned()],
        ..Default::default()
    };
    let status = expect_refusal(
        owner.auth().create_api_token(beyond).await,
        "INVALID_ARGUMENT INVALID_FIELDS",
    );
    assert_eq!(bad_fields(&status), ["scopes"]);

    let listed = owner
        .auth()
        .list_api_tokens(v1::ListApiTokensRequest::default())
        .await
        .expect("a list");
    assert_eq!(listed.into_inner().api_tokens.len(), 1);
    let request = v1::RevokeApiTokenRequest {
        api_token_id: described.id,
        ..Default::default()
    };
    owner
        .auth()
        .revoke_api_token(request)
        .await
        .expect("a revocation");
    let status = hostler_tests::failure::refused(program.servers().list_servers(list).await);
    assert_eq!(status.code(), tonic::Code::Unauthenticated);
}
