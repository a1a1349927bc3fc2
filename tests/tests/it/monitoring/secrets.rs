//! What the server was trusted with is found nowhere: not in the most talkative log, and not in the database.

use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::hook_sink::{HookSink, Reply};
use hostler_tests::process::Hostlerd;
use hostler_tests::smtp_sink::SmtpSink;
use hostler_tests::test_server::PASSWORD;
use v1::channel::Target;

use crate::people::{ALICE, SECRET, create_channel, webhook};

const SLACK_END: &str = "slack-token-8Yh2";
const TEAMS_END: &str = "teams-sig-Qx71";
const MAIL_PASSWORD: &str = "mail-password-Zk93";
/// Longer than a test of a channel takes.
const PATIENCE: Duration = Duration::from_secs(25);

async fn test(api: &Api, channel: &v1::Channel) -> v1::Delivery {
    let request = v1::TestChannelRequest {
        channel_id: channel.id.clone(),
        ..Default::default()
    };
    let mut channels = api.channels();
    let answer = tokio::time::timeout(PATIENCE, channels.test_channel(request)).await;
    let answer = answer.expect("an answer in time").expect("a test");
    answer.into_inner().delivery.expect("a delivery")
}

/// In which of the files, and how, a secret is found.
fn found(files: &[std::path::PathBuf]) -> Vec<String> {
    let mut found = Vec::new();
    let texts: Vec<(String, String)> = files
        .iter()
        .map(|file| {
            let bytes = std::fs::read(file).unwrap();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            (file.display().to_string(), text)
        })
        .collect();
    for secret in [SECRET, SLACK_END, TEAMS_END, MAIL_PASSWORD] {
        let escaped = secret.replace(' ', "%20");
        // What SMTP sends, after the name.
        let login = format!("\0hostler\0{secret}");
        let shapes = [
            secret.to_owned(),
            escaped,
            STANDARD.encode(secret),
            URL_SAFE_NO_PAD.encode(secret),
            STANDARD.encode(login),
            format!("{:?}", secret.as_bytes()),
        ];
        for (name, text) in &texts {
            let seen = shapes.iter().filter(|shape| text.contains(shape.as_str()));
            found.extend(seen.map(|shape| format!("{shape} in {name}")));
        }
    }
    found
}

fn files_in(directory: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.is_file()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_in_no_log_and_lie_in_no_file() {
    let credentials = ["--starttls", "--user", "hostler", "--password", MAIL_PASSWORD];
    let Some(mut mail) = SmtpSink::start(&credentials).await.unwrap() else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let ca = directory.path().join("mail-ca.pem");
    std::fs::write(&ca, mail.ca.as_ref().unwrap()).unwrap();
    let log = directory.path().join("hostlerd.log");
    let hostlerd = Hostlerd::new()
        .unwrap()
        .set("HOSTLER_NOTIFICATIONS__OWN_NETWORKS", "[\"127.0.0.0/8\"]")
        .set("HOSTLER_MAIL__TRANSPORT", "smtp")
        .set("HOSTLER_MAIL__SECURITY", "start-tls")
        .set("HOSTLER_MAIL__HOST", "127.0.0.1")
        .set("HOSTLER_MAIL__PORT", &mail.port.to_string())
        .set("HOSTLER_MAIL__CA_FILE", ca.to_str().unwrap())
        .set("HOSTLER_MAIL__FROM", "Hostler <hostler@example.org>")
        .set("HOSTLER_MAIL__USERNAME", "hostler")
        .set("HOSTLER_MAIL__PASSWORD", MAIL_PASSWORD)
        .logging("trace", &log);
    // The first start makes the database.
    hostlerd.start().await.unwrap().0.kill().await.unwrap();
    hostlerd.user_create(ALICE, "customer", PASSWORD).await.unwrap();
    let (server, _) = hostlerd.start().await.unwrap();
    let nobody = Api::connect(&server.url).await;
    let (api, _) = nobody.sign_in(ALICE, PASSWORD).await.unwrap();
    let sink = HookSink::start().await;
    let posted = [
        create_channel(&api, "webhook", webhook(sink.url("/hook"))).await,
        create_channel(
            &api,
            "slack",
            Target::Slack(v1::SlackTarget {
                url: sink.url(&format!("/services/T0/B0/{SLACK_END}")),
                ..Default::default()
            }),
        )
        .await,
        create_channel(
            &api,
            "teams",
            Target::Teams(v1::TeamsTarget {
                url: sink.url(&format!("/workflows/x?sig={TEAMS_END}")),
                ..Default::default()
            }),
        )
        .await,
    ];
    let email = Target::Email(v1::EmailTarget {
        addresses: vec![ALICE.to_owned()],
        ..Default::default()
    });
    let email = create_channel(&api, "mail", email).await;
    for channel in &posted {
        assert_eq!(test(&api, channel).await.state(), v1::DeliveryState::Delivered);
    }
    assert_eq!(test(&api, &email).await.state(), v1::DeliveryState::Delivered);
    assert_eq!(mail.received().await.unwrap().user.as_deref(), Some("hostler"));

    // An answer that says no, and a place where nobody listens.
    sink.reply([Reply::status(503)]);
    test(&api, &posted[1]).await;
    drop(sink);
    for channel in &posted {
        assert_eq!(test(&api, channel).await.state(), v1::DeliveryState::Failed);
    }
    let port = mail.port.to_string();
    mail.stop().await.unwrap();
    test(&api, &email).await;
    let others = [
        "--starttls",
        "--user",
        "hostler",
        "--password",
        "another",
        "--port",
        &port,
    ];
    let stricter = SmtpSink::start(&others).await.unwrap().unwrap();
    assert_eq!(test(&api, &email).await.state(), v1::DeliveryState::Failed);
    drop(stricter);
    server.terminate().unwrap();
    server.ended().await.unwrap();

    let said = std::fs::read(&log).unwrap();
    assert!(
        String::from_utf8_lossy(&said).contains("TRACE"),
        "the log is as talkative as it can be"
    );
    let mut files = files_in(hostlerd.state_dir());
    assert!(files.iter().any(|file| file.ends_with("hostler.db")), "{files:?}");
    files.push(log);
    assert_eq!(found(&files), Vec::<String>::new());
}
