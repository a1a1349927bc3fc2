//! What containers use, from two looks at what the engine counts. Engines' own averages are left aside: Podman's are 0.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use bollard::models::{ContainerBlkioStatEntry, ContainerMemoryStats, ContainerStatsResponse};
use hostler_proto::v1;

use crate::host::rate;

/// What an engine has counted of one container. What is absent it does not count.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Counted {
    /// In nanoseconds of one core.
    cpu: Option<u64>,
    memory: Option<u64>,
    memory_limit: Option<u64>,
    network: Option<[u64; 2]>,
    /// Read and written.
    disk: Option<[u64; 2]>,
    processes: Option<u64>,
}

impl From<ContainerStatsResponse> for Counted {
    fn from(told: ContainerStatsResponse) -> Self {
        let networks = told.networks.filter(|networks| !networks.is_empty());
        let blocks = told
            .blkio_stats
            .and_then(|stats| stats.io_service_bytes_recursive)
            .filter(|entries| !entries.is_empty());
        let memory = told.memory_stats.unwrap_or_default();
        let cpu = told.cpu_stats.and_then(|cpu| cpu.cpu_usage?.total_usage);
        Self {
            // What runs has used some: an engine that cannot count says that it is none.
            cpu: cpu.filter(|used| *used > 0),
            memory: in_use(&memory),
            // Without a limit cgroups tell a number near the largest that there is.
            memory_limit: memory.limit.filter(|limit| *limit < 1 << 60),
            network: networks.map(|networks| {
                networks.values().fold([0, 0], |[received, sent]: [u64; 2], one| {
                    [
                        received.saturating_add(one.rx_bytes.unwrap_or(0)),
                        sent.saturating_add(one.tx_bytes.unwrap_or(0)),
                    ]
                })
            }),
            disk: blocks.map(|entries| [sum(&entries, "read"), sum(&entries, "write")]),
            processes: told.pids_stats.and_then(|stats| stats.current),
        }
    }
}

/// Without the cache of files that nobody has asked for lately, as `docker stats` counts it: cgroup v1 and v2 have
/// different names for that.
fn in_use(memory: &ContainerMemoryStats) -> Option<u64> {
    let usage = memory.usage.filter(|usage| *usage > 0)?;
    let stats = memory.stats.as_ref();
    let cache = ["total_inactive_file", "inactive_file"]
        .iter()
        .find_map(|name| stats?.get(*name).copied());
    Some(usage.saturating_sub(cache.unwrap_or(0)))
}

fn sum(entries: &[ContainerBlkioStatEntry], operation: &str) -> u64 {
    entries
        .iter()
        .filter(|entry| {
            entry
                .op
                .as_deref()
                .is_some_and(|op| op.eq_ignore_ascii_case(operation))
        })
        .fold(0, |sum, entry| sum.saturating_add(entry.value.unwrap_or(0)))
}

/// What was counted at the look before.
#[derive(Debug, Default)]
pub(super) struct Usage {
    before: HashMap<String, (Instant, Counted)>,
}

impl Usage {
    /// What one container uses; rates are known from the second look on.
    pub(super) fn note(&mut self, id: &str, now: Instant, counted: Counted) -> v1::ContainerStats {
        let before = self.before.insert(id.to_owned(), (now, counted));
        let seconds = before.map(|(then, _)| now.saturating_duration_since(then).as_secs_f64());
        let growth = |count: fn(&Counted) -> Option<u64>| {
            let (_, before) = before?;
            count(&counted)?.checked_sub(count(&before)?)
        };
        let rate_of = |count: fn(&Counted) -> Option<u64>| rate(growth(count)?, seconds?);
        #[expect(clippy::cast_precision_loss, reason = "a share needs no more than 53 bits")]
        let cores = |spent: u64| {
            let seconds = seconds.filter(|seconds| *seconds > 0.0)?;
            Some(spent as f64 / 1e9 / seconds)
        };
        let whole = |value: Option<u64>| value.and_then(|value| i64::try_from(value).ok());
        v1::ContainerStats {
            container_id: id.to_owned(),
            cpu_cores: growth(|counted| counted.cpu).and_then(cores),
            memory_bytes: whole(counted.memory),
            memory_limit_bytes: whole(counted.memory_limit),
            network_in_rate: rate_of(|counted| counted.network.map(|[received, _]| received)),
            network_out_rate: rate_of(|counted| counted.network.map(|[_, sent]| sent)),
            disk_read_rate: rate_of(|counted| counted.disk.map(|[read, _]| read)),
            disk_write_rate: rate_of(|counted| counted.disk.map(|[_, written]| written)),
            process_count: counted.processes.and_then(|count| i32::try_from(count).ok()),
        }
    }

    /// Forgets all but these.
    pub(super) fn keep(&mut self, ids: &HashSet<&str>) {
        self.before.retain(|id, _| ids.contains(id.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bollard::models::{ContainerBlkioStats, ContainerCpuStats, ContainerCpuUsage, ContainerNetworkStats};

    use super::*;

    #[test]
    fn rates_come_from_two_looks_and_a_counter_that_fell_gives_none() {
        let mut usage = Usage::default();
        let begin = Instant::now();
        let counted = |cpu, received| Counted {
            cpu: Some(cpu),
            network: Some([received, 0]),
            ..Counted::default()
        };
        let first = usage.note("a", begin, counted(1_000_000_000, 100));
        assert_eq!((first.cpu_cores, first.network_in_rate), (None, None));
        let later = begin + Duration::from_secs(10);
        let second = usage.note("a", later, counted(6_000_000_000, 50));
        assert_eq!((second.cpu_cores, second.network_in_rate), (Some(0.5), None));
        assert_eq!(second.network_out_rate, Some(0));
        usage.keep(&HashSet::from(["b"]));
        let anew = usage.note("a", later, counted(0, 0));
        assert_eq!(anew.cpu_cores, None);
    }

    #[test]
    fn memory_is_told_without_the_cache_of_files_under_both_versions_of_cgroups() {
        let stats = |usage, name: &str, cache| ContainerMemoryStats {
            usage: Some(usage),
            limit: Some(9_223_372_036_854_771_712),
            stats: Some(HashMap::from([(name.to_owned(), cache)])),
            ..Default::default()
        };
        assert_eq!(in_use(&stats(100, "total_inactive_file", 30)), Some(70));
        assert_eq!(in_use(&stats(100, "inactive_file", 40)), Some(60));
        assert_eq!(in_use(&stats(0, "inactive_file", 0)), None, "not counted");
        let counted = Counted::from(ContainerStatsResponse {
            memory_stats: Some(stats(100, "x", 0)),
            ..Default::default()
        });
        assert_eq!((counted.memory, counted.memory_limit), (Some(100), None));
    }

    #[test]
    fn networks_and_disks_are_added_up_and_what_is_not_counted_is_not_zero() {
        let network = |bytes| ContainerNetworkStats {
            rx_bytes: Some(bytes),
            tx_bytes: Some(1),
            ..Default::default()
        };
        let block = |op: &str, value| ContainerBlkioStatEntry {
            op: Some(op.to_owned()),
            value: Some(value),
            ..Default::default()
        };
        let counted = Counted::from(ContainerStatsResponse {
            networks: Some(HashMap::from([
                ("eth0".to_owned(), network(5)),
                ("network".to_owned(), network(7)),
            ])),
            blkio_stats: Some(ContainerBlkioStats {
                io_service_bytes_recursive: Some(vec![
                    block("Read", 1),
                    block("write", 2),
                    block("read", 3),
                    block("Total", 99),
                ]),
                ..Default::default()
            }),
            ..Default::default()
        });
        assert_eq!((counted.network, counted.disk), (Some([12, 2]), Some([4, 2])));
        let uncounted = ContainerStatsResponse {
            cpu_stats: Some(ContainerCpuStats {
                cpu_usage: Some(ContainerCpuUsage {
                    total_usage: Some(0),
                    ..Default::default()
                }),
                ..Default::default()
            }),
            ..Default::default()
        };
        assert_eq!(Counted::from(uncounted), Counted::default());
        let nothing = Counted::from(ContainerStatsResponse::default());
        assert_eq!(nothing, Counted::default());
    }
}
