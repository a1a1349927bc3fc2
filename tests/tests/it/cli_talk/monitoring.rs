//! What `hostler` tells people about alerts, rules, channels and notifications, against a running server.

use hostler_tests::shell::Shell;
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::domain::user::Role;

use super::{ALICE, OPERATOR, signed_in};

/// Somebody with a server that runs, looked at each second.
async fn with_a_server() -> (TestServer, Shell) {
    let builder = TestServer::builder().config(|config| config.monitoring.sweep_seconds = 1);
    let server = builder.start().await;
    let shell = signed_in(&server, ALICE, Role::Customer).await;
    shell
        .done("servers create web --tariff nano --system debian-13")
        .await;
    (server, shell)
}

/// Waits until a command says this.
async fn says(shell: &Shell, line: &str, words: &str) -> String {
    wait_for(words, || async {
        let text = shell.done(line).await;
        if text.contains(words) { Ok(text) } else { Err(text) }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_was_made_is_done_even_when_a_code_is_not_mailed() {
    let server = TestServer::start().await;
    let shell = signed_in(&server, ALICE, Role::Customer).await;
    for name in ["one", "two", "three"] {
        let line = format!("channels create {name} --email night@example.org");
        assert!(!shell.run(&line).await.err.contains("--send-again"));
    }
    // An address gets three codes in a day.
    let said = shell
        .run("channels create four --email night@example.org --email day@example.org")
        .await;
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.starts_with("Created the channel four"), "{said:?}");
    assert!(said.err.contains("no code was mailed there"), "{said:?}");
    assert!(said.err.contains("night@example.org --send-again"), "{said:?}");
    assert_eq!(
        server.mailbox().mails_to("day@example.org").len(),
        1,
        "the other address gets its code all the same"
    );
    let again = shell
        .run("channels confirm four night@example.org --send-again")
        .await;
    assert_eq!(
        again.code, 6,
        "what is asked for and not done has failed: {again:?}"
    );
    let changed = shell
        .run("channels update one --email night@example.org --email ops@example.org")
        .await;
    assert_eq!(changed.code, 0, "{changed:?}");
    let target = shell.json("channels get one").await["target"].clone();
    assert_eq!(target, "night@example.org, ops@example.org");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_rule_leaves_what_it_does_not_name() {
    let server = TestServer::start().await;
    let shell = signed_in(&server, ALICE, Role::Customer).await;
    let thresholds = "--metric cpu --above 90% --clear 80% --for 5m";
    shell
        .done(&format!(
            "rules create hot {thresholds} --clear-for 2m --repeat 1h"
        ))
        .await;
    let before = shell.json("rules get hot").await;
    shell.done("rules update hot --above 95%").await;
    let mut expected = before["condition"].clone();
    expected["threshold"] = 0.95.into();
    let after = shell.json("rules get hot").await;
    assert_eq!(after["condition"], expected);
    for field in ["clear_duration_seconds", "repeat_interval_seconds", "severity"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    shell.done("rules update hot --metric memory").await;
    expected["metric"] = "memory_ratio".into();
    assert_eq!(shell.json("rules get hot").await["condition"], expected);
    let wrong = shell.run("rules update hot --above 70%").await;
    assert_eq!(wrong.code, 2, "{wrong:?}");
    assert!(wrong.err.contains("say --clear as well"), "{wrong:?}");
    shell
        .done("rules update hot --no-clear --for 0s --clear-for 0s --no-repeat")
        .await;
    let bare = shell.json("rules get hot").await;
    assert_eq!(bare["condition"]["clear_threshold"], serde_json::Value::Null);
    assert_eq!(bare["condition"]["duration_seconds"], 0);
    assert_eq!(bare["clear_duration_seconds"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_says_what_it_has_seen_and_what_it_has_not() {
    let (server, shell) = with_a_server().await;
    let line = "rules dry-run --metric cpu --above 0% --since 1h";
    let text = says(&shell, line, "still fires").await;
    assert!(text.contains("LASTED") && text.contains("web"), "{text}");
    let said = shell.run(line).await;
    assert!(
        said.err.starts_with("It would have fired 1 time on 1 server"),
        "{said:?}"
    );
    assert!(
        said.err.contains("web: there is no history before"),
        "an hour was asked for, and there are seconds: {said:?}"
    );
    // The longest that is documented is taken, however long the way.
    shell
        .done("rules dry-run --metric cpu --above 0% --since 30d")
        .await;
    shell.done("stats web --since 731d").await;
    let too_long = shell.run("stats web --since 732d").await;
    assert!(too_long.err.contains("at most 731 d"), "{too_long:?}");
    // A rule that is there, and one that cannot be tried.
    shell.done("rules create hot --metric cpu --above 0%").await;
    assert!(shell.run("rules dry-run hot").await.err.contains("fired 1 time"));
    shell.done("rules create away --down").await;
    let state = shell.run("rules dry-run away").await;
    assert_eq!(state.code, 2, "{state:?}");
    assert!(state.err.contains("not about a metric"), "{state:?}");
    let new = shell.run("rules dry-run new --metric cpu --above 50%").await;
    assert_eq!(new.code, 4, "{new:?}");
    assert!(new.err.contains("leave the name out"), "{new:?}");
    drop(server);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_history_a_dry_run_promises_nothing() {
    let builder = TestServer::builder().config(|config| config.monitoring.sweep_seconds = 3600);
    let server = builder.start().await;
    let shell = signed_in(&server, ALICE, Role::Customer).await;
    let nobody = shell.run("rules dry-run --metric cpu --above 50%").await;
    assert!(nobody.err.contains("There is no server"), "{nobody:?}");
    shell
        .done("servers create web --tariff nano --system debian-13")
        .await;
    let blind = shell.run("rules dry-run --metric network-in --above 1MiB").await;
    assert_eq!(blind.code, 0, "{blind:?}");
    assert!(blind.err.contains("so nothing can be said about it"), "{blind:?}");
    assert!(!blind.err.contains("fired"), "{blind:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_read_what_an_alert_crossed_and_names_in_place_of_ids() {
    let (server, shell) = with_a_server().await;
    shell
        .done("rules create hot --metric cpu --above 0% --on web")
        .await;
    let text = says(&shell, "alerts list", "(over 0 %)").await;
    assert!(text.contains("hot") && text.contains("web"), "{text}");
    let id = shell.json("servers get web").await["id"].clone();
    let id = id.as_str().expect("an id");
    shell.done("alerts silence --rule hot --on web --for 1h").await;
    for line in ["rules list", "alerts silences"] {
        let text = shell.done(line).await;
        assert!(text.contains("web") && !text.contains(id), "{line}: {text}");
    }
    assert_eq!(shell.json("alerts silences").await[0]["server_id"], id);
    let aimless = shell.run("alerts silence --for 1h").await;
    assert!(aimless.err.contains("--rule <RULE>|--on <SERVER>"), "{aimless:?}");
    drop(server);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_says_what_has_happened_and_preferences_are_changed() {
    let server = TestServer::start().await;
    let shell = signed_in(&server, ALICE, Role::Customer).await;
    shell
        .done("servers create web --tariff nano --system debian-13")
        .await;
    let text = says(&shell, "notifications list", "web").await;
    for words in ["new", "server web", "was created and runs"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let id = shell.json("notifications list").await[0]["id"].clone();
    let beginning = &id.as_str().expect("an id")[..18];
    shell.done(&format!("notifications read {beginning}")).await;
    let one = shell.done(&format!("notifications get {beginning}")).await;
    assert!(one.contains("read"), "{one}");

    let line = "notifications preferences server-created alert-fired --email off";
    let changed = shell.json(line).await;
    assert_eq!(changed, shell.json("notifications preferences").await);
    let off = |kind: &str| {
        let all = changed.as_array().expect("a list");
        let found = all.iter().find(|one| one["kind"] == kind).expect("a kind");
        (found["inbox"].clone(), found["email"].clone())
    };
    assert_eq!(off("server_created"), (true.into(), false.into()));
    assert_eq!(off("alert_resolved"), (true.into(), true.into()), "not named");
    let fixed = shell.run("notifications preferences security --email off").await;
    assert_eq!(fixed.code, 2, "{fixed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_is_sent_again_by_the_beginning_of_its_id() {
    let server = TestServer::start().await;
    let shell = signed_in(&server, ALICE, Role::Customer).await;
    shell.done(&format!("channels create mine --email {ALICE}")).await;
    shell.done("channels test mine").await;
    let id = shell.json("deliveries list mine").await[0]["id"].clone();
    let beginning = &id.as_str().expect("an id")[..18];
    let again = shell.json(&format!("deliveries redeliver {beginning}")).await;
    assert_eq!(again["id"], id);
    let unknown = shell.run("deliveries redeliver ffffffff").await;
    assert_eq!(unknown.code, 4, "{unknown:?}");
    assert!(unknown.err.contains("hostler deliveries list"), "{unknown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_not_deleted_unasked() {
    let server = TestServer::start().await;
    let shell = signed_in(&server, OPERATOR, Role::Operator).await;
    shell.done("stats retention --raw 3d").await;
    let before = shell.json("stats retention").await;
    let asked = shell.run("stats retention --raw 36h --hour 800d").await;
    assert_eq!(asked.code, 2, "{asked:?}");
    let words = "samples older than 36 h (kept for 3 d so far); it needs --yes without a terminal";
    assert!(asked.err.contains(words), "{asked:?}");
    assert!(
        !asked.err.contains("of an hour"),
        "longer costs nothing: {asked:?}"
    );
    assert_eq!(shell.json("stats retention").await, before);
    shell.done("stats retention --raw 36h --hour 800d --yes").await;
    assert_eq!(shell.json("stats retention").await["raw"], "129600s");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_says_which_channels_it_tells() {
    let server = TestServer::start().await;
    let shell = signed_in(&server, ALICE, Role::Customer).await;
    shell.done(&format!("channels create mine --email {ALICE}")).await;
    let id = shell.json("channels get mine").await["id"].clone();
    let id = id.as_str().expect("an id");
    assert!(shell.done("channels get mine").await.contains(ALICE));
    let channels = async |shell: &Shell, rule: &str| {
        let text = shell.done(&format!("rules get {rule}")).await;
        let line = text.lines().find(|line| line.starts_with("Channels:"));
        let told = line.and_then(|line| line.split_once(':'));
        told.expect("channels").1.trim().to_owned()
    };
    shell.done("rules create some --down --channel mine").await;
    shell.done("rules create every --down").await;
    assert_eq!(channels(&shell, "some").await, "mine");
    assert_eq!(channels(&shell, "every").await, "all");
    shell.done("channels delete mine --yes").await;
    assert_eq!(channels(&shell, "some").await, format!("(deleted) {id}"));

    let operator = signed_in(&server, OPERATOR, Role::Operator).await;
    let ours = operator.json("rules create ours --down --installation").await["id"].clone();
    let ours = ours.as_str().expect("an id");
    assert_eq!(channels(&operator, ours).await, "all");
    assert_eq!(channels(&shell, ours).await, "-", "customers are not told");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_given_twice_is_remarked() {
    let server = TestServer::start().await;
    let shell = signed_in(&server, ALICE, Role::Customer).await;
    for create in [
        "rules create twice --down".to_owned(),
        format!("channels create twice --email {ALICE}"),
    ] {
        let first = shell.run(&format!("{create} -o json")).await;
        assert_eq!((first.code, first.err.as_str()), (0, ""), "{first:?}");
        let made: serde_json::Value = serde_json::from_str(&first.out).expect("a document");
        let id = made["id"].as_str().expect("an id");
        let second = shell.run(&create).await;
        assert_eq!(second.code, 0, "the server allows it: {second:?}");
        assert!(
            second.err.contains(&format!("called \"twice\": {id}.")),
            "{second:?}"
        );
    }
    shell.done("rules create once --down").await;
    let renamed = shell.run("rules update once --name twice").await;
    assert!(
        renamed.err.contains("There are 2 other rules called"),
        "{renamed:?}"
    );
}
