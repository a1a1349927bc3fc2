//! Guests consume, plausibly.

use std::time::Duration;

use super::bench::{Bench, VMID, new_guest};
use crate::domain::guest::GuestUsage;
use crate::ports::hypervisor::Hypervisor;

#[tokio::test]
async fn a_stopped_guest_has_no_figures() {
    let bench = Bench::instant();
    let guest = bench.guest().await;
    assert_eq!(bench.look(&guest).await.usage, GuestUsage::default());
}

#[tokio::test]
async fn figures_stay_within_what_the_guest_has_and_counters_never_fall() {
    let bench = Bench::instant();
    let guest = bench.running_guest().await;
    let mut before = bench.look(&guest).await.usage;
    let mut ratios = Vec::new();
    for _ in 0..2000 {
        bench.pass(7);
        let seen = bench.look(&guest).await;
        let usage = seen.usage;
        let cpu_ratio = usage.cpu_ratio.unwrap();
        assert!((0.0..=1.0).contains(&cpu_ratio));
        assert!((1..=seen.resources.memory_bytes).contains(&usage.memory_bytes.unwrap()));
        assert!((1..=seen.resources.disk_bytes).contains(&usage.disk_bytes.unwrap()));
        assert!(usage.network_in_bytes > before.network_in_bytes);
        assert!(usage.network_out_bytes > before.network_out_bytes);
        assert!(usage.disk_read_bytes > before.disk_read_bytes);
        assert!(usage.disk_write_bytes > before.disk_write_bytes);
        ratios.push(cpu_ratio);
        before = usage;
    }
    assert_eq!(before.uptime, Some(Duration::from_secs(2000 * 7 + 1)));
    let highest = ratios.iter().copied().fold(0.0, f64::max);
    let lowest = ratios.iter().copied().fold(1.0, f64::min);
    assert!(highest > lowest * 1.5, "the load varies: {lowest} to {highest}");
}

#[tokio::test]
async fn counters_begin_anew_with_a_restart() {
    let bench = Bench::instant();
    let guest = bench.running_guest().await;
    bench.pass(3600);
    let before = bench.look(&guest).await.usage;
    bench.sim.restart(&guest, Duration::from_mins(1)).await.unwrap();
    let after = bench.look(&guest).await.usage;
    assert_eq!(after.uptime, Some(Duration::ZERO));
    assert!(after.network_in_bytes < before.network_in_bytes);
    assert_eq!(after.disk_bytes, before.disk_bytes);
}

#[tokio::test]
async fn guests_differ_from_each_other() {
    let bench = Bench::instant();
    let first = bench.running_guest().await;
    let second = new_guest(VMID + 1);
    bench.sim.create(&second).await.unwrap();
    bench.sim.start(&second.guest).await.unwrap();
    bench.pass(60);
    let (first, second) = (bench.look(&first).await, bench.look(&second.guest).await);
    assert_ne!(first.usage.memory_bytes, second.usage.memory_bytes);
}
