//! What a running guest consumes: plausible figures that follow from its vmid and the time alone,
//! so that any look at the same moment sees the same.

use std::f64::consts::TAU;
use std::time::Duration;

use super::guest::GuestState;
use crate::domain::guest::GuestUsage;
use crate::domain::resources::MIB;
use crate::domain::time::Timestamp;

/// For so long after its start a guest is busier than later.
const BOOT_SECONDS: f64 = 20.0;

pub(super) fn usage(guest: &GuestState, now: Timestamp) -> GuestUsage {
    let Some(since) = guest.running_since else {
        return GuestUsage::default();
    };
    let uptime = now.since(since);
    let resources = guest.content.config.resources;
    let character = Character::of(guest.vmid);
    let seconds = uptime.as_secs_f64();
    GuestUsage {
        cpu_ratio: Some(guest.burns.unwrap_or_else(|| character.cpu_ratio(now, seconds))),
        memory_bytes: Some(share(
            resources.memory_bytes,
            character.memory_ratio(now, seconds),
        )),
        disk_bytes: Some(character.disk_bytes(resources.disk_bytes, now.since(guest.create_time))),
        network_in_bytes: Some(character.counter(24_000.0, 300.0, seconds)),
        network_out_bytes: Some(character.counter(96_000.0, 300.0, seconds)),
        disk_read_bytes: Some(character.counter(40_000.0, 900.0, seconds)),
        disk_write_bytes: Some(character.counter(64_000.0, 600.0, seconds)),
        uptime: Some(uptime),
    }
}

/// What distinguishes one guest from another.
struct Character {
    /// 0 for an idle one, 1 for a busy one.
    liveliness: f64,
    /// Where in its waves it is, 0 to 1.
    phase: f64,
}

impl Character {
    fn of(vmid: u32) -> Self {
        let mixed = mix(u64::from(vmid));
        Self {
            liveliness: fraction(mixed),
            phase: fraction(mix(mixed)),
        }
    }

    fn cpu_ratio(&self, now: Timestamp, uptime: f64) -> f64 {
        let steady = 0.02 + 0.35 * self.liveliness;
        let swing = 0.6 * steady * self.wave(now, 420.0) + 0.3 * steady * self.wave(now, 47.0);
        let booting = 0.5 * (1.0 - uptime / BOOT_SECONDS).max(0.0);
        (steady + swing + booting).clamp(0.0, 1.0)
    }

    fn memory_ratio(&self, now: Timestamp, uptime: f64) -> f64 {
        let loaded = 0.18 + 0.5 * self.liveliness + 0.04 * self.wave(now, 1800.0);
        loaded * (0.3 + 0.7 * (uptime / BOOT_SECONDS).min(1.0))
    }

    /// The system itself, and data that grows by the day up to a limit.
    fn disk_bytes(&self, size: u64, age: Duration) -> u64 {
        let grown = (age.as_secs_f64() / 86_400.0 * 0.01).min(0.5) * self.liveliness;
        let system = (700 * MIB).min(size / 2);
        system + share(size - system, 0.02 + grown)
    }

    /// A counter of bytes whose rate swings around `rate` per second: the rate's integral, which
    /// never falls because the rate never does below zero.
    fn counter(&self, rate: f64, period: f64, seconds: f64) -> u64 {
        let rate = rate * (0.1 + self.liveliness);
        let turn = TAU / period;
        let start = TAU * self.phase;
        let swing = (start.cos() - (start + turn * seconds).cos()) / turn;
        whole(rate * (seconds + 0.8 * swing))
    }

    fn wave(&self, now: Timestamp, period: f64) -> f64 {
        let seconds = Duration::from_micros(now.as_micros().unsigned_abs()).as_secs_f64();
        (TAU * (seconds / period + self.phase)).sin()
    }
}

/// Spreads neighbouring numbers far apart (the finaliser of `SplitMix64`).
fn mix(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

fn fraction(mixed: u64) -> f64 {
    let [first, second, ..] = mixed.to_le_bytes();
    f64::from(u16::from_le_bytes([first, second])) / f64::from(u16::MAX)
}

fn share(bytes: u64, ratio: f64) -> u64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a made-up figure need not be exact to the byte"
    )]
    let bytes = bytes as f64;
    whole(bytes * ratio)
}

fn whole(bytes: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the figure is positive, and its fraction is of no interest"
    )]
    let whole = bytes.max(0.0) as u64;
    whole
}
