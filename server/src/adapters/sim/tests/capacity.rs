//! Where guests go, and when there is no room.

use super::bench::{Bench, VMID, is_rejected, is_unavailable, new_guest, plan};
use crate::adapters::sim::{Sim, SimSettings};
use crate::domain::guest::Severity;
use crate::domain::resources::GIB;
use crate::ports::hypervisor::{Hypervisor, Rejection};
use std::sync::Arc;
use std::time::Duration;

fn small() -> Bench {
    Bench::with(SimSettings {
        node_disk_bytes: 25 * GIB,
        node_memory_bytes: GIB,
        task_time: Duration::ZERO,
        ..SimSettings::default()
    })
}

#[tokio::test]
async fn guests_spread_over_the_nodes_by_memory() {
    let bench = small();
    let mut nodes = Vec::new();
    for vmid in VMID..VMID + 4 {
        let mut new = new_guest(vmid);
        new.guest.node = bench.sim.choose_node(&new.plan.resources).await.unwrap();
        nodes.push(new.guest.node.clone());
        bench.sim.create(&new).await.unwrap();
    }
    assert_eq!(nodes, ["sim-1", "sim-2", "sim-1", "sim-2"]);
    let none = bench.sim.choose_node(&plan("web").resources).await;
    assert!(is_rejected(&none, Rejection::Storage));
}

#[tokio::test]
async fn a_full_storage_takes_no_guest_and_no_growth() {
    let bench = small();
    let guest = bench.guest().await;
    bench.sim.create(&new_guest(VMID + 1)).await.unwrap();
    let more = bench.sim.create(&new_guest(VMID + 2)).await;
    assert!(is_rejected(&more, Rejection::Storage));
    assert!(is_rejected(
        &bench.sim.grow_disk(&guest, 16 * GIB).await,
        Rejection::Storage
    ));
    assert!(bench.sim.grow_disk(&guest, 15 * GIB).await.unwrap().is_some());
    let findings = bench.sim.check().await;
    let node = findings.iter().find(|finding| finding.subject == "Node sim-1");
    assert_eq!(node.unwrap().severity, Severity::Warning);
}

#[tokio::test]
async fn with_every_node_away_no_node_can_be_chosen() {
    let bench = small();
    bench.control.set_node_online("sim-1", false);
    bench.control.set_node_online("sim-2", false);
    assert!(is_unavailable(
        &bench.sim.choose_node(&plan("web").resources).await
    ));
}

#[tokio::test]
async fn every_node_offers_the_templates() {
    let bench = small();
    let templates = bench.sim.templates().await.unwrap();
    for wanted in [
        "debian-12",
        "debian-13",
        "ubuntu-24.04",
        "alpine",
        "rockylinux-9",
        "fedora",
        "archlinux",
    ] {
        let nodes = templates
            .iter()
            .filter(|template| template.name.starts_with(wanted))
            .count();
        assert_eq!(nodes, 2, "{wanted}");
    }
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let refused = |settings: SimSettings| {
        let clock = Arc::new(crate::adapters::clock::SystemClock);
        assert!(Sim::new(settings, clock).is_err());
    };
    refused(SimSettings {
        nodes: vec![],
        ..SimSettings::default()
    });
    refused(SimSettings {
        nodes: vec!["a".to_owned(), "a".to_owned()],
        ..SimSettings::default()
    });
    refused(SimSettings {
        nodes: vec!["a:b".to_owned()],
        ..SimSettings::default()
    });
    refused(SimSettings {
        vmid_first: 5,
        ..SimSettings::default()
    });
}
