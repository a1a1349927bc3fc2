//! Sweeps of a hypervisor that answers slowly: they are told of, and none begins before the last one has ended.

use std::time::Duration;

use hostler_tests::database::Engine;
use hostler_tests::test_server::TestServer;
use hostler_tests::wait::wait_for;
use hostlerd::adapters::sim::Method;
use hostlerd::domain::user::Role;

use crate::people::{ALICE, page, scrape, stats};

const MISSED: &str = "hostler_sweeps_missed_total{hypervisor=\"sim\"}";
const TOOK: &str = "hostler_hypervisor_sweep_duration_seconds{hypervisor=\"sim\"}";
const GUESTS: &str = "hostler_hypervisor_sweep_guests{hypervisor=\"sim\"}";

/// Waits until `/readyz` says no more or no less than this behind `ready`, and what follows is a time.
async fn readiness(server: &TestServer, beginning: &str, is_good: impl Fn(&str) -> bool) {
    wait_for(beginning, || async {
        let text = page(server, "/readyz").await;
        match text.strip_prefix(beginning) {
            Some(rest) if is_good(rest) => Ok(()),
            _ => Err(text),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_that_is_complete_and_takes_longer_than_its_period_is_missed() {
    let builder = TestServer::builder().config(|config| config.monitoring.sweep_seconds = 1);
    let server = builder.start().await;
    let api = server.caller(ALICE, Role::Customer).await;
    let web = api.running_server("web").await;
    wait_for("figures", || async {
        let seen = stats(&api, &web.id).await;
        seen.sample_time.map(drop).ok_or_else(|| format!("{seen:?}"))
    })
    .await;
    readiness(&server, "ready\n", str::is_empty).await;
    let (before, first) = (
        scrape(&server, MISSED).await,
        stats(&api, &web.id).await.sample_time,
    );
    assert!(before.is_some(), "that none was missed is to be seen");

    server
        .sim()
        .control()
        .set_listing_time(Duration::from_millis(1200));
    wait_for("a missed sweep", || async {
        let missed = scrape(&server, MISSED).await;
        if missed > before {
            Ok(())
        } else {
            Err(format!("{missed:?}"))
        }
    })
    .await;
    assert!(scrape(&server, TOOK).await >= Some(1.2));
    // It was complete all the same.
    assert_eq!(scrape(&server, GUESTS).await, Some(1.0));
    wait_for("figures of a sweep that was missed", || async {
        let seen = stats(&api, &web.id).await.sample_time;
        if seen.map(|time| time.seconds) > first.map(|time| time.seconds) {
            Ok(())
        } else {
            Err(format!("{seen:?}"))
        }
    })
    .await;
    let is_age = |rest: &str| {
        let age = rest.strip_suffix(" s ago\n");
        age.is_some_and(|age| age.parse::<u64>().is_ok())
    };
    let told = "ready\nhypervisor sim: the sweep was missed, the last good one was ";
    readiness(&server, told, is_age).await;

    server.sim().control().set_listing_time(Duration::ZERO);
    readiness(&server, "ready\n", str::is_empty).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_never_sweep_one_cluster_at_the_same_time() {
    if !Engine::available().contains(&Engine::MariaDb) {
        return;
    }
    let builder = TestServer::builder().engine(Engine::MariaDb);
    let mut server = builder
        .config(|config| config.monitoring.sweep_seconds = 1)
        .start()
        .await;
    let control = server.sim().control();
    control.set_listing_time(Duration::from_millis(700));
    let other = server.beside().await;
    let listings = || {
        control
            .calls()
            .get(&Method::Inventory)
            .copied()
            .unwrap_or_default()
    };
    let more = async |count: u32| {
        let before = listings();
        wait_for("more sweeps", || async {
            let seen = listings() - before;
            if seen >= count {
                Ok(())
            } else {
                Err(seen.to_string())
            }
        })
        .await;
    };
    more(3).await;
    assert_eq!(control.most_listings_at_once(), 1);
    // Whoever is left goes on, and not before the one that leaves has ended its own.
    server.stop().await;
    more(2).await;
    assert_eq!(control.most_listings_at_once(), 1);
    other.stop().await;
}
