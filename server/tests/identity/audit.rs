//! The trail of refused and failed calls.

use std::time::Duration;

use hostlerd::domain::audit::{AuditFilter, AuditOutcome};
use hostlerd::engine::error::{Error, Noun};

use crate::rig::{Rig, nobody};

#[tokio::test(flavor = "multi_thread")]
async fn one_failed_call_leaves_one_event() {
    let rig = Rig::new().await;
    let caller = nobody("Servers.DeleteServer");
    rig.audits
        .record_failure(&caller, "server:1", &Error::NotFound(Noun::Server))
        .await;
    rig.audits
        .record_failure(&caller, "", &Error::NotFound(Noun::Server))
        .await;
    let events = rig.audit().await;
    assert_eq!(events.len(), 1);
    assert_eq!(
        (events[0].target.as_str(), events[0].outcome),
        ("server:1", AuditOutcome::Failed)
    );
    assert_eq!(events[0].reason, "SERVER_NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_refused_calls_does_not_fill_the_log() {
    let rig = Rig::new().await;
    let count = || async {
        let mut page = hostlerd::domain::page::PageRequest::first(200);
        let mut count = 0;
        loop {
            let events = rig
                .ports
                .store
                .audit_list(&AuditFilter::default(), page)
                .await
                .unwrap();
            count += events.items.len();
            match events.next {
                Some(next) => page.after = Some(next),
                None => return count,
            }
        }
    };
    for _ in 0..700 {
        rig.audits
            .record_failure(&nobody("Auth.SignIn"), "email:x@example.org", &Error::Stale)
            .await;
    }
    assert_eq!(count().await, 600);
    rig.advance(Duration::from_mins(1));
    rig.audits
        .record_failure(&nobody("Auth.SignIn"), "email:x@example.org", &Error::Stale)
        .await;
    assert_eq!(count().await, 601);
}
