//! What the adapter tells of a cluster as a whole.

use hostler_tests::guests::TEMPLATE;
use hostlerd::adapters::proxmox::{Proxmox, ProxmoxSettings};
use hostlerd::domain::guest::Severity;
use hostlerd::ports::hypervisor::{Hypervisor, HypervisorError};
use serde_json::json;

use crate::proxmox::support::{adapter, clock, created, fake};

#[tokio::test(flavor = "multi_thread")]
async fn the_check_of_a_good_set_up_finds_nothing_wrong() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let findings = adapter(&fake).check().await;
    let errors: Vec<_> = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    for subject in [
        "Connection and token",
        "Version",
        "Nodes",
        "Quorum",
        "Token privileges",
        "Templates on pve1",
    ] {
        let good = findings
            .iter()
            .any(|finding| finding.subject == subject && finding.severity == Severity::Ok);
        assert!(good, "{subject}: {findings:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_says_what_is_wrong_and_what_to_do() {
    let Some(fake) = fake(json!({"time_scale": 0, "version": "7.4.1"})).await else {
        return;
    };
    let settings = ProxmoxSettings {
        rootfs_storage: "local-lvm".to_owned(),
        bridge: "vmbr9".to_owned(),
        vmid_last: 10_010,
        ..fake.settings()
    };
    fake.call("lose_quorum", json!([])).await.unwrap();
    let findings = Proxmox::new(settings, clock()).unwrap().check().await;
    for subject in ["Version", "Token privileges", "Vmid range"] {
        let wrong = findings.iter().any(|finding| {
            finding.subject == subject && finding.severity != Severity::Ok && !finding.advice.is_empty()
        });
        assert!(wrong, "{subject}: {findings:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_and_status_are_told() {
    let Some(fake) = fake(json!({"time_scale": 0, "nodes": ["pve2"]})).await else {
        return;
    };
    let pve = adapter(&fake);
    let templates = pve.templates().await.unwrap();
    assert!(
        templates
            .iter()
            .any(|template| template.name == TEMPLATE && template.node == "pve2"),
        "{templates:?}"
    );
    assert!(
        templates
            .iter()
            .all(|template| template.volume_id.starts_with("local:vztmpl/"))
    );
    let status = pve.status().await;
    assert!(status.available && !status.simulated);
    assert_eq!((status.version.as_str(), status.nodes.len()), ("9.2.11", 2));
    assert_eq!(pve.vmid_range(), (10_000, 19_999));
}

#[tokio::test(flavor = "multi_thread")]
async fn listings_asked_for_together_are_one_call() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let pve = adapter(&fake);
    created(&pve, 10_001).await;
    let count = |requests: Vec<(String, String, String)>| {
        requests
            .into_iter()
            .filter(|(_, path, _)| path == "/cluster/resources")
            .count()
    };
    let before = count(fake.requests().await.unwrap());
    let all = futures_util::future::join_all((0..50).map(|_| pve.inventory())).await;
    assert!(all.into_iter().all(|listing| listing.unwrap().len() == 1));
    let asked = count(fake.requests().await.unwrap()) - before;
    assert!(asked <= 3, "{asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_certificate_ends_it_before_the_token() {
    let Some(fake) = fake(json!({"time_scale": 0})).await else {
        return;
    };
    let settings = ProxmoxSettings {
        ca_pem: None,
        fingerprints: vec!["AB".repeat(32)],
        ..fake.settings()
    };
    let pve = Proxmox::new(settings, clock()).unwrap();
    let refused = pve.inventory().await;
    assert!(
        matches!(refused, Err(HypervisorError::Unavailable(_))),
        "{refused:?}"
    );
    assert!(fake.requests().await.unwrap().is_empty());
}
