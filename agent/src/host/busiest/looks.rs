//! Looks at all processes, and tells of the few that use most.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::Write as _;
use std::mem::{self, MaybeUninit};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hostler_proto::v1;
use rustix::fs::{Mode, OFlags, RawDir};

use super::accounts::Accounts;
use super::stat::{Stat, parse};
use crate::host::roots::Roots;
use crate::host::text::{Buffer, signed};

/// Of each kind.
const TOLD: usize = 10;
/// More than these are not looked at: the kernel's own limit, unless it was raised.
const MOST: usize = 32_768;
/// Room for some hundred names at a time.
const BUFFER_BYTES: usize = 8 * 1024;
/// Between looks that are nearer to each other, shares would be noise.
const SHORTEST_SPAN: Duration = Duration::from_millis(500);

/// What is kept from look to look.
#[derive(Debug)]
pub(crate) struct Busiest {
    roots: Roots,
    buffer: Buffer,
    accounts: Accounts,
    /// Processor time of each process, by its id, at the look before.
    before: HashMap<u32, Before>,
    looked: Option<Instant>,
    ticks_per_second: u64,
    page_bytes: u64,
}

#[derive(Clone, Copy, Debug)]
struct Before {
    start: u64,
    ticks: u64,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    pid: u32,
    pages: u64,
    /// Since the look before; `None` of one that was not there.
    ticks: Option<u64>,
}

impl Busiest {
    pub(crate) fn new(roots: Roots) -> Self {
        Self {
            roots,
            buffer: Buffer::default(),
            accounts: Accounts::default(),
            before: HashMap::new(),
            looked: None,
            ticks_per_second: rustix::param::clock_ticks_per_second().max(1),
            page_bytes: u64::try_from(rustix::param::page_size()).unwrap_or(4096),
        }
    }

    /// Those that use most processor and those that hold most memory, each once, the most processor first. Empty when
    /// no process can be seen.
    pub(crate) fn look(&mut self, now: Instant) -> Vec<v1::NodeProcess> {
        let span = self.looked.map(|looked| now.saturating_duration_since(looked));
        let span = span.filter(|span| *span >= SHORTEST_SPAN);
        let seen = self.see(span.is_some());
        self.looked = Some(now);
        self.accounts
            .refresh(&self.roots.at("/etc/passwd"), &mut self.buffer);
        let mut told: Vec<v1::NodeProcess> = chosen(&seen)
            .into_iter()
            .filter_map(|place| self.tell(*seen.get(place)?, span))
            .collect();
        told.sort_by(|one, other| {
            let cpu = |process: &v1::NodeProcess| process.cpu_cores.unwrap_or(0.0);
            let by_cpu = cpu(other).total_cmp(&cpu(one));
            by_cpu.then(other.memory_bytes.cmp(&one.memory_bytes))
        });
        told
    }

    fn see(&mut self, compares: bool) -> Vec<Seen> {
        let mut seen = Vec::new();
        let before = mem::take(&mut self.before);
        for pid in pids(&self.roots.proc) {
            let Some((_, stat)) = self.read(pid) else { continue };
            let old = before.get(&pid).filter(|old| old.start == stat.start);
            let ticks = old.map(|old| stat.ticks.saturating_sub(old.ticks));
            seen.push(Seen {
                pid,
                pages: stat.pages,
                ticks: ticks.filter(|_| compares),
            });
            let Stat { start, ticks, .. } = stat;
            self.before.insert(pid, Before { start, ticks });
        }
        seen
    }

    fn read(&mut self, pid: u32) -> Option<(String, Stat)> {
        let line = self
            .buffer
            .read_bytes(&directory(&self.roots.proc, pid).join("stat"))?;
        let (name, stat) = parse(line)?;
        Some((words(name), stat))
    }

    /// `None` when it has ended meanwhile.
    fn tell(&mut self, seen: Seen, span: Option<Duration>) -> Option<v1::NodeProcess> {
        let (name, _) = self.read(seen.pid)?;
        let owner = fs::metadata(directory(&self.roots.proc, seen.pid)).ok()?.uid();
        #[expect(clippy::cast_precision_loss, reason = "ticks of a few seconds")]
        let cpu_cores = span
            .zip(seen.ticks)
            .map(|(span, ticks)| ticks as f64 / self.ticks_per_second as f64 / span.as_secs_f64());
        Some(v1::NodeProcess {
            pid: i32::try_from(seen.pid).ok()?,
            name,
            user: self.accounts.name(owner),
            cpu_cores,
            memory_bytes: signed(seen.pages.saturating_mul(self.page_bytes)),
        })
    }
}

/// Places of the busiest and of the largest, each once.
fn chosen(seen: &[Seen]) -> BTreeSet<usize> {
    let mut places: Vec<usize> = (0..seen.len()).collect();
    let mut most = |of: fn(&Seen) -> u64| {
        let figure = |place: &usize| seen.get(*place).map_or(0, of);
        places.sort_unstable_by_key(|place| std::cmp::Reverse(figure(place)));
        let few = places.iter().take(TOLD).copied();
        few.filter(|place| figure(place) > 0).collect::<Vec<_>>()
    };
    let busiest = most(|seen| seen.ticks.unwrap_or(0));
    let largest = most(|seen| seen.pages);
    busiest.into_iter().chain(largest).collect()
}

fn pids(proc: &Path) -> Vec<u32> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let Ok(directory) = rustix::fs::open(proc, flags, Mode::empty()) else {
        return Vec::new();
    };
    let mut buffer = [MaybeUninit::uninit(); BUFFER_BYTES];
    let mut entries = RawDir::new(directory, &mut buffer);
    let mut pids = Vec::new();
    while let Some(Ok(entry)) = entries.next() {
        let name = entry.file_name().to_str().ok();
        if let Some(pid) = name.and_then(|name| name.parse().ok())
            && pids.len() < MOST
        {
            pids.push(pid);
        }
    }
    pids
}

fn directory(proc: &Path, pid: u32) -> PathBuf {
    let mut name = Vec::with_capacity(10);
    // Into memory: it cannot fail.
    write!(name, "{pid}").ok();
    proc.join(String::from_utf8_lossy(&name).as_ref())
}

/// The name as text of one line. A process chooses its name itself.
fn words(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(name);
    text.chars().filter(|letter| !letter.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Machine(tempfile::TempDir);

    impl Machine {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join("proc")).unwrap();
            Self(folder)
        }

        fn process(&self, pid: u32, name: &str, start: u64, ticks: u64, pages: u64) {
            let path = self.0.path().join(format!("proc/{pid}"));
            fs::create_dir_all(&path).unwrap();
            let line =
                format!("{pid} ({name}) S 1 1 1 0 -1 0 0 0 0 0 {ticks} 0 0 0 20 0 1 0 {start} 0 {pages} 0\n");
            fs::write(path.join("stat"), line).unwrap();
        }

        fn busiest(&self) -> Busiest {
            let mut busiest = Busiest::new(Roots::below(self.0.path()));
            busiest.ticks_per_second = 100;
            busiest.page_bytes = 4096;
            busiest
        }
    }

    #[test]
    fn the_busiest_come_first_and_the_largest_are_among_them() {
        let machine = Machine::new();
        for pid in 1..=30 {
            machine.process(pid, "idle", 1, 0, 1);
        }
        machine.process(40, "busy\u{1b}[2J", 1, 100, 1);
        machine.process(50, "large", 1, 0, 1000);
        let mut busiest = machine.busiest();
        let now = Instant::now();
        let first = busiest.look(now);
        assert!(first.iter().all(|process| process.cpu_cores.is_none()));
        assert_eq!(first[0].name, "large");
        machine.process(40, "busy\u{1b}[2J", 1, 1600, 1);
        let second = busiest.look(now + Duration::from_secs(10));
        assert_eq!(
            (second[0].name.as_str(), second[0].cpu_cores),
            ("busy[2J", Some(1.5))
        );
        assert_eq!(
            (second[1].name.as_str(), second[1].memory_bytes),
            ("large", 4_096_000)
        );
        assert!(second.len() <= 2 * TOLD);
    }

    #[test]
    fn a_process_that_took_over_an_id_is_another_one() {
        let machine = Machine::new();
        machine.process(7, "old", 1, 9000, 1);
        let mut busiest = machine.busiest();
        let now = Instant::now();
        busiest.look(now);
        machine.process(7, "new", 2, 9500, 1);
        let told = busiest.look(now + Duration::from_secs(10));
        assert_eq!((told[0].name.as_str(), told[0].cpu_cores), ("new", None));
    }

    #[test]
    fn a_machine_that_shows_no_process_tells_of_none() {
        let machine = Machine::new();
        fs::create_dir(machine.0.path().join("proc/12")).unwrap();
        fs::create_dir(machine.0.path().join("proc/self")).unwrap();
        assert!(machine.busiest().look(Instant::now()).is_empty());
    }
}
