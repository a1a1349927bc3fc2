//! How the real server treats its connections.

use std::sync::Arc;
use std::time::Duration;

use hostler_tests::pve_stub::{Answer, PveStub};
use hostler_tests::wait::wait_for;
use hostlerd::adapters::clock::ManualClock;
use hostlerd::adapters::proxmox::{Proxmox, ProxmoxSettings, TokenSecret};
use hostlerd::domain::guest::TaskRef;
use hostlerd::domain::time::Timestamp;
use hostlerd::ports::hypervisor::{Hypervisor, HypervisorError, Rejection};
use serde_json::json;

use crate::proxmox::support::{clock, marked, row, stub_adapter as adapter, upid};

const LISTING: &str = "GET /cluster/resources";
const NODES: &str = "GET /nodes";

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_is_asked_about_once_in_half_a_minute() {
    let stub = PveStub::start().await.unwrap();
    let clock = Arc::new(ManualClock::new(Timestamp::from_micros(1)));
    let settings = ProxmoxSettings {
        token_secret: TokenSecret::new("wrong"),
        ..stub.settings()
    };
    let pve = Proxmox::new(settings, clock.clone()).unwrap();
    for _ in 0..5 {
        let refused = pve.inventory().await.unwrap_err();
        let HypervisorError::Rejected { reason, text } = &refused else {
            panic!("{refused:?}")
        };
        assert_eq!(*reason, Rejection::Unauthenticated);
        assert!(text.contains("Authentication failed!"), "{text}");
    }
    assert_eq!(stub.requests().len(), 1);
    clock.advance(Duration::from_secs(31));
    assert!(pve.inventory().await.is_err());
    assert_eq!(stub.requests().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_ends_after_a_hundred_requests_and_after_each_failure_without_anybody_noticing() {
    let stub = PveStub::start().await.unwrap();
    stub.on_data(LISTING, &json!([row("running")]));
    let pve = adapter(&stub);
    for _ in 0..250 {
        assert_eq!(pve.inventory().await.unwrap().len(), 1);
    }
    assert_eq!(stub.connections(), 3);
    stub.on_each(
        LISTING,
        [
            Answer::failure(500, "cluster not ready - no quorum?"),
            Answer::data(&json!([])),
        ],
    );
    assert!(matches!(
        pve.inventory().await,
        Err(HypervisorError::Unavailable(_))
    ));
    assert!(pve.inventory().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_never_have_more_than_eight_connections_open() {
    let stub = PveStub::start().await.unwrap();
    let version = Answer::data(&json!({"version": "9.2.11"})).after(Duration::from_millis(5));
    // An answer that fails closes its connection: the next call needs another one.
    let failure = Answer::failure(500, "cluster not ready - no quorum?");
    let nodes = Answer::data(&json!([{"node": "pve1", "status": "online"}]));
    stub.on_each(
        "GET /version",
        std::iter::repeat_n([version.clone(), failure], 100).flatten(),
    );
    stub.on(NODES, nodes);
    let pve = adapter(&stub);
    for _ in 0..3 {
        let all = futures_util::future::join_all((0..64).map(|_| pve.status())).await;
        let available = all.iter().filter(|status| status.available).count();
        assert_eq!(available, 32, "every second call was answered with a failure");
    }
    stub.on("GET /version", version);
    let all = futures_util::future::join_all((0..64).map(|_| pve.status())).await;
    assert!(all.iter().all(|status| status.available));
    assert_eq!(stub.most_open(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_nobody_waits_for_any_more_do_not_keep_connections() {
    let stub = PveStub::start().await.unwrap();
    stub.on_data("GET /version", &json!({"version": "9.2.11"}));
    stub.on(NODES, Answer::data(&json!([])).after(Duration::from_secs(60)));
    let pve = adapter(&stub);
    for round in 1..=4 {
        let silent = futures_util::future::join_all((0..16).map(|_| pve.templates()));
        let arrived = wait_for("the calls to arrive", || async {
            match stub.count(NODES) {
                count if count >= 8 * round => Ok(()),
                count => Err(count.to_string()),
            }
        });
        tokio::select! {
            _ = silent => panic!("it was answered"),
            () = arrived => {}
        }
    }
    stub.on_data(NODES, &json!([{"node": "pve1", "status": "online"}]));
    assert!(pve.status().await.available);
    assert!(stub.most_open() <= 8, "{}", stub.most_open());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_repeated_once_when_the_connection_ends_and_an_order_never() {
    let stub = PveStub::start().await.unwrap();
    let guest = marked(&stub);
    stub.on_each(
        LISTING,
        [Answer::dropped(), Answer::data(&json!([row("running")]))],
    );
    let pve = adapter(&stub);
    assert_eq!(pve.inventory().await.unwrap().len(), 1);
    assert_eq!(stub.count(LISTING), 2);

    stub.on(LISTING, Answer::dropped());
    assert!(matches!(
        pve.inventory().await,
        Err(HypervisorError::Unavailable(_))
    ));
    assert_eq!(stub.count(LISTING), 4);

    let start = "POST /nodes/pve1/lxc/10001/status/start";
    stub.on(start, Answer::dropped());
    assert!(matches!(
        pve.start(&guest.guest).await,
        Err(HypervisorError::Unavailable(_))
    ));
    assert_eq!(stub.count(start), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_may_say_why_in_its_status_line_only() {
    let stub = PveStub::start().await.unwrap();
    let pve = adapter(&stub);
    let table = [
        (596, "Connection timed out"),
        (595, "No route to host"),
        (
            500,
            "can't lock file '/run/lock/lxc/pve-config-10001.lock' - got timeout",
        ),
    ];
    for (status, reason) in table {
        stub.on(LISTING, Answer::reason(status, reason));
        let error = pve.inventory().await.unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
        let later = matches!(error, HypervisorError::Unavailable(_) | HypervisorError::Busy(_));
        assert!(later, "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_has_its_parameters_in_the_address() {
    let stub = PveStub::start().await.unwrap();
    let guest = marked(&stub);
    let delete = "DELETE /nodes/pve1/lxc/10001";
    stub.on_data(delete, &json!(upid("vzdestroy")));
    let pve = adapter(&stub);
    assert_eq!(
        pve.delete(&guest.guest).await.unwrap(),
        Some(TaskRef(upid("vzdestroy")))
    );
    let asked = stub.requests().pop().unwrap();
    assert_eq!(asked.query, "destroy-unreferenced-disks=1&force=1&purge=1");
    assert_eq!(asked.body, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pinned_certificate_is_trusted_and_no_other() {
    let stub = PveStub::start().await.unwrap();
    stub.on_data(LISTING, &json!([]));
    let pinned = ProxmoxSettings {
        ca_pem: None,
        fingerprints: vec!["00".repeat(32), stub.fingerprint.clone()],
        ..stub.settings()
    };
    assert!(Proxmox::new(pinned, clock()).unwrap().inventory().await.is_ok());

    let other = PveStub::start().await.unwrap();
    let before = stub.requests().len();
    for settings in [
        ProxmoxSettings {
            ca_pem: None,
            fingerprints: vec![other.fingerprint.clone()],
            ..stub.settings()
        },
        ProxmoxSettings {
            ca_pem: other.settings().ca_pem,
            ..stub.settings()
        },
    ] {
        let refused = Proxmox::new(settings, clock())
            .unwrap()
            .inventory()
            .await
            .unwrap_err();
        assert!(refused.to_string().contains("certificate"), "{refused}");
    }
    assert_eq!(stub.requests().len(), before, "nothing was said to a stranger");
}
