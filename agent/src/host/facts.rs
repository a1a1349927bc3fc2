//! What the machine is: told once a session.

use hostler_proto::v1;
use prost_types::Timestamp;

use super::cgroup::Cgroup;
use super::cpu::{CpuTimes, boot_time};
use super::memory::Memory;
use super::roots::Roots;
use super::text::{self, Buffer};
use super::{operating_system, virtualization};
use crate::config::Grant;

/// All there is to say about the machine and its agent.
pub(crate) fn facts(roots: &Roots, grants: &[Grant]) -> v1::NodeFacts {
    let buffer = &mut Buffer::default();
    let group = Cgroup::of(&roots.sys);
    let stat = buffer.read(&roots.proc.join("stat")).unwrap_or_default();
    let boot_time = boot_time(stat);
    let mut times = CpuTimes::default();
    times.read(stat);
    v1::NodeFacts {
        hostname: host_name(roots),
        operating_system: operating_system::name(roots).unwrap_or_default(),
        kernel: kernel(roots, "osrelease"),
        architecture: std::env::consts::ARCH.to_owned(),
        virtualization: virtualization::detect(roots).unwrap_or_default(),
        cpu_count: cpu_count(times.core_count(), group.cpu_limit(buffer)),
        memory_bytes: memory(roots, &group, buffer),
        boot_time: boot_time.map(|seconds| Timestamp { seconds, nanos: 0 }),
        agent_version: env!("CARGO_PKG_VERSION").to_owned(),
        capabilities: grants.iter().map(|grant| grant.capability().into()).collect(),
    }
}

/// What the machine calls itself; empty when it does not.
pub(crate) fn host_name(roots: &Roots) -> String {
    kernel(roots, "hostname")
}

/// Changes when the machine starts anew; empty when it is not known.
pub(crate) fn boot_id(roots: &Roots) -> String {
    kernel(roots, "random/boot_id")
}

fn kernel(roots: &Roots, name: &str) -> String {
    text::line(&roots.proc.join("sys/kernel").join(name)).unwrap_or_default()
}

fn cpu_count(cores: usize, limit: Option<f64>) -> i32 {
    let cores = i32::try_from(cores).unwrap_or(i32::MAX);
    match limit {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a cast of floating point saturates"
        )]
        Some(limit) => (limit.ceil() as i32).clamp(1, cores.max(1)),
        None => cores,
    }
}

fn memory(roots: &Roots, group: &Cgroup, buffer: &mut Buffer) -> i64 {
    let text = buffer.read(&roots.proc.join("meminfo")).unwrap_or_default();
    let machine = Memory::parse(text).memory.map_or(0, |usage| usage.limit);
    let limited = group.memory(u64::try_from(machine).unwrap_or(0), buffer);
    limited.map_or(machine, |usage| usage.limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_tells_what_it_is() {
        let facts = facts(&Roots::machine(), &[Grant::BansWrite]);
        assert!(!facts.hostname.is_empty() && !facts.kernel.is_empty());
        assert!(facts.cpu_count > 0 && facts.memory_bytes > 0 && facts.boot_time.is_some());
        assert_eq!(facts.capabilities, [i32::from(v1::AgentCapability::BansWrite)]);
        assert_eq!(boot_id(&Roots::machine()).len(), 36);
    }

    #[test]
    fn a_machine_that_tells_nothing_is_told_as_such() {
        let nowhere = tempfile::tempdir().unwrap();
        let facts = facts(&Roots::below(nowhere.path()), &[]);
        assert_eq!(
            (facts.hostname.as_str(), facts.cpu_count, facts.memory_bytes),
            ("", 0, 0)
        );
        assert_eq!(facts.boot_time, None);
    }

    #[test]
    fn a_limit_of_processors_is_rounded_up() {
        for (cores, limit, wanted) in [
            (8, Some(1.5), 2),
            (8, Some(0.2), 1),
            (2, Some(64.0), 2),
            (4, None, 4),
        ] {
            assert_eq!(cpu_count(cores, limit), wanted);
        }
    }
}
