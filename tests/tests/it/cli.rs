//! The real `hostler` program against a running server, as a script meets it: without a terminal.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use hostler_tests::shell::Shell;
use hostler_tests::test_server::{PASSWORD, TestServer};
use hostlerd::domain::user::Role;

const ALICE: &str = "alice@example.org";

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_life_of_a_server_from_the_shell() {
    let server = TestServer::start().await;
    server.user(ALICE, Role::Customer).await;
    let shell = Shell::at(&server);
    shell.sign_in(ALICE).await;
    assert_eq!(shell.json("whoami").await["user"]["email"], ALICE);
    assert!(shell.done("tariffs list").await.contains("nano"));
    assert!(shell.done("systems list").await.contains("Debian"));

    let made = shell
        .run("servers create web-1 --tariff nano --system debian-13")
        .await;
    assert_eq!(made.code, 0, "{made:?}");
    assert!(
        !made.err.contains('\u{1b}') && !made.err.contains('\r'),
        "no progress bar without a terminal: {made:?}"
    );
    let listed = shell.json("servers list").await;
    let id = listed[0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        (&listed[0]["name"], &listed[0]["state"]),
        (&"web-1".into(), &"running".into())
    );
    // By name, by id, and by the beginning of the id.
    for word in ["web-1", &id, id.get(..13).expect("an id")] {
        assert_eq!(
            shell.json(&format!("servers get {word}")).await["id"],
            id.as_str()
        );
    }
    for line in [
        "servers stop web-1",
        "servers start web-1",
        "servers restart web-1",
        "servers resize web-1 --memory 1GiB --cpu 2",
        "servers rename web-1 web-2",
        "servers reset-password web-2",
        "snapshots create web-2 before --description first",
        "snapshots list web-2",
        "snapshots restore web-2 before --start --yes",
        "snapshots delete web-2 before --yes",
        "operations list web-2",
        "sessions list",
        "tokens list",
        "account update --name Alice",
    ] {
        shell.done(line).await;
    }
    let operations = shell.json("operations list").await;
    let operation = operations[0]["id"].as_str().expect("an id");
    shell.done(&format!("operations get {operation}")).await;
    shell.done(&format!("operations wait {operation}")).await;
    shell.done("servers delete web-2 --yes").await;
    assert_eq!(shell.json("servers list").await, serde_json::json!([]));
    assert!(server.sim().control().world().is_empty());
    shell.done("logout").await;
    assert_eq!(shell.run("servers list").await.code, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_in_files_that_only_their_owner_reads() {
    let server = TestServer::start().await;
    server.user(ALICE, Role::Customer).await;
    let shell = Shell::at(&server);
    shell.sign_in(ALICE).await;
    let mut with_tokens = 0;
    for file in files(shell.home()) {
        let mode = std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777;
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(!text.contains(PASSWORD), "{} holds the password", file.display());
        if text.contains("refresh") {
            with_tokens += 1;
            assert_eq!(mode, 0o600, "{}", file.display());
        }
    }
    assert_eq!(with_tokens, 1, "{:?}", files(shell.home()));
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_say_what_to_do_next_and_end_with_their_code() {
    let server = TestServer::start().await;
    server.user(ALICE, Role::Customer).await;
    let shell = Shell::at(&server);
    let arguments = ["login", shell.url(), "--email", ALICE, "--password-stdin"];
    let wrong = shell.run_with(&arguments, &[], "not the password\n").await;
    assert_eq!(wrong.code, 3, "{wrong:?}");
    shell.sign_in(ALICE).await;
    shell
        .done("servers create web --tariff nano --system debian-13")
        .await;
    for (line, code) in [
        ("servers get nothing", 4),
        ("servers create web --tariff nano --system debian-13", 5),
        ("servers create Not_A_Name --tariff nano --system debian-13", 2),
        ("servers create other --tariff nothing --system debian-13", 4),
        ("servers start web", 5),
        ("servers resize web --disk 1GiB", 2),
        // Nobody is there to type the name.
        ("servers delete web", 2),
        ("users list", 3),
        ("servers nonsense", 2),
    ] {
        let said = shell.run(line).await;
        assert_eq!(said.code, code, "{line}: {said:?}");
        assert!(said.out.is_empty(), "{line}: errors leave the results alone");
        assert!(said.err.starts_with("error: "), "{line}: {said:?}");
    }
    let busy = shell.run("servers delete web").await;
    assert!(busy.err.contains("--yes"), "{busy:?}");
    assert_eq!(
        shell.json("servers list").await[0]["name"],
        "web",
        "nothing was deleted"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_calls_with_an_api_token_of_the_environment() {
    let server = TestServer::start().await;
    server.user(ALICE, Role::Customer).await;
    let shell = Shell::at(&server);
    shell.sign_in(ALICE).await;
    let made = shell
        .json("tokens create deploy --scope servers.read,account.read --expires-in 30d")
        .await;
    let secret = made["secret"].as_str().expect("a secret").to_owned();
    assert!(secret.starts_with("hst_"));
    let other = Shell::at(&server);
    let variables = [
        ("HOSTLER_CLI_TOKEN", secret.as_str()),
        ("HOSTLER_CLI_SERVER", other.url()),
    ];
    let listed = other.run_with(&["servers", "list"], &variables, "").await;
    assert_eq!(listed.code, 0, "{listed:?}");
    let beyond = [
        "servers",
        "create",
        "web",
        "--tariff",
        "nano",
        "--system",
        "debian-13",
    ];
    let refused = other.run_with(&beyond, &variables, "").await;
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(!refused.err.contains(&secret));
    shell.done("tokens revoke deploy").await;
    assert_eq!(other.run_with(&["servers", "list"], &variables, "").await.code, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_looks_after_accounts_and_the_catalog() {
    let server = TestServer::start().await;
    server.user("operator@example.org", Role::Operator).await;
    server.user(ALICE, Role::Customer).await;
    let shell = Shell::at(&server);
    shell.sign_in("operator@example.org").await;
    assert_eq!(shell.json("users list").await.as_array().map(Vec::len), Some(2));
    shell.done(&format!("users set-role {ALICE} support")).await;
    assert_eq!(shell.json(&format!("users get {ALICE}")).await["role"], "support");
    shell.done(&format!("users suspend {ALICE}")).await;
    shell.done(&format!("users activate {ALICE}")).await;
    for line in [
        "templates list",
        "pools list",
        "hypervisors list",
        "hypervisors check sim",
        "tariffs list",
    ] {
        assert!(!shell.done(line).await.is_empty(), "{line}");
    }
    let last_to_go = shell.run("users set-role operator@example.org customer").await;
    assert_eq!(last_to_go.code, 2, "{last_to_go:?}");
}
