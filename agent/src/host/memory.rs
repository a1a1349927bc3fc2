//! Use of memory and swap, from `/proc/meminfo`.

use super::text::signed;

/// What is read, in the order of `parse`.
const NAMES: [&str; 9] = [
    "MemTotal",
    "MemFree",
    "MemAvailable",
    "Buffers",
    "Cached",
    "SReclaimable",
    "Shmem",
    "SwapTotal",
    "SwapFree",
];

/// In use and there is, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) used: i64,
    pub(crate) limit: i64,
}

impl Usage {
    pub(crate) fn new(used: u64, limit: u64) -> Self {
        Self {
            used: signed(used.min(limit)),
            limit: signed(limit),
        }
    }
}

/// What the machine has and uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Memory {
    pub(crate) memory: Option<Usage>,
    pub(crate) swap: Option<Usage>,
}

impl Memory {
    pub(crate) fn parse(text: &str) -> Self {
        let mut found = [None; 9];
        for line in text.lines() {
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            if let Some(index) = NAMES.iter().position(|known| *known == name) {
                found[index] = kibibytes(value);
            }
        }
        let [
            total,
            free,
            available,
            buffers,
            cached,
            reclaimable,
            shared,
            swap_total,
            swap_free,
        ] = found;
        // Kernels before 3.14 do not tell what is available.
        let available = available.or_else(|| {
            let cache = buffers?
                .checked_add(cached?)?
                .checked_add(reclaimable.unwrap_or(0))?;
            free?.checked_add(cache.saturating_sub(shared.unwrap_or(0)))
        });
        Self {
            memory: usage(total, available),
            swap: usage(swap_total, swap_free),
        }
    }
}

fn usage(total: Option<u64>, free: Option<u64>) -> Option<Usage> {
    let total = total?;
    Some(Usage::new(total.saturating_sub(free?), total))
}

fn kibibytes(text: &str) -> Option<u64> {
    let number: u64 = text.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    number.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_given_back_is_not_in_use() {
        let text = "MemTotal:       1000 kB\nMemFree:   100 kB\nMemAvailable:     600 kB\nSwapTotal: 50 kB\nSwapFree:  50 kB\n";
        let memory = Memory::parse(text);
        assert_eq!(memory.memory, Some(Usage::new(400 * 1024, 1000 * 1024)));
        assert_eq!(memory.swap, Some(Usage::new(0, 50 * 1024)));
    }

    #[test]
    fn old_kernels_tell_it_in_parts() {
        let text = "MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 300 kB\nSReclaimable: 40 kB\nShmem: 20 kB\n";
        assert_eq!(
            Memory::parse(text).memory,
            Some(Usage::new(530 * 1024, 1000 * 1024))
        );
    }

    #[test]
    fn what_is_missing_or_wrong_is_not_known() {
        for text in [
            "",
            "MemTotal: 5 kB",
            "MemTotal: -5 kB\nMemAvailable: 1 kB",
            "MemTotal: 99999999999999999999 kB\nMemAvailable: 1 kB",
            "MemTotal: 18446744073709551615 kB\nMemAvailable: 1 kB",
            "MemTotal 5",
        ] {
            assert_eq!(Memory::parse(text).memory, None, "{text}");
        }
    }
}
