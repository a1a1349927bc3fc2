//! What every program tells of its own process, under the names that dashboards know.
//!
//! Read from `/proc` at each scrape; where there is none, what it would say is left out.

use std::fs;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use crate::domain::time::Timestamp;

/// `USER_HZ`: what times in `/proc` count in, on every architecture that this is built for.
const TICKS_PER_SECOND: f64 = 100.0;

#[derive(Clone, Copy, Debug)]
pub(super) struct ProcessMetrics {
    pub(super) start_time: Timestamp,
}

impl Collector for ProcessMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "microseconds of this century fit a double"
        )]
        let start = self.start_time.as_micros() as f64 / 1e6;
        gauge(
            &mut encoder,
            "process_start_time_seconds",
            "When the server started, in seconds since 1970",
            start,
        )?;
        if let Some(memory) = read("/proc/self/status").as_deref().and_then(Memory::parse) {
            gauge(
                &mut encoder,
                "process_resident_memory_bytes",
                "Memory in use",
                memory.resident,
            )?;
            gauge(
                &mut encoder,
                "process_virtual_memory_bytes",
                "Memory that is addressed, used or not",
                memory.addressed,
            )?;
        }
        if let Some(seconds) = read("/proc/self/stat").as_deref().and_then(cpu_seconds) {
            let total = ConstCounter::new(seconds);
            let encoder = encoder.encode_descriptor(
                "process_cpu_seconds",
                "Processor time spent",
                None,
                total.metric_type(),
            )?;
            total.encode(encoder)?;
        }
        if let Ok(open) = fs::read_dir("/proc/self/fd") {
            let open = u32::try_from(open.count()).unwrap_or(u32::MAX);
            gauge(
                &mut encoder,
                "process_open_fds",
                "Open file descriptors",
                open.into(),
            )?;
        }
        Ok(())
    }
}

fn gauge(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    value: f64,
) -> Result<(), std::fmt::Error> {
    let value = ConstGauge::new(value);
    let encoder = encoder.encode_descriptor(name, help, None, value.metric_type())?;
    value.encode(encoder)
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// In bytes.
#[derive(Debug, PartialEq)]
struct Memory {
    resident: f64,
    addressed: f64,
}

impl Memory {
    fn parse(status: &str) -> Option<Self> {
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            let kib: u32 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
            Some(f64::from(kib) * 1024.0)
        };
        Some(Self {
            resident: bytes("VmRSS:")?,
            addressed: bytes("VmSize:")?,
        })
    }
}

/// Of user and system together: fields 14 and 15. The second field, the program's name, may hold anything.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut ticks = fields.split_ascii_whitespace().skip(11);
    let user: u32 = ticks.next()?.parse().ok()?;
    let system: u32 = ticks.next()?.parse().ok()?;
    Some((f64::from(user) + f64::from(system)) / TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_told_in_bytes() {
        let status = "Name:\thostlerd\nVmPeak:\t  300 kB\nVmSize:\t  200 kB\nVmRSS:\t   17 kB\n";
        let memory = Memory {
            resident: 17.0 * 1024.0,
            addressed: 200.0 * 1024.0,
        };
        assert_eq!(Memory::parse(status), Some(memory));
        assert_eq!(Memory::parse("Name:\tx\n"), None);
    }

    #[test]
    fn the_name_of_the_program_does_not_confuse_the_processor_time() {
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 1 0";
        assert_eq!(cpu_seconds(stat), Some(3.0));
        assert_eq!(cpu_seconds("7 (x) S 1"), None);
    }
}
