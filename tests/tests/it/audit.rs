//! The audit log, as operators read it.

use hostler_proto::v1;
use hostler_tests::api::Api;
use hostler_tests::failure::expect_refusal;
use hostler_tests::test_server::{PASSWORD, TestServer};
use hostlerd::domain::user::Role;

type Filter = v1::ListAuditEventsRequest;

async fn list(api: &Api, filter: Filter) -> Vec<v1::AuditEvent> {
    let answer = api.audit().list_audit_events(filter).await;
    answer.expect("events").into_inner().audit_events
}

/// `action outcome reason` of each event, newest first.
fn lines(events: &[v1::AuditEvent]) -> Vec<String> {
    let line = |event: &v1::AuditEvent| {
        let outcome = event.outcome().as_str_name().trim_start_matches("AUDIT_OUTCOME_");
        format!("{} {outcome} {}", event.action, event.reason)
            .trim()
            .to_owned()
    };
    events.iter().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_finds_who_did_what_by_every_filter() {
    let server = TestServer::start().await;
    let operator = server.caller("operator@example.org", Role::Operator).await;
    let alice = server.caller("alice@example.org", Role::Customer).await;
    let me = alice
        .users()
        .get_me(v1::GetMeRequest {})
        .await
        .expect("an account");
    let alice_id = me.into_inner().user.expect("an account").id;
    let made = alice.running_server("web").await;
    let wrong = v1::DeleteServerRequest {
        server_id: made.id.clone(),
        etag: "stale".to_owned(),
        ..Default::default()
    };
    expect_refusal(
        alice.servers().delete_server(wrong).await,
        "ABORTED ETAG_MISMATCH",
    );
    let guess = server
        .nobody()
        .await
        .sign_in("alice@example.org", "not the password")
        .await;
    assert!(guess.is_err());

    let by_user = Filter {
        user_id: alice_id.clone(),
        ..Filter::default()
    };
    assert_eq!(
        lines(&list(&operator, by_user.clone()).await),
        [
            "Servers.DeleteServer FAILED ETAG_MISMATCH",
            "Servers.CreateServer DONE",
            "Auth.SignIn DONE"
        ]
    );
    let target = Filter {
        target: format!("server:{}", made.id),
        ..Filter::default()
    };
    let on_server = list(&operator, target).await;
    assert_eq!(lines(&on_server), ["Servers.CreateServer DONE"]);
    let [created] = &on_server[..] else {
        panic!("{on_server:?}")
    };
    assert_eq!(
        (created.user_id.as_str(), created.address.as_str()),
        (alice_id.as_str(), "127.0.0.1")
    );
    assert!(created.credential.starts_with("session:"), "{created:?}");

    let refused = Filter {
        action: "Auth.SignIn".to_owned(),
        outcome: v1::AuditOutcome::Refused.into(),
        ..Filter::default()
    };
    let refused = list(&operator, refused).await;
    assert_eq!(lines(&refused), ["Auth.SignIn REFUSED BAD_CREDENTIALS"]);
    assert_eq!(
        (refused[0].user_id.as_str(), refused[0].target.as_str()),
        ("", format!("user:{alice_id}").as_str())
    );

    let moment = created.create_time;
    let before = Filter {
        end_time: moment,
        ..by_user.clone()
    };
    assert_eq!(lines(&list(&operator, before).await), ["Auth.SignIn DONE"]);
    let after = Filter {
        start_time: moment,
        ..by_user
    };
    assert_eq!(list(&operator, after).await.len(), 2, "the sign-in came before");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_read_page_by_page_without_gaps_or_repetitions() {
    let server = TestServer::start().await;
    let operator = server.caller("operator@example.org", Role::Operator).await;
    for name in ["a", "b", "c", "d", "e"] {
        server.user(&format!("{name}@example.org"), Role::Customer).await;
    }
    let all = list(&operator, Filter::default()).await;
    let mut filter = Filter {
        page_size: 2,
        ..Filter::default()
    };
    let mut seen = Vec::new();
    loop {
        let answer = operator.audit().list_audit_events(filter.clone()).await;
        let page = answer.expect("a page").into_inner();
        assert!(page.audit_events.len() <= 2);
        seen.extend(page.audit_events);
        if page.next_page_token.is_empty() {
            break;
        }
        filter.page_token = page.next_page_token;
    }
    assert!(
        seen.len() >= 7,
        "five accounts, the operator's, and a sign-in: {seen:?}"
    );
    assert_eq!(seen, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_and_tokens_are_not_in_the_log() {
    let server = TestServer::start().await;
    let operator = server.caller("operator@example.org", Role::Operator).await;
    let request = v1::CreateApiTokenRequest {
        name: "reader".to_owned(),
        scopes: vec!["audit.read".to_owned()],
        ..Default::default()
    };
    let made = operator
        .auth()
        .create_api_token(request)
        .await
        .expect("a token")
        .into_inner();
    let reader = operator.with_token(&made.secret);
    let events = list(&reader, Filter::default()).await;
    let text = format!("{events:?}");
    assert!(
        text.contains("Auth.CreateApiToken") && text.contains("Auth.SignIn"),
        "{text}"
    );
    assert!(!text.contains(&made.secret) && !text.contains(PASSWORD), "{text}");
}
