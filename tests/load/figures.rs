//! Figures as guests have them: noise on slow change, memory and disk in pages, limits that stay.

use hostlerd::domain::metric::Metric;
use hostlerd::domain::sample::Values;

const PAGE: u64 = 4096;
const GIB: u64 = 1 << 30;

pub(crate) struct Guest {
    random: u64,
    memory: u64,
    disk: u64,
    looks: u64,
    /// One in four has nothing to do most of the time.
    idle: bool,
}

impl Guest {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            random: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            memory: 400_000 + seed * 9973,
            disk: 1_000_000 + seed * 7919,
            looks: seed * 1000,
            idle: seed.is_multiple_of(4),
        }
    }

    fn next(&mut self, below: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % below.max(1)
    }

    /// About as often a half as a double of the middle.
    fn rate(&mut self, middle: u64) -> u64 {
        let octave = self.next(4) + self.next(4);
        let noise = self.next(1024);
        (middle << octave) / 8 * (512 + noise) / 1024
    }

    pub(crate) fn look(&mut self) -> Values {
        self.looks += 1;
        // A day goes up and comes down.
        let hour = self.looks / 120 % 24;
        let busy = 200 + 150 * hour.min(24 - hour);
        let cpu = if self.idle {
            self.next(40)
        } else {
            busy + self.next(600) + self.next(600)
        };
        self.memory = (self.memory + self.next(500))
            .saturating_sub(249)
            .clamp(50_000, 500_000);
        self.disk += if self.next(20) == 0 { self.next(100) } else { 0 };
        let quiet = self.idle && self.next(8) > 0;
        let mut rate = |middle| if quiet { 0 } else { self.rate(middle) };
        Values::NONE
            .with(Metric::NetworkInRate, rate(20_000))
            .with(Metric::NetworkOutRate, rate(60_000))
            .with(Metric::DiskReadRate, rate(8_000))
            .with(Metric::DiskWriteRate, rate(30_000))
            .with(Metric::CpuRatio, cpu.min(10_000))
            .with(Metric::MemoryBytes, self.memory * PAGE)
            .with(Metric::MemoryLimitBytes, 2 * GIB)
            .with(Metric::DiskBytes, self.disk * PAGE)
            .with(Metric::DiskLimitBytes, 20 * GIB)
    }
}
