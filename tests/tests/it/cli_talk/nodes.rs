//! What `hostler` tells people about nodes, against a running server.

use hostler_proto::v1;
use hostler_proto::v1::attach_request::Message;
use hostler_tests::scripted_agent::{ScriptedAgent, key};
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::adapters::clock::SystemClock;
use hostlerd::domain::user::Role;
use hostlerd::ports::clock::Clock as _;
use serde_json::Value;

use super::{OPERATOR, signed_in};

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_is_enrolled_watched_renamed_cut_off_and_deleted() {
    let server = TestServer::start().await;
    let shell = signed_in(&server, OPERATOR, Role::Operator).await;
    let said = shell
        .run("nodes enrol --name db-1 --label site=berlin --label old=yes")
        .await;
    assert!(said.err.contains("--token-stdin"), "{said:?}");
    let token = said
        .out
        .lines()
        .find_map(|line| line.strip_prefix("Enrolment token: "))
        .unwrap_or_else(|| panic!("no token: {said:?}"));
    let api = server.nobody().await;
    let agent = ScriptedAgent::enrol(&api, token, &key('a')).await.unwrap();
    assert!(shell.done("nodes enrolments").await.contains("used"));
    let listed = shell.done("nodes list").await;
    assert!(listed.contains("db-1") && listed.contains("new"), "{listed}");

    let session = agent.attach().await.unwrap();
    let sample = v1::NodeSample {
        sequence: 1,
        time: Some(prost_types::Timestamp {
            seconds: SystemClock.now().as_seconds(),
            nanos: 0,
        }),
        cpu_ratio: Some(0.25),
        core_ratios: vec![0.5, 0.0],
        ..Default::default()
    };
    let samples = vec![sample];
    session.say(Message::Samples(v1::NodeSamples { samples })).await;
    let processes = v1::NodeProcesses {
        time: Some(prost_types::Timestamp::default()),
        processes: vec![v1::NodeProcess {
            pid: 7,
            name: "postgres".to_owned(),
            user: "postgres".to_owned(),
            cpu_cores: Some(0.4),
            memory_bytes: 1 << 20,
        }],
    };
    session.say(Message::Processes(processes)).await;
    let full = wait_for("the figures of a node", || async {
        let text = shell.done("nodes stats db-1").await;
        if text.contains("postgres") {
            Ok(text)
        } else {
            Err(text)
        }
    })
    .await;
    assert!(
        full.contains("25.0 %") && full.contains("Cores: 50 %, 0 %"),
        "{full}"
    );
    let brief = shell.done("nodes stats").await;
    assert!(brief.contains("db-1") && !brief.contains("postgres"), "{brief}");
    let json: Value = serde_json::from_str(&shell.done("nodes stats db-1 -o json").await).unwrap();
    assert_eq!(json["processes"][0]["name"], "postgres");
    assert_eq!(json["cpu_ratio"], 0.25);
    let history = wait_for("the history of a node", || async {
        let text = shell.done("nodes stats db-1 --since 1h").await;
        if text.contains("25.0 %") {
            Ok(text)
        } else {
            Err(text)
        }
    })
    .await;
    assert!(history.contains("FULLEST DISK"), "{history}");

    shell
        .done("nodes update db-1 --name db-2 --label site=potsdam --no-label old")
        .await;
    let node = shell.done("nodes get db-2").await;
    assert!(
        node.contains("site=potsdam") && !node.contains("old=yes"),
        "{node}"
    );
    assert!(node.contains("online") && node.contains("Debian"), "{node}");

    let asked = shell.run("nodes revoke db-2").await;
    assert_ne!(asked.code, 0, "it asks, and there is nobody to answer: {asked:?}");
    let revoked = shell.done("nodes revoke db-2 --yes").await;
    assert!(revoked.contains("nodes enrol --node db-2"), "{revoked}");
    let events = shell.done("nodes events db-2").await;
    for kind in ["enrolled", "online", "revoked"] {
        assert!(events.contains(kind), "{events}");
    }
    shell.done("nodes enrol --node db-2 --ttl 10m").await;
    let tokens: Value = serde_json::from_str(&shell.done("nodes enrolments -o json").await).unwrap();
    let id = tokens[0]["id"].as_str().unwrap();
    shell.done(&format!("nodes withdraw {id}")).await;
    assert!(shell.done("nodes enrolments").await.contains("revoked"));
    shell.done("nodes delete db-2 --yes").await;
    let gone = shell.run("nodes get db-2").await;
    assert!(gone.err.contains("hostler nodes list"), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn containers_are_listed_and_shown_and_why_there_are_none_is_said() {
    let server = TestServer::start().await;
    let shell = signed_in(&server, OPERATOR, Role::Operator).await;
    let operator = server.caller("second@example.org", Role::Operator).await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let session = agent.attach().await.unwrap();
    let nothing = shell.run("containers list n1.example").await;
    assert!(
        nothing.err.contains("does not grant containers.read"),
        "{nothing:?}"
    );

    let mut web = v1::Container {
        id: "0af9".repeat(16),
        name: "web".to_owned(),
        image: "nginx:1.27".to_owned(),
        ..Default::default()
    };
    web.set_state(v1::ContainerState::Running);
    let report = v1::ContainersReport {
        engine: Some(v1::ContainerEngine {
            name: "podman".to_owned(),
            version: "4.3.1".to_owned(),
        }),
        reset: true,
        containers: vec![web],
        ..Default::default()
    };
    session.say(Message::Containers(report)).await;
    let listed = wait_for("a list of containers", || async {
        let text = shell.done("containers list").await;
        if text.contains("nginx:1.27") {
            Ok(text)
        } else {
            Err(text)
        }
    })
    .await;
    assert!(
        listed.contains("n1.example") && listed.contains("running"),
        "{listed}"
    );
    let one = shell.done("containers get n1.example 0af9").await;
    assert!(one.contains("podman 4.3.1"), "{one}");
    let json = shell.json("containers list --running").await;
    assert_eq!(json[0]["name"], "web");
    let unknown = shell.run("containers get n1.example db").await;
    assert!(unknown.err.contains("hostler containers list"), "{unknown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_about_nodes_are_made_tried_and_told_with_their_names() {
    let server = TestServer::builder()
        .config(|config| config.agents.sample_seconds = 1)
        .start()
        .await;
    let shell = signed_in(&server, OPERATOR, Role::Operator).await;
    let operator = server.sign_in(OPERATOR).await;
    let agent = ScriptedAgent::join(&operator, &key('a')).await;
    let session = agent.attach().await.unwrap();
    let mut container = v1::Container {
        id: "a".repeat(64),
        name: "shop-db".to_owned(),
        exit_code: Some(1),
        ..Default::default()
    };
    container.set_state(v1::ContainerState::Exited);
    session
        .say(Message::Containers(v1::ContainersReport {
            engine: Some(v1::ContainerEngine::default()),
            reset: true,
            containers: vec![container],
            ..Default::default()
        }))
        .await;

    shell.done("rules create away --offline --for 2m").await;
    let away = shell.json("rules get away").await;
    assert_eq!(
        (&away["installation"], &away["subjects"]),
        (&Value::Bool(true), &Value::from("nodes")),
        "{away}"
    );
    shell
        .done("rules create crash --crashed --containers shop-* --node n1.example")
        .await;
    let rules = shell.done("rules list").await;
    for words in [
        "node offline, for 2 min",
        "all nodes",
        "containers shop-* on n1.example",
    ] {
        assert!(rules.contains(words), "{words}: {rules}");
    }
    wait_for("an alert", || async {
        let listed = shell.done("alerts list --node n1.example").await;
        if listed.contains("shop-db (n1.example)") && listed.contains("failed") {
            Ok(())
        } else {
            Err(listed)
        }
    })
    .await;
    shell.done("alerts silence --node n1.example --for 1h").await;
    assert!(shell.done("alerts silences").await.contains("n1.example"));

    shell
        .done("rules update away --full-within 24h --all-nodes")
        .await;
    let forecast = shell.json("rules get away").await;
    assert_eq!(forecast["condition"]["within_seconds"], 86_400);
    let blind = shell
        .run("rules dry-run --metric temperature --above 80 --node n1.example")
        .await;
    assert!(blind.err.contains("n1.example: there is no history"), "{blind:?}");
    let wrong = shell.run("rules create x --metric swap --above 50%").await;
    assert!(wrong.err.contains("must be one that servers have"), "{wrong:?}");
}
