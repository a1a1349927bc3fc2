//! The program itself, as people and service managers run it.

use std::path::Path;
use std::process::{Output, Stdio};

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::server::{TOKEN, TestServer};
use crate::wait::until;

fn program(state: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hostler-agent"));
    command
        .env_clear()
        .args(["--config", "/dev/null", "--state-dir"])
        .arg(state)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

async fn health(state: &Path) -> Output {
    program(state).arg("health").output().await.unwrap()
}

#[tokio::test]
async fn a_machine_is_enrolled_watched_and_stopped_by_its_program() {
    let mut server = TestServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");

    let before = health(&state).await;
    assert!(!before.status.success());
    assert!(text(&before.stderr).contains("does not run"), "{before:?}");

    let url = server.url();
    let mut enrolling = program(&state)
        .args(["enrol", "--server", &url, "--token-stdin"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = enrolling.stdin.take().unwrap();
    stdin.write_all(format!("{TOKEN}\n").as_bytes()).await.unwrap();
    drop(stdin);
    let enrolled = enrolling.wait_with_output().await.unwrap();
    assert!(enrolled.status.success(), "{enrolled:?}");
    assert!(text(&enrolled.stdout).contains("enrolled as one"), "{enrolled:?}");

    let running = program(&state).arg("run").spawn().unwrap();
    let mut session = server.welcomed().await;
    let sample = session.store(1).await.remove(0);
    assert!(sample.memory_limit_bytes.is_some(), "{sample:?}");
    let status = || std::fs::read_to_string(state.join("status.json")).unwrap_or_default();
    until("the status", status, |status| status.contains("attached")).await;
    let meanwhile = health(&state).await;
    assert!(meanwhile.status.success(), "{meanwhile:?}");
    assert!(text(&meanwhile.stdout).contains("attached to"), "{meanwhile:?}");

    let id = running.id().unwrap().to_string();
    let asked = Command::new("kill").arg(id).status().await.unwrap();
    assert!(asked.success());
    session.end().await;
    drop(session);
    let stopped = running.wait_with_output().await.unwrap();
    assert!(stopped.status.success(), "{stopped:?}");
}

#[tokio::test]
async fn a_program_without_a_token_says_where_to_put_it() {
    let folder = tempfile::tempdir().unwrap();
    let output = program(folder.path())
        .args(["enrol", "--server", "http://127.0.0.1:9"])
        .output()
        .await
        .unwrap();
    assert!(!output.status.success());
    assert!(text(&output.stderr).contains("--token-stdin"), "{output:?}");
}

#[tokio::test]
async fn an_unknown_key_or_grant_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in [
        ("HOSTLER_AGENT__SERVER__ULR", "https://hostler.example"),
        ("HOSTLER_AGENT__GRANTS", r#"["containers.everything"]"#),
    ] {
        let output = program(folder.path())
            .arg("config")
            .env(name, value)
            .output()
            .await
            .unwrap();
        assert!(!output.status.success(), "{name}");
        assert!(text(&output.stderr).contains(name), "{output:?}");
    }
}

#[tokio::test]
async fn plain_text_goes_nowhere_but_to_loopback() {
    let folder = tempfile::tempdir().unwrap();
    let output = program(folder.path())
        .args(["enrol", "--server", "http://hostler.example:8600"])
        .env("HOSTLER_AGENT__TOKEN", TOKEN)
        .output()
        .await
        .unwrap();
    assert!(!output.status.success());
    assert!(text(&output.stderr).contains("https"), "{output:?}");
}
