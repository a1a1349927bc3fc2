//! Use of the processors, from `/proc/stat`.

/// Time that a processor, or all of them, spent, in ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Times {
    user: u64,
    system: u64,
    idle: u64,
    wait: u64,
    steal: u64,
}

impl Times {
    /// From the numbers of a line: user nice system idle iowait irq softirq steal, and what user holds already.
    fn parse<'a>(mut numbers: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut fields = [0_u64; 8];
        for (index, field) in fields.iter_mut().enumerate() {
            match numbers.next() {
                Some(text) => *field = text.parse().ok()?,
                // Old kernels have fewer; without the first four there is nothing to tell.
                None if index >= 4 => break,
                None => return None,
            }
        }
        let [user, nice, system, idle, wait, irq, soft_irq, steal] = fields;
        Some(Self {
            user: user.saturating_add(nice),
            system: system.saturating_add(irq).saturating_add(soft_irq),
            idle,
            wait,
            steal,
        })
    }

    fn total(self) -> u64 {
        [self.user, self.system, self.idle, self.wait, self.steal]
            .into_iter()
            .fold(0, u64::saturating_add)
    }

    /// What was spent since `before`. Single fields may fall a little; when all together did, they began anew.
    fn since(self, before: Self) -> Option<Self> {
        if self.total() < before.total() {
            return None;
        }
        Some(Self {
            user: self.user.saturating_sub(before.user),
            system: self.system.saturating_sub(before.system),
            idle: self.idle.saturating_sub(before.idle),
            wait: self.wait.saturating_sub(before.wait),
            steal: self.steal.saturating_sub(before.steal),
        })
    }
}

/// Shares of the time between two looks, each 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shares {
    pub(crate) used: f64,
    pub(crate) user: f64,
    pub(crate) system: f64,
    pub(crate) wait: f64,
    pub(crate) steal: f64,
}

impl Shares {
    fn of(spent: Times) -> Option<Self> {
        let total = spent.total();
        if total == 0 {
            return None;
        }
        let share = |part: u64| ratio(part, total);
        Some(Self {
            used: share(spent.user.saturating_add(spent.system)),
            user: share(spent.user),
            system: share(spent.system),
            wait: share(spent.wait),
            steal: share(spent.steal),
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share needs no more than 53 bits")]
fn ratio(part: u64, total: u64) -> f64 {
    (part as f64 / total as f64).clamp(0.0, 1.0)
}

/// What one look found.
#[derive(Clone, Debug, Default)]
pub(crate) struct CpuTimes {
    all: Option<Times>,
    /// By the number of the core.
    cores: Vec<(u32, Times)>,
}

impl CpuTimes {
    /// Reads `/proc/stat` into the place of what was read before.
    pub(crate) fn read(&mut self, text: &str) {
        self.all = None;
        self.cores.clear();
        // The lines of processors are the first; that of interrupts, which follow, is long.
        for line in text.lines().take_while(|line| line.starts_with("cpu")) {
            let mut words = line.split_ascii_whitespace();
            let name = words.next().unwrap_or_default();
            let Some(times) = Times::parse(words) else {
                continue;
            };
            match name.strip_prefix("cpu") {
                Some("") => self.all = Some(times),
                Some(number) => self
                    .cores
                    .extend(number.parse().ok().map(|number: u32| (number, times))),
                None => {}
            }
        }
    }

    /// How many cores there are.
    pub(crate) fn core_count(&self) -> usize {
        self.cores.len()
    }

    /// How all processors together were used since `before`.
    pub(crate) fn shares_since(&self, before: &Self) -> Option<Shares> {
        Shares::of(self.all?.since(before.all?)?)
    }

    /// How much of each core was used since `before`; nothing when that is not known of all, since a list has no holes.
    pub(crate) fn cores_since(&self, before: &Self) -> Vec<f64> {
        let used = |(number, times): &(u32, Times)| {
            // They come in the same order nearly always.
            let (_, before) = before.cores.iter().find(|(other, _)| other == number)?;
            Some(Shares::of(times.since(*before)?)?.used)
        };
        self.cores
            .iter()
            .map(used)
            .collect::<Option<Vec<f64>>>()
            .unwrap_or_default()
    }
}

/// When the machine started, in seconds since 1970, from `/proc/stat`.
pub(crate) fn boot_time(text: &str) -> Option<i64> {
    let line = text.lines().find_map(|line| line.strip_prefix("btime "))?;
    line.trim().parse().ok().filter(|time| *time > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "cpu  100 20 30 800 40 5 5 0 50 0\ncpu0 50 10 15 400 20 3 2 0 0 0\ncpu1 50 10 15 400 20 2 3 0\nintr 1 2\nbtime 1700000000\n";

    fn read(text: &str) -> CpuTimes {
        let mut times = CpuTimes::default();
        times.read(text);
        times
    }

    #[test]
    fn shares_are_of_the_time_between_two_looks() {
        let second = read(
            "cpu  130 30 40 840 50 5 5 10 60 0\ncpu0 50 10 15 480 20 3 2 0\ncpu1 100 20 25 400 20 2 3 0\n",
        );
        let shares = second.shares_since(&read(FIRST)).unwrap();
        // 110 ticks: 40 in programs, 10 in the kernel, 40 idle, 10 waiting, 10 stolen.
        let close = |value: f64, wanted: f64| (value - wanted).abs() < 1e-9;
        assert!(close(shares.user, 40.0 / 110.0));
        assert!(close(shares.system, 10.0 / 110.0));
        assert!(close(shares.used, 50.0 / 110.0));
        assert!(close(shares.wait, 10.0 / 110.0));
        assert!(close(shares.steal, 10.0 / 110.0));
        assert_eq!(second.cores_since(&read(FIRST)), [0.0, 1.0]);
    }

    #[test]
    fn counters_that_began_anew_tell_nothing() {
        let anew = read("cpu  1 0 0 2 0 0 0 0\ncpu0 1 0 0 2\n");
        assert_eq!(anew.shares_since(&read(FIRST)), None);
        assert!(anew.cores_since(&read(FIRST)).is_empty());
    }

    #[test]
    fn time_waited_may_fall_a_little() {
        let second = read("cpu  110 20 30 900 39 5 5 0\n");
        let shares = second.shares_since(&read(FIRST)).unwrap();
        assert!(shares.wait.abs() < f64::EPSILON && shares.used > 0.0);
    }

    #[test]
    fn a_core_that_came_leaves_the_list_out_once() {
        let second =
            read("cpu  1000 20 30 900 39 5 5 0\ncpu0 60 10 15 480 20\ncpu1 60 10 15 480 20\ncpu7 1 1 1 1\n");
        assert!(second.cores_since(&read(FIRST)).is_empty());
        assert_eq!(second.core_count(), 3);
    }

    #[test]
    fn two_looks_in_one_tick_tell_nothing() {
        assert_eq!(read(FIRST).shares_since(&read(FIRST)), None);
    }

    #[test]
    fn the_boot_time_is_found() {
        assert_eq!(boot_time(FIRST), Some(1_700_000_000));
        assert_eq!(boot_time("btime x"), None);
    }
}
