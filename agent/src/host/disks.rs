//! What was read from and written to whole disks, from `/proc/diskstats`.

use std::path::Path;

use super::counters::Counters;

/// The unit of `/proc/diskstats`, whatever the disk's own is.
const SECTOR_BYTES: u64 = 512;

fn parse(line: &str) -> Option<(&str, [u64; 2])> {
    let mut words = line.split_ascii_whitespace().skip(2);
    let name = words.next()?;
    let read: u64 = words.nth(2)?.parse().ok()?;
    let written: u64 = words.nth(3)?.parse().ok()?;
    Some((
        name,
        [
            read.checked_mul(SECTOR_BYTES)?,
            written.checked_mul(SECTOR_BYTES)?,
        ],
    ))
}

/// Adds what the disks of this look have counted.
pub(crate) fn note(text: &str, sys: &Path, counters: &mut Counters) {
    let block = sys.join("block");
    for (name, bytes) in text.lines().filter_map(parse) {
        // The kernel writes names that hold a slash so.
        let directory = block.join(name.replace('/', "!"));
        // Partitions are not in `block`; volumes, arrays and loops have no device beneath them but other disks, and one way of
        // several to a disk is hidden.
        if directory.join("device").exists() && !is_hidden(&directory) {
            counters.note(name, bytes);
        }
    }
}

fn is_hidden(directory: &Path) -> bool {
    super::text::line(&directory.join("hidden")).is_some_and(|text| text != "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(sys: &Path, name: &str, has_device: bool) {
        let directory = sys.join("block").join(name);
        std::fs::create_dir_all(&directory).unwrap();
        if has_device {
            std::fs::create_dir(directory.join("device")).unwrap();
        }
    }

    #[test]
    fn whole_disks_are_counted_once() {
        let sys = tempfile::tempdir().unwrap();
        for name in ["sda", "nvme0n1", "cciss!c0d0", "nvme0c1n1"] {
            disk(sys.path(), name, true);
        }
        std::fs::write(sys.path().join("block/nvme0c1n1/hidden"), "1\n").unwrap();
        for name in ["dm-0", "md0", "loop0"] {
            disk(sys.path(), name, false);
        }
        let names = "sda sda1 nvme0n1 nvme0c1n1 cciss/c0d0 dm-0 md0 loop0";
        let text = |sectors: u64| {
            let line = |name| {
                format!(
                    "   8 0 {name} 100 5 {sectors} 10 200 6 {} 30 0 40 50",
                    sectors * 2
                )
            };
            names.split(' ').map(line).collect::<Vec<_>>().join("\n")
        };
        let mut counters = Counters::default();
        counters.begin();
        note(&text(10), sys.path(), &mut counters);
        assert_eq!(counters.end(), None);
        counters.begin();
        note(&text(11), sys.path(), &mut counters);
        assert_eq!(counters.end(), Some([3 * 512, 3 * 1024]));
    }

    #[test]
    fn lines_that_are_none_are_left_out() {
        for line in [
            "",
            "8 0 sda",
            "8 0 sda 1 2 x 4 5 6 7",
            "8 0 sda 1 2 18446744073709551615 4 5 6 7",
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }
}
