//! What `hostler` tells people beside its results, against a running server: prices, hints, what it replaced.

mod monitoring;
mod nodes;
mod watching;

use hostler_tests::shell::Shell;
use hostler_tests::test_server::{PASSWORD, TestServer};
use hostlerd::domain::user::Role;

const ALICE: &str = "alice@example.org";
const OPERATOR: &str = "operator@example.org";

async fn signed_in(server: &TestServer, email: &str, role: Role) -> Shell {
    server.user(email, role).await;
    let shell = Shell::at(server);
    shell.sign_in(email).await;
    shell
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resize_says_the_price_that_the_server_then_asks_and_a_cheaper_choice() {
    let server = TestServer::start().await;
    let shell = signed_in(&server, ALICE, Role::Customer).await;
    shell
        .done("servers create web --tariff nano --system debian-13")
        .await;
    let resized = shell.run("servers resize web --cpu 2 --memory 4GiB").await;
    assert_eq!(resized.code, 0, "nobody to ask: it goes on: {resized:?}");
    for text in [
        "The price of a month changes from 2.90 EUR to 23.20 EUR.",
        "for 12.90 EUR: hostler servers resize web --tariff \"medium\"",
    ] {
        assert!(resized.err.contains(text), "{text}: {resized:?}");
    }
    assert_eq!(shell.json("servers get web").await["price_minor"], 2320);
    let to_medium = shell.run("servers resize web --tariff medium").await;
    assert!(
        to_medium.err.contains("from 23.20 EUR to 12.90 EUR"),
        "{to_medium:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn people_read_names_and_whole_times_and_programs_ids() {
    let server = TestServer::start().await;
    let shell = signed_in(&server, ALICE, Role::Customer).await;
    shell
        .done("servers create web --tariff nano --system debian-13")
        .await;
    let text = shell.done("servers get web").await;
    for words in ["nano", "Debian 13", " UTC"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let tariff = shell.json("tariffs get nano").await;
    assert_eq!(shell.json("servers get web").await["tariff_id"], tariff["id"]);
    let cut = shell.run("operations list --limit 0").await;
    assert!(cut.err.starts_with("more: "), "{cut:?}");
    let whole = shell.run("servers list --limit 1").await;
    assert!(whole.err.is_empty(), "all are shown: {whole:?}");
    let unsure = shell.run("servers delete web").await;
    assert!(
        unsure.err.contains("needs --yes without a terminal"),
        "{unsure:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restore_it_says_that_the_server_is_stopped() {
    let server = TestServer::start().await;
    let shell = signed_in(&server, ALICE, Role::Customer).await;
    shell
        .done("servers create web --tariff nano --system debian-13")
        .await;
    shell.done("snapshots create web before").await;
    let restored = shell.run("snapshots restore web before --yes").await;
    assert!(restored.err.contains("hostler servers start web"), "{restored:?}");
    let started = shell.run("snapshots restore web before --start --yes").await;
    assert!(!started.err.contains("stopped"), "{started:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalog_is_changed_and_retired_from_the_shell() {
    let server = TestServer::start().await;
    let shell = signed_in(&server, OPERATOR, Role::Operator).await;
    shell
        .done("servers create web --tariff nano --system debian-13")
        .await;
    let in_use = shell.run("systems delete debian-13 --yes").await;
    assert_eq!(in_use.code, 5, "{in_use:?}");
    assert!(in_use.err.contains("hostler systems update"), "{in_use:?}");
    shell
        .done("systems update debian-13 --retire --min-memory 256MiB --nesting")
        .await;
    let system = shell.json("systems get debian-13").await;
    assert_eq!(
        (&system["state"], &system["min_memory_bytes"], &system["nesting"]),
        (&"retired".into(), &(256 << 20).into(), &true.into())
    );
    shell
        .done("systems update debian-13 --activate --no-nesting")
        .await;
    let system = shell.json("systems get debian-13").await;
    assert_eq!(
        (&system["state"], &system["nesting"]),
        (&"active".into(), &false.into())
    );
    let pool = shell.json("pools list").await[0]["name"]
        .as_str()
        .expect("a pool")
        .to_owned();
    shell
        .done(&format!(
            "pools update {pool} --name renamed --nameserver 192.0.2.53"
        ))
        .await;
    let renamed = shell.json("pools get renamed").await;
    assert_eq!(renamed["nameservers"], serde_json::json!(["192.0.2.53"]));
    shell.done("pools update renamed --nameserver=").await;
    let renamed = shell.json("pools get renamed").await;
    assert_eq!(renamed["nameservers"], serde_json::json!([]));
    assert_eq!(
        shell.run("pools update renamed").await.code,
        2,
        "nothing to change"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tariff_has_snapshots_unless_told_otherwise_and_without_them_the_way_out_is_said() {
    let server = TestServer::start().await;
    let shell = signed_in(&server, OPERATOR, Role::Operator).await;
    let sizes = "--cpu 1 --memory 1GiB --disk 20GiB --price 4.90 --currency EUR";
    let made = shell.json(&format!("tariffs create plain {sizes}")).await;
    assert_eq!(made["snapshot_limit"], 3);
    shell
        .done(&format!("tariffs create bare {sizes} --snapshots 0"))
        .await;
    shell
        .done("servers create web --tariff bare --system debian-13")
        .await;
    let refused = shell.run("snapshots create web before").await;
    assert_eq!(refused.code, 5, "{refused:?}");
    assert!(refused.err.contains("resize the server"), "{refused:?}");
    assert!(!refused.err.contains("delete"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_login_ends_the_session_of_the_first() {
    let server = TestServer::start().await;
    let shell = signed_in(&server, ALICE, Role::Customer).await;
    shell.sign_in(ALICE).await;
    let sessions = shell.json("sessions list").await;
    assert_eq!(sessions.as_array().map(Vec::len), Some(1), "{sessions}");
}

#[tokio::test(flavor = "multi_thread")]
async fn login_says_when_it_takes_the_profile_from_another_server() {
    let (one, two) = (TestServer::start().await, TestServer::start().await);
    let shell = signed_in(&one, ALICE, Role::Customer).await;
    two.user(ALICE, Role::Customer).await;
    let url = two.url();
    let arguments = ["login", &url, "--email", ALICE, "--password-stdin"];
    let said = shell.run_with(&arguments, &[], &format!("{PASSWORD}\n")).await;
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.err.contains(&format!("named {} before", one.url())),
        "{said:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sign_up_keeps_the_server_for_the_commands_that_follow() {
    let server = TestServer::start().await;
    let shell = Shell::at(&server);
    let arguments = [
        "account",
        "sign-up",
        ALICE,
        "--server",
        shell.url(),
        "--password-stdin",
    ];
    let input = format!("{PASSWORD}\n");
    let said = shell.run_with(&arguments, &[], &input).await;
    assert_eq!(said.code, 0, "{said:?}");
    let arguments = ["account", "verify-email", "--secrets-stdin"];
    let wrong = shell.run_with(&arguments, &[], "no-such-token\n").await;
    assert!(!wrong.err.contains("names no server"), "{wrong:?}");
    let arguments = ["login", "--email", ALICE, "--password-stdin"];
    let unverified = shell.run_with(&arguments, &[], &input).await;
    assert_eq!(unverified.code, 3, "{unverified:?}");
    assert!(
        unverified.err.contains("hostler account verify-email"),
        "{unverified:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_token_without_a_scope_is_told_which() {
    let server = TestServer::start().await;
    let shell = signed_in(&server, ALICE, Role::Customer).await;
    let made = shell.json("tokens create deploy --scope servers.read").await;
    let secret = made["secret"].as_str().expect("a secret");
    let variables = [("HOSTLER_CLI_TOKEN", secret)];
    let refused = shell.run_with(&["tariffs", "list"], &variables, "").await;
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(refused.err.contains("--scope catalog.read"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_server_addressed_by_https_is_told_apart_from_a_dead_one() {
    let server = TestServer::start().await;
    let shell = Shell::at(&server);
    let secure = shell.url().replace("http://", "https://");
    let arguments = ["login", &secure, "--email", ALICE, "--password-stdin"];
    let said = shell.run_with(&arguments, &[], "anything\n").await;
    assert_eq!(said.code, 6, "{said:?}");
    assert!(said.err.contains("write http://"), "{said:?}");
}
