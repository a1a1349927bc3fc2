//! Limits and use of the container that this machine is, where it is one with limits.
//!
//! A container sees its own group at the top of `/sys/fs/cgroup`. On a machine that is none, the top has no limits: the limits of
//! the agent's own service lie further down, and are of no interest.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::memory::Usage;
use super::text::Buffer;

/// Version 1 writes "no limit" as a number near the largest.
const UNLIMITED: u64 = 1 << 60;
/// The unit of `cpuacct.stat`: what the kernel shows to programs is in hundredths, on every architecture that the agent is for.
const TICK: Duration = Duration::from_millis(10);

/// Time of processors that the container has used since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct CpuUse {
    pub(crate) total: Duration,
    pub(crate) user: Option<Duration>,
    pub(crate) system: Option<Duration>,
}

/// The group of a container.
#[derive(Clone, Debug)]
pub(crate) struct Cgroup {
    top: PathBuf,
    version: Version,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

impl Cgroup {
    pub(crate) fn of(sys: &Path) -> Self {
        let top = sys.join("fs/cgroup");
        let version = if top.join("cgroup.controllers").exists() {
            Version::Two
        } else {
            Version::One
        };
        Self { top, version }
    }

    /// How many processors may be used at once, where that is limited.
    pub(crate) fn cpu_limit(&self, buffer: &mut Buffer) -> Option<f64> {
        let (quota, period): (u32, u32) = match self.version {
            Version::Two => {
                let mut words = buffer.read(&self.top.join("cpu.max"))?.split_ascii_whitespace();
                (words.next()?.parse().ok()?, words.next()?.parse().ok()?)
            }
            Version::One => {
                let directory = self.controller("cpu")?;
                let quota = buffer.read_number(&directory.join("cpu.cfs_quota_us"))?;
                let period = buffer.read_number(&directory.join("cpu.cfs_period_us"))?;
                (u32::try_from(quota).ok()?, u32::try_from(period).ok()?)
            }
        };
        (quota > 0 && period > 0).then(|| f64::from(quota) / f64::from(period))
    }

    /// What was used of the processors.
    pub(crate) fn cpu_use(&self, buffer: &mut Buffer) -> Option<CpuUse> {
        match self.version {
            Version::Two => {
                let text = buffer.read(&self.top.join("cpu.stat"))?;
                let micros = |name| number_of(text, name).map(Duration::from_micros);
                Some(CpuUse {
                    total: micros("usage_usec")?,
                    user: micros("user_usec"),
                    system: micros("system_usec"),
                })
            }
            Version::One => {
                let directory = self.controller("cpuacct")?;
                let total = buffer.read_number(&directory.join("cpuacct.usage"))?;
                let text = buffer.read(&directory.join("cpuacct.stat")).unwrap_or_default();
                let ticks = |name| {
                    let ticks = number_of(text, name)?;
                    TICK.checked_mul(u32::try_from(ticks).ok()?)
                };
                Some(CpuUse {
                    total: Duration::from_nanos(u64::try_from(total).ok()?),
                    user: ticks("user"),
                    system: ticks("system"),
                })
            }
        }
    }

    /// Use and limit of memory, where it is limited to less than the machine has.
    pub(crate) fn memory(&self, machine_bytes: u64, buffer: &mut Buffer) -> Option<Usage> {
        let (directory, limit, usage, cache) = match self.version {
            Version::Two => (self.top.clone(), "memory.max", "memory.current", "inactive_file"),
            Version::One => (
                self.controller("memory")?,
                "memory.limit_in_bytes",
                "memory.usage_in_bytes",
                "total_inactive_file",
            ),
        };
        let limit = limit_of(buffer, &directory.join(limit)).filter(|limit| *limit < machine_bytes)?;
        let used = unsigned(buffer, &directory.join(usage))?;
        let stat = buffer.read(&directory.join("memory.stat")).unwrap_or_default();
        let cache = number_of(stat, cache).unwrap_or(0);
        Some(Usage::new(used.saturating_sub(cache), limit))
    }

    /// Use and limit of swap, where it is limited.
    pub(crate) fn swap(&self, machine_bytes: u64, buffer: &mut Buffer) -> Option<Usage> {
        match self.version {
            Version::Two => {
                let limit = limit_of(buffer, &self.top.join("memory.swap.max"))?;
                let used = unsigned(buffer, &self.top.join("memory.swap.current"))?;
                Some(Usage::new(used, limit.min(machine_bytes)))
            }
            Version::One => {
                let directory = self.controller("memory")?;
                // These count memory and swap together.
                let both = limit_of(buffer, &directory.join("memory.memsw.limit_in_bytes"))?;
                let memory = limit_of(buffer, &directory.join("memory.limit_in_bytes"))?;
                let used_both = unsigned(buffer, &directory.join("memory.memsw.usage_in_bytes"))?;
                let used = unsigned(buffer, &directory.join("memory.usage_in_bytes"))?;
                let limit = both.saturating_sub(memory).min(machine_bytes);
                Some(Usage::new(used_both.saturating_sub(used), limit))
            }
        }
    }

    /// Where a controller of version 1 is: often together with another one.
    fn controller(&self, name: &str) -> Option<PathBuf> {
        [name, "cpu,cpuacct", "cpuacct,cpu"]
            .iter()
            .filter(|directory| directory.split(',').any(|part| part == name))
            .map(|directory| self.top.join(directory))
            .find(|directory| directory.is_dir())
    }
}

fn unsigned(buffer: &mut Buffer, path: &Path) -> Option<u64> {
    buffer.read(path)?.trim().parse().ok()
}

/// A limit; `None` for "max", and for what comes to the same.
fn limit_of(buffer: &mut Buffer, path: &Path) -> Option<u64> {
    unsigned(buffer, path).filter(|limit| *limit < UNLIMITED)
}

/// The number behind a name at the beginning of a line.
fn number_of(text: &str, name: &str) -> Option<u64> {
    let mut lines = text.lines().filter_map(|line| line.split_once(' '));
    lines
        .find(|(known, _)| *known == name)
        .and_then(|(_, number)| number.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MACHINE: u64 = 16 << 30;

    fn group(files: &[(&str, &str)]) -> (tempfile::TempDir, Cgroup) {
        let sys = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = sys.path().join("fs/cgroup").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let group = Cgroup::of(sys.path());
        (sys, group)
    }

    #[test]
    fn limits_of_version_2_are_those_of_the_container() {
        let (_sys, group) = group(&[
            ("cgroup.controllers", "cpu memory\n"),
            ("cpu.max", "150000 100000\n"),
            (
                "cpu.stat",
                "usage_usec 5000000\nuser_usec 3000000\nsystem_usec 2000000\n",
            ),
            ("memory.max", "1073741824\n"),
            ("memory.current", "600000000\n"),
            ("memory.stat", "anon 1\ninactive_file 100000000\nactive_file 5\n"),
            ("memory.swap.max", "1000\n"),
            ("memory.swap.current", "10\n"),
        ]);
        let buffer = &mut Buffer::default();
        assert_eq!(group.cpu_limit(buffer), Some(1.5));
        let used = group.cpu_use(buffer).unwrap();
        assert_eq!(used.total, Duration::from_secs(5));
        assert_eq!(
            (used.user, used.system),
            (Some(Duration::from_secs(3)), Some(Duration::from_secs(2)))
        );
        assert_eq!(
            group.memory(MACHINE, buffer),
            Some(Usage::new(500_000_000, 1 << 30))
        );
        assert_eq!(group.swap(MACHINE, buffer), Some(Usage::new(10, 1000)));
    }

    #[test]
    fn limits_of_version_1_are_found_beside_each_other_or_together() {
        for directory in ["cpu,cpuacct", "cpuacct,cpu"] {
            let (_sys, group) = group(&[
                (&format!("{directory}/cpu.cfs_quota_us"), "50000\n"),
                (&format!("{directory}/cpu.cfs_period_us"), "100000\n"),
                (&format!("{directory}/cpuacct.usage"), "7000000000\n"),
                (&format!("{directory}/cpuacct.stat"), "user 400\nsystem 300\n"),
                ("memory/memory.limit_in_bytes", "1000000\n"),
                ("memory/memory.usage_in_bytes", "800000\n"),
                (
                    "memory/memory.stat",
                    "inactive_file 1\ntotal_inactive_file 300000\n",
                ),
                ("memory/memory.memsw.limit_in_bytes", "1500000\n"),
                ("memory/memory.memsw.usage_in_bytes", "900000\n"),
            ]);
            let buffer = &mut Buffer::default();
            assert_eq!(group.cpu_limit(buffer), Some(0.5));
            let used = group.cpu_use(buffer).unwrap();
            assert_eq!(used.total, Duration::from_secs(7));
            assert_eq!(
                (used.user, used.system),
                (Some(Duration::from_secs(4)), Some(Duration::from_secs(3)))
            );
            assert_eq!(
                group.memory(MACHINE, buffer),
                Some(Usage::new(500_000, 1_000_000))
            );
            assert_eq!(group.swap(MACHINE, buffer), Some(Usage::new(100_000, 500_000)));
        }
    }

    #[test]
    fn a_machine_has_no_limits() {
        let machines: [&[(&str, &str)]; 4] = [
            &[],
            &[
                ("cgroup.controllers", "cpu memory\n"),
                ("cpu.stat", "usage_usec 1\n"),
            ],
            &[
                ("cgroup.controllers", ""),
                ("cpu.max", "max 100000\n"),
                ("memory.max", "max\n"),
                ("memory.current", "1\n"),
            ],
            &[
                ("cpu/cpu.cfs_quota_us", "-1\n"),
                ("cpu/cpu.cfs_period_us", "100000\n"),
                ("memory/memory.limit_in_bytes", "9223372036854771712\n"),
                ("memory/memory.usage_in_bytes", "5\n"),
            ],
        ];
        for files in machines {
            let (_sys, group) = group(files);
            let buffer = &mut Buffer::default();
            assert_eq!(group.cpu_limit(buffer), None, "{files:?}");
            assert_eq!(group.memory(MACHINE, buffer), None, "{files:?}");
            assert_eq!(group.swap(MACHINE, buffer), None, "{files:?}");
        }
    }

    #[test]
    fn a_limit_above_what_the_machine_has_is_none() {
        let (_sys, group) = group(&[
            ("cgroup.controllers", ""),
            ("memory.max", "99999999999\n"),
            ("memory.current", "1\n"),
        ]);
        assert_eq!(group.memory(MACHINE, &mut Buffer::default()), None);
    }
}
