//! Other people's clients: grpcurl, and one that Python generates from the contract.

use std::path::Path;
use std::process::Stdio;

use hostler_tests::python;
use hostler_tests::required;
use hostler_tests::test_server::{PASSWORD, TestServer};
use hostlerd::config::TlsMode;
use hostlerd::domain::user::Role;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

const ALICE: &str = "alice@example.org";

/// Runs grpcurl; what it printed, or what it complained about.
async fn grpcurl(arguments: &[&str]) -> Option<Result<String, String>> {
    let program = required::program("a test with grpcurl", "HOSTLER_TEST_GRPCURL")?;
    let output = Command::new(program)
        .args(["-max-time", "20"])
        .args(arguments)
        .output()
        .await
        .expect("grpcurl runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some(if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr))
    })
}

fn parsed(text: &str) -> Vec<Value> {
    serde_json::Deserializer::from_str(text)
        .into_iter()
        .collect::<Result<_, _>>()
        .expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn grpcurl_explores_signs_in_and_follows_an_operation() {
    let server = TestServer::start().await;
    server.user(ALICE, Role::Customer).await;
    let address = server.app().address().to_string();
    let Some(listed) = grpcurl(&["-plaintext", &address, "list"]).await else {
        return;
    };
    let listed = listed.expect("a list");
    for service in ["grpc.health.v1.Health", "hostler.v1.Auth", "hostler.v1.Servers"] {
        assert!(
            listed.lines().any(|line| line == service),
            "{service} is missing in {listed}"
        );
    }
    let described = grpcurl(&[
        "-plaintext",
        &address,
        "describe",
        "hostler.v1.Servers.CreateServer",
    ])
    .await;
    let described = described.expect("grpcurl").expect("a description");
    assert!(
        described.contains("Creates a server for the caller"),
        "comments are served: {described}"
    );
    assert!(
        described.contains("servers.write"),
        "policies are served: {described}"
    );

    let credentials = json!({"email": ALICE, "password": PASSWORD}).to_string();
    let signed_in = grpcurl(&[
        "-plaintext",
        "-d",
        &credentials,
        &address,
        "hostler.v1.Auth/SignIn",
    ])
    .await;
    let signed_in = parsed(&signed_in.expect("grpcurl").expect("a session"));
    let token = signed_in[0]["tokens"]["accessToken"].as_str().expect("a token");
    let bearer = format!("authorization: Bearer {token}");
    let call = async |data: Value, method: &str| {
        let arguments = [
            "-plaintext",
            "-H",
            &bearer,
            "-d",
            &data.to_string(),
            &address,
            method,
        ];
        grpcurl(&arguments).await.expect("grpcurl")
    };
    let tariffs = parsed(
        &call(json!({}), "hostler.v1.Catalog/ListTariffs")
            .await
            .expect("tariffs"),
    );
    let systems = parsed(
        &call(json!({}), "hostler.v1.Catalog/ListOperatingSystems")
            .await
            .expect("systems"),
    );
    let order = json!({
        "name": "web",
        "tariff_id": tariffs[0]["tariffs"][0]["id"],
        "operating_system_id": systems[0]["operatingSystems"][0]["id"],
    });
    let made = parsed(
        &call(order, "hostler.v1.Servers/CreateServer")
            .await
            .expect("an order"),
    );
    let operation = json!({"operation_id": made[0]["operation"]["id"]});
    let followed = parsed(
        &call(operation, "hostler.v1.Operations/WatchOperation")
            .await
            .expect("a stream"),
    );
    let last = followed.last().expect("something was said");
    assert_eq!(last["operation"]["state"], "OPERATION_STATE_SUCCEEDED");

    let refused = call(json!({"name": "Not A Name"}), "hostler.v1.Servers/CreateServer")
        .await
        .expect_err("a refusal");
    assert!(
        refused.contains("InvalidArgument") && refused.contains("tariff_id"),
        "{refused}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn grpcurl_trusts_the_self_signed_certificate_when_told_to() {
    let server = TestServer::builder()
        .config(|config| config.tls.mode = TlsMode::SelfSigned)
        .start()
        .await;
    let address = server.app().address().to_string();
    let root = server.state_dir().join("self-signed.pem");
    let Some(listed) = grpcurl(&["-cacert", &root.display().to_string(), &address, "list"]).await else {
        return;
    };
    assert!(listed.expect("a list").contains("hostler.v1.Servers"));
    let untrusted = grpcurl(&[&address, "list"]).await.expect("grpcurl");
    assert!(untrusted.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_python_client_lives_a_servers_life() {
    let Some(interpreter) = python::interpreter() else {
        return;
    };
    let server = TestServer::start().await;
    server.user(ALICE, Role::Customer).await;
    let protos = Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto/proto");
    let mut child = Command::new(interpreter)
        .arg(python::program("grpc_life_cycle.py"))
        .arg(server.app().address().to_string())
        .arg(protos)
        .arg(ALICE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("Python runs");
    let mut input = child.stdin.take().expect("an input");
    input.write_all(PASSWORD.as_bytes()).await.expect("a password");
    drop(input);
    let output = child.wait_with_output().await.expect("an end");
    let (said, complained) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{said}\n{complained}");
    assert_eq!(said.trim(), "life cycle done", "{complained}");
}
