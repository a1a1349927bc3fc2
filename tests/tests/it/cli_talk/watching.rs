//! `hostler stats --watch`, from a shell, over a restart of the server.

use std::net::TcpListener;

use hostler_tests::shell::Shell;
use hostler_tests::test_server::TestServer;
use hostlerd::domain::user::Role;

use super::ALICE;
use crate::people::burn;

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_shown_as_they_change_and_again_after_the_server_was_restarted() {
    // A port that stays the same: a free one, given back.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let mut server = TestServer::builder()
        .config(|config| {
            config.server.listen = address;
            config.monitoring.sweep_seconds = 1;
            config.monitoring.live_seconds = 1;
        })
        .start()
        .await;
    let api = server.caller(ALICE, Role::Customer).await;
    let web = api.running_server("web").await;
    let shell = Shell::at(&server);
    shell.sign_in(ALICE).await;
    let mut watch = shell.follow("stats web --watch");
    burn(&server, &web, 0.97);
    let head = watch.says("NAME").await;
    assert!(head.contains("CPU") && head.contains("AGE"), "{head}");
    let line = watch.says("97.0 %").await;
    assert!(line.contains("web") && line.contains("MiB"), "{line}");
    burn(&server, &web, 0.25);
    watch.says("25.0 %").await;

    server.stop().await;
    watch.remarks("connection lost").await;
    burn(&server, &web, 0.42);
    server.restart().await;
    watch.says("42.0 %").await;
    burn(&server, &web, 0.13);
    let line = watch.says("13.0 %").await;
    assert!(!line.contains("stale"), "{line}");
}
