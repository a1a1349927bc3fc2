//! Each absurdity that hypervisors and clocks are known for, and the plain case beside it.

use super::*;
use crate::domain::guest::GuestUsage;
use crate::domain::resources::{GIB, Resources};

const GAP: Duration = Duration::from_secs(90);
const LIMIT: u64 = GIB;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000 + seconds * 1_000_000)
}

/// A running guest that has moved so many bytes each way.
fn guest(uptime: u64, moved: u64) -> Guest {
    Guest {
        vmid: 100,
        node: "pve".to_owned(),
        name: "web".to_owned(),
        status: GuestStatus::Running,
        lock: None,
        ours: true,
        server_id: None,
        resources: Resources {
            cpu_millicores: 1000,
            memory_bytes: LIMIT,
            disk_bytes: 10 * GIB,
        },
        usage: GuestUsage {
            cpu_ratio: Some(0.25),
            memory_bytes: Some(LIMIT / 2),
            disk_bytes: Some(2 * GIB),
            network_in_bytes: Some(moved),
            network_out_bytes: Some(moved),
            disk_read_bytes: Some(moved),
            disk_write_bytes: Some(moved),
            uptime: Some(Duration::from_secs(uptime)),
        },
    }
}

fn stopped() -> Guest {
    Guest {
        status: GuestStatus::Stopped,
        usage: GuestUsage {
            uptime: Some(Duration::ZERO),
            ..GuestUsage::default()
        },
        ..guest(0, 0)
    }
}

fn with_usage(change: impl FnOnce(&mut GuestUsage)) -> Guest {
    let mut guest = guest(100, 0);
    change(&mut guest.usage);
    guest
}

fn first(guest: &Guest) -> Values {
    Track::default().look(guest, at(0), GAP).unwrap()
}

/// The rates at the second of two looks, `None` when there is none at all.
fn rates(before: &Guest, seconds: i64, now: &Guest) -> [Option<u64>; 4] {
    let mut track = Track::default();
    track.look(before, at(0), GAP).unwrap();
    let values = track.look(now, at(seconds), GAP).unwrap();
    RATES.map(|metric| values.get(metric))
}

#[test]
fn figures_of_a_moment_are_there_at_the_first_look_and_rates_from_the_second() {
    let values = first(&guest(100, 5));
    assert_eq!(values.get(Metric::CpuRatio), Some(2500));
    assert_eq!(values.get(Metric::MemoryBytes), Some(LIMIT / 2));
    assert_eq!(values.get(Metric::MemoryLimitBytes), Some(LIMIT));
    assert_eq!(values.get(Metric::DiskBytes), Some(2 * GIB));
    assert_eq!(values.get(Metric::DiskLimitBytes), Some(10 * GIB));
    assert_eq!(RATES.map(|metric| values.get(metric)), [None; 4]);
    assert_eq!(rates(&guest(100, 1000), 30, &guest(130, 4000)), [Some(100); 4]);
}

#[test]
fn the_time_between_two_readings_is_the_guests_own() {
    // Asked after 30 seconds, and told what was read 20 seconds after the last.
    assert_eq!(rates(&guest(100, 0), 30, &guest(120, 2000)), [Some(100); 4]);
    // One that tells no uptime is measured by our clock.
    assert_eq!(rates(&guest(0, 0), 30, &guest(0, 3000)), [Some(100); 4]);
}

#[test]
fn a_look_that_sees_the_same_once_more_is_no_news_and_no_zero() {
    let mut track = Track::default();
    track.look(&guest(100, 1000), at(0), GAP).unwrap();
    for seconds in [2, 4, 6, 8] {
        assert_eq!(track.look(&guest(100, 1000), at(seconds), GAP), None);
    }
    let values = track.look(&guest(110, 2000), at(10), GAP).unwrap();
    assert_eq!(values.get(Metric::NetworkInRate), Some(100));
    assert_eq!(
        track.look(&guest(111, 2000), at(10), GAP),
        None,
        "the same moment"
    );
}

#[test]
fn a_restart_has_no_rates() {
    let none = [None; 4];
    assert_eq!(
        rates(&guest(100, 1000), 30, &guest(12, 5000)),
        none,
        "a smaller uptime"
    );
    assert_eq!(
        rates(&guest(5, 1000), 80, &guest(40, 5000)),
        none,
        "an uptime too short"
    );
    assert_eq!(rates(&guest(100, 1000), 30, &stopped()), none, "stopped");
    assert_eq!(rates(&stopped(), 30, &guest(10, 1000)), none, "started");
    let one_fell = with_usage(|usage| {
        usage.uptime = Some(Duration::from_secs(130));
        usage.network_in_bytes = Some(266);
        usage.disk_read_bytes = Some(9000);
    });
    assert_eq!(
        rates(&guest(100, 516), 30, &one_fell),
        none,
        "a counter that fell"
    );
}

#[test]
fn after_a_restart_rates_begin_anew() {
    let mut track = Track::default();
    for (seconds, uptime, moved) in [(0, 100, 9000), (30, 10, 300)] {
        track.look(&guest(uptime, moved), at(seconds), GAP).unwrap();
    }
    let values = track.look(&guest(40, 3300), at(60), GAP).unwrap();
    assert_eq!(values.get(Metric::DiskWriteRate), Some(100));
}

#[test]
fn a_clock_that_goes_backwards_has_no_rates_and_is_followed() {
    let mut track = Track::default();
    track.look(&guest(100, 0), at(0), GAP).unwrap();
    let values = track.look(&guest(130, 3000), at(-3600), GAP).unwrap();
    assert_eq!(values.get(Metric::NetworkInRate), None);
    let values = track.look(&guest(160, 6000), at(-3570), GAP).unwrap();
    assert_eq!(values.get(Metric::NetworkInRate), Some(100));
}

#[test]
fn a_clock_or_an_uptime_that_jumps_has_no_rates() {
    assert_eq!(rates(&guest(100, 0), 30, &guest(100_000, 3000)), [None; 4]);
    assert_eq!(
        rates(&guest(100, 0), i64::from(u32::MAX), &guest(130, 3000)),
        [None; 4]
    );
    let eternal = with_usage(|usage| usage.uptime = Some(Duration::MAX));
    assert_eq!(rates(&guest(100, 0), 30, &eternal), [None; 4]);
}

#[test]
fn a_long_gap_has_no_rates() {
    assert_eq!(rates(&guest(100, 0), 90, &guest(190, 9000)), [Some(100); 4]);
    assert_eq!(rates(&guest(100, 0), 91, &guest(191, 9000)), [None; 4]);
    assert_eq!(rates(&guest(0, 0), 91, &guest(0, 9000)), [None; 4]);
}

#[test]
fn a_jump_that_no_machine_makes_is_no_rate() {
    assert_eq!(rates(&guest(100, 0), 30, &guest(130, u64::MAX)), [None; 4]);
    assert_eq!(rates(&guest(0, 0), 1, &guest(0, 1 << 40)), [Some(1 << 40); 4]);
    assert_eq!(rates(&guest(0, 0), 1, &guest(0, (1 << 40) + 1)), [None; 4]);
}

#[test]
fn a_counter_that_is_missing_takes_no_other_with_it() {
    let without = with_usage(|usage| {
        usage.uptime = Some(Duration::from_secs(130));
        usage.network_in_bytes = None;
        usage.disk_write_bytes = Some(3000);
    });
    assert_eq!(
        rates(&guest(100, 0), 30, &without),
        [None, Some(0), Some(0), Some(100)]
    );
}

#[test]
fn processor_figures_are_bounded_and_absurd_ones_unknown() {
    let cpu = |ratio| first(&with_usage(|usage| usage.cpu_ratio = ratio)).get(Metric::CpuRatio);
    assert_eq!(cpu(Some(-0.0024)), Some(0));
    assert_eq!(cpu(Some(1.02)), Some(10_000));
    for absurd in [-0.5, -7.0, f64::NEG_INFINITY, 2.5, 64.0, f64::INFINITY, f64::NAN] {
        assert_eq!(cpu(Some(absurd)), None, "{absurd}");
    }
    assert_eq!(cpu(None), None);
}

#[test]
fn nobody_uses_more_than_there_is() {
    let values = first(&with_usage(|usage| {
        usage.memory_bytes = Some(LIMIT + 1);
        usage.disk_bytes = Some(11 * GIB);
    }));
    assert_eq!(values.get(Metric::MemoryBytes), Some(LIMIT));
    assert_eq!(values.get(Metric::DiskBytes), Some(10 * GIB));
    let values = first(&with_usage(|usage| {
        usage.memory_bytes = Some(u64::MAX);
        usage.disk_bytes = Some(21 * GIB);
    }));
    assert_eq!(values.get(Metric::MemoryBytes), None, "a mistake");
    assert_eq!(values.get(Metric::DiskBytes), None, "a mistake");
}

#[test]
fn a_limit_that_is_missing_or_absurd_is_unknown() {
    for limit in [0, u64::MAX] {
        let mut guest = with_usage(|usage| usage.disk_bytes = Some(u64::MAX));
        guest.resources.memory_bytes = limit;
        guest.resources.disk_bytes = limit;
        let values = first(&guest);
        assert_eq!(values.get(Metric::MemoryLimitBytes), None);
        assert_eq!(values.get(Metric::DiskLimitBytes), None);
        assert_eq!(values.get(Metric::MemoryBytes), Some(LIMIT / 2));
        assert_eq!(values.get(Metric::DiskBytes), None, "no disk is that large");
    }
}

#[test]
fn a_stopped_guest_uses_nothing_and_its_disk_is_not_known() {
    let mut track = Track::default();
    let values = track.look(&stopped(), at(0), GAP).unwrap();
    assert_eq!(values.get(Metric::CpuRatio), Some(0));
    assert_eq!(values.get(Metric::MemoryBytes), Some(0));
    assert_eq!(values.get(Metric::MemoryLimitBytes), Some(LIMIT));
    assert_eq!(values.get(Metric::DiskBytes), None);
    assert_eq!(values.get(Metric::NetworkInRate), None);
    let values = track.look(&stopped(), at(30), GAP).unwrap();
    assert_eq!(RATES.map(|metric| values.get(metric)), [Some(0); 4]);
}

#[test]
fn a_guest_whose_node_is_away_has_no_figures_and_is_picked_up_again() {
    let mut track = Track::default();
    track.look(&guest(100, 0), at(0), GAP).unwrap();
    let away = Guest {
        status: GuestStatus::Unknown,
        ..guest(100, 0)
    };
    assert_eq!(track.look(&away, at(30), GAP), None);
    let values = track.look(&guest(160, 6000), at(60), GAP).unwrap();
    assert_eq!(values.get(Metric::NetworkInRate), Some(100));
}

#[test]
fn a_guest_that_tells_nothing_has_no_figures() {
    let mut silent = with_usage(|usage| *usage = GuestUsage::default());
    silent.resources.memory_bytes = 0;
    silent.resources.disk_bytes = 0;
    assert_eq!(Track::default().look(&silent, at(0), GAP), None);
}
