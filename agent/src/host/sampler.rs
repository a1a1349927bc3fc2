//! Looks at the machine, again and again, and tells what it did between two looks.

use std::time::{Duration, Instant};

use hostler_proto::v1;

use super::cgroup::{Cgroup, CpuUse};
use super::counters::{Counters, rate};
use super::cpu::{CpuTimes, Shares};
use super::memory::{Memory, Usage};
use super::roots::Roots;
use super::temperature::Sensors;
use super::text::Buffer;
use super::{disks, file_systems, load, network, processes};

/// Between looks that are nearer to each other, shares and rates would be noise.
const SHORTEST_SPAN: Duration = Duration::from_millis(500);
/// What happened in a longer gap says nothing about the present.
const LONGEST_GAP: u32 = 3;

/// What is kept from look to look.
#[derive(Debug)]
pub(crate) struct Sampler {
    roots: Roots,
    buffer: Buffer,
    sensors: Sensors,
    span: Span,
    cpu: [CpuTimes; 2],
    cpu_use: Option<CpuUse>,
    network: Counters,
    disks: Counters,
}

/// Where the present span of time began.
#[derive(Debug, Default)]
struct Span {
    begun: Option<Instant>,
}

impl Span {
    /// Ends the span and begins the next: how long it was, when it can be told of.
    fn end(&mut self, now: Instant, interval: Duration) -> Ended {
        let Some(begun) = self.begun else {
            self.begun = Some(now);
            return Ended::Useless;
        };
        let length = now.saturating_duration_since(begun);
        if length < SHORTEST_SPAN.min(interval / 2) {
            return Ended::NotYet;
        }
        self.begun = Some(now);
        if length > interval.saturating_mul(LONGEST_GAP).max(SHORTEST_SPAN) {
            Ended::Useless
        } else {
            Ended::After(length)
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Ended {
    /// It is too short, and goes on.
    NotYet,
    /// It is over, and nothing is told of it.
    Useless,
    After(Duration),
}

impl Sampler {
    pub(crate) fn new(roots: Roots) -> Self {
        Self {
            roots,
            buffer: Buffer::default(),
            sensors: Sensors::default(),
            span: Span::default(),
            cpu: [CpuTimes::default(), CpuTimes::default()],
            cpu_use: None,
            network: Counters::default(),
            disks: Counters::default(),
        }
    }

    /// Looks at the machine; `interval` is the time between two looks when all is well. Number and time are the caller's.
    pub(crate) fn look(&mut self, now: Instant, interval: Duration) -> v1::NodeSample {
        let mut sample = v1::NodeSample::default();
        let ended = self.span.end(now, interval);
        if ended != Ended::NotYet {
            let length = match ended {
                Ended::After(length) => Some(length),
                Ended::NotYet | Ended::Useless => None,
            };
            self.look_at_cpu(length, &mut sample);
            self.look_at_traffic(length, &mut sample);
        }
        self.look_at_memory(&mut sample);
        if let Some([one, five, fifteen]) = self.read_proc("loadavg").and_then(load::parse) {
            sample.load_1 = Some(one);
            sample.load_5 = Some(five);
            sample.load_15 = Some(fifteen);
        }
        sample.file_systems = file_systems::look(&self.roots, &mut self.buffer);
        sample.temperature_celsius = self.sensors.hottest(&self.roots.sys, &mut self.buffer);
        sample.process_count = processes::count(&self.roots.proc);
        sample
    }

    fn read_proc(&mut self, name: &str) -> Option<&str> {
        self.buffer.read(&self.roots.proc.join(name))
    }

    fn look_at_cpu(&mut self, length: Option<Duration>, sample: &mut v1::NodeSample) {
        let group = Cgroup::of(&self.roots.sys);
        let before = self.cpu_use.take();
        if let Some(limit) = group.cpu_limit(&mut self.buffer)
            && let Some(used) = group.cpu_use(&mut self.buffer)
        {
            self.cpu_use = Some(used);
            if let (Some(before), Some(length)) = (before, length) {
                tell_limited(used, before, length.as_secs_f64() * limit, sample);
            }
            return;
        }
        self.cpu.swap(0, 1);
        let [before, now] = &mut self.cpu;
        let text = self
            .buffer
            .read(&self.roots.proc.join("stat"))
            .unwrap_or_default();
        now.read(text);
        if length.is_some() {
            if let Some(shares) = now.shares_since(before) {
                tell(shares, sample);
            }
            sample.core_ratios = now.cores_since(before);
        }
    }

    fn look_at_traffic(&mut self, length: Option<Duration>, sample: &mut v1::NodeSample) {
        let Self {
            roots,
            buffer,
            network,
            disks,
            ..
        } = self;
        let text = buffer.read(&roots.proc.join("net/dev")).unwrap_or_default();
        network.begin();
        network::note(text, &roots.sys, network);
        let network = network.end();
        let text = buffer.read(&roots.proc.join("diskstats")).unwrap_or_default();
        disks.begin();
        disks::note(text, &roots.sys, disks);
        let disks = disks.end();

        let Some(seconds) = length.map(|length| length.as_secs_f64()) else {
            return;
        };
        if let Some([received, sent]) = network {
            sample.network_in_rate = rate(received, seconds);
            sample.network_out_rate = rate(sent, seconds);
        }
        if let Some([read, written]) = disks {
            sample.disk_read_rate = rate(read, seconds);
            sample.disk_write_rate = rate(written, seconds);
        }
    }

    fn look_at_memory(&mut self, sample: &mut v1::NodeSample) {
        let machine = self.read_proc("meminfo").map(Memory::parse).unwrap_or_default();
        let group = Cgroup::of(&self.roots.sys);
        let limit = |usage: Option<Usage>| usage.map_or(0, |usage| u64::try_from(usage.limit).unwrap_or(0));
        let limited = group.memory(limit(machine.memory), &mut self.buffer);
        // Swap has a limit of its own only beside one of memory.
        let swap = limited.and_then(|_| group.swap(limit(machine.swap), &mut self.buffer));
        if let Some(memory) = limited.or(machine.memory) {
            sample.memory_bytes = Some(memory.used);
            sample.memory_limit_bytes = Some(memory.limit);
        }
        if let Some(swap) = swap.or(machine.swap) {
            sample.swap_bytes = Some(swap.used);
            sample.swap_limit_bytes = Some(swap.limit);
        }
    }
}

fn tell(shares: Shares, sample: &mut v1::NodeSample) {
    sample.cpu_ratio = Some(shares.used);
    sample.cpu_user_ratio = Some(shares.user);
    sample.cpu_system_ratio = Some(shares.system);
    sample.cpu_wait_ratio = Some(shares.wait);
    sample.cpu_steal_ratio = Some(shares.steal);
}

/// Shares of what the container may use; waiting and theft are not counted for containers.
fn tell_limited(used: CpuUse, before: CpuUse, available: f64, sample: &mut v1::NodeSample) {
    let ratio = |now: Option<Duration>, before: Option<Duration>| {
        // What has fallen began anew.
        let spent = now?.checked_sub(before?)?;
        (available > 0.0).then(|| (spent.as_secs_f64() / available).clamp(0.0, 1.0))
    };
    sample.cpu_ratio = ratio(Some(used.total), Some(before.total));
    sample.cpu_user_ratio = ratio(used.user, before.user);
    sample.cpu_system_ratio = ratio(used.system, before.system);
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const INTERVAL: Duration = Duration::from_secs(10);

    struct Machine {
        folder: tempfile::TempDir,
        sampler: Sampler,
        begun: Instant,
    }

    impl Machine {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let sampler = Sampler::new(Roots::below(folder.path()));
            Self {
                folder,
                sampler,
                begun: Instant::now(),
            }
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.folder.path().join(Path::new(path));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }

        fn look(&mut self, seconds: u64) -> v1::NodeSample {
            self.sampler
                .look(self.begun + Duration::from_secs(seconds), INTERVAL)
        }
    }

    #[test]
    fn a_machine_without_anything_tells_nothing() {
        let mut machine = Machine::new();
        assert_eq!(machine.look(0), v1::NodeSample::default());
        assert_eq!(machine.look(10), v1::NodeSample::default());
    }

    #[test]
    fn shares_and_rates_are_known_from_the_second_look_on() {
        let mut machine = Machine::new();
        let counters = |machine: &Machine, grown: u64| {
            machine.write(
                "proc/stat",
                &format!("cpu {grown} 0 0 {grown}\ncpu0 {grown} 0 0 {grown}\n"),
            );
            machine.write(
                "proc/net/dev",
                &format!("eth0: {} 0 0 0 0 0 0 0 {} 0\n", grown * 10, grown * 20),
            );
            machine.write(
                "proc/diskstats",
                &format!("8 0 sda 0 0 {grown} 0 0 0 {} 0\n", grown * 2),
            );
        };
        machine.write("sys/block/sda/device/model", "x");
        counters(&machine, 100);
        let first = machine.look(0);
        assert_eq!(
            (first.cpu_ratio, first.network_in_rate, first.disk_read_rate),
            (None, None, None)
        );
        counters(&machine, 200);
        let second = machine.look(10);
        assert_eq!(second.cpu_ratio, Some(0.5));
        assert_eq!(second.core_ratios, [0.5]);
        assert_eq!(
            (second.network_in_rate, second.network_out_rate),
            (Some(100), Some(200))
        );
        assert_eq!(
            (second.disk_read_rate, second.disk_write_rate),
            (Some(5120), Some(10240))
        );
        // After a long sleep of the machine the first look tells nothing of it.
        counters(&machine, 300);
        assert_eq!(machine.look(100).cpu_ratio, None);
        counters(&machine, 400);
        assert_eq!(machine.look(110).cpu_ratio, Some(0.5));
    }

    #[test]
    fn looks_that_are_too_near_are_taken_together() {
        let mut machine = Machine::new();
        machine.write("proc/stat", "cpu 100 0 0 100\n");
        machine.look(0);
        machine.write("proc/stat", "cpu 101 0 0 100\n");
        let begun = machine.begun;
        let near = machine.sampler.look(begun + Duration::from_millis(100), INTERVAL);
        assert_eq!(near.cpu_ratio, None);
        machine.write("proc/stat", "cpu 125 0 0 175\n");
        assert_eq!(machine.look(10).cpu_ratio, Some(0.25));
    }

    #[test]
    fn a_container_with_limits_is_judged_by_them() {
        let mut machine = Machine::new();
        machine.write("proc/stat", "cpu 100 0 0 100\ncpu0 100 0 0 100\n");
        machine.write(
            "proc/meminfo",
            "MemTotal: 1000 kB\nMemAvailable: 100 kB\nSwapTotal: 10 kB\nSwapFree: 0 kB\n",
        );
        machine.write("sys/fs/cgroup/cgroup.controllers", "");
        machine.write("sys/fs/cgroup/cpu.max", "200000 100000");
        machine.write(
            "sys/fs/cgroup/cpu.stat",
            "usage_usec 1000000\nuser_usec 1000000\nsystem_usec 0\n",
        );
        machine.write("sys/fs/cgroup/memory.max", "102400");
        machine.write("sys/fs/cgroup/memory.current", "51200");
        machine.look(0);
        machine.write(
            "sys/fs/cgroup/cpu.stat",
            "usage_usec 6000000\nuser_usec 4000000\nsystem_usec 2000000\n",
        );
        let sample = machine.look(10);
        assert_eq!(sample.cpu_ratio, Some(0.25));
        assert_eq!(
            (sample.cpu_user_ratio, sample.cpu_system_ratio),
            (Some(0.15), Some(0.1))
        );
        assert_eq!((sample.cpu_wait_ratio, sample.cpu_steal_ratio), (None, None));
        assert!(sample.core_ratios.is_empty());
        assert_eq!(
            (sample.memory_bytes, sample.memory_limit_bytes),
            (Some(51_200), Some(102_400))
        );
        assert_eq!(
            (sample.swap_bytes, sample.swap_limit_bytes),
            (Some(10_240), Some(10_240))
        );
    }

    #[test]
    fn this_machine_tells_all_that_each_has() {
        let mut sampler = Sampler::new(Roots::machine());
        let sample = sampler.look(Instant::now(), INTERVAL);
        assert!(sample.memory_bytes.is_some() && sample.load_1.is_some());
        assert!(sample.process_count.is_some_and(|count| count > 0));
    }

    #[test]
    fn no_text_makes_it_panic() {
        // Numbers at the edge, names that are paths, binary garbage and cut lines, in each of the files.
        let garbage = [
            "",
            "\0\u{1}\u{2}",
            "cpu",
            "cpu  18446744073709551615 18446744073709551615 18446744073709551615 18446744073709551615 1 1 1 1\ncpu99999999999 1 1 1 1",
            ":::::\n: 1 2 3 4 5 6 7 8 9 10\n../../x: 18446744073709551615 0 0 0 0 0 0 0 18446744073709551615",
            "1 2 ../../.. 1 2 18446744073709551615 4 5 6 7 8",
            "1 2 3:4 /\\ \\777 rw - ext4 \\1\n1 2 3:4 / / - overlay",
            "max max\nmax",
            "-1 -1\n0 0",
            "usage_usec 18446744073709551615\ninactive_file 18446744073709551615",
            "MemTotal: 0 kB\nMemAvailable: 18446744073709551 kB",
            "1e400 -1e400 NaN",
        ];
        let files = [
            "proc/stat",
            "proc/meminfo",
            "proc/loadavg",
            "proc/net/dev",
            "proc/diskstats",
            "proc/self/mountinfo",
            "proc/cpuinfo",
            "proc/1/environ",
            "etc/os-release",
            "sys/fs/cgroup/cgroup.controllers",
            "sys/fs/cgroup/cpu.max",
            "sys/fs/cgroup/cpu.stat",
            "sys/fs/cgroup/memory.max",
            "sys/fs/cgroup/memory.current",
            "sys/fs/cgroup/memory.stat",
            "sys/class/hwmon/hwmon0/temp1_input",
        ];
        let mut machine = Machine::new();
        let mut seconds = 0;
        for text in garbage {
            for file in files {
                machine.write(file, text);
                seconds += 10;
                let sample = machine.look(seconds);
                for ratio in sample.core_ratios.iter().chain(&sample.cpu_ratio) {
                    assert!((0.0..=1.0).contains(ratio), "{text:?} in {file} gives {ratio}");
                }
                super::super::facts(&Roots::below(machine.folder.path()), &[]);
            }
        }
    }
}
