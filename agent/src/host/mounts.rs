//! Which file systems are on disks of this machine, from `/proc/self/mountinfo`.

use std::borrow::Cow;

/// Types that keep their data on a disk of this machine.
const ON_DISK: &[&str] = &[
    "apfs", "bcachefs", "btrfs", "exfat", "ext2", "ext3", "ext4", "f2fs", "hfsplus", "jfs", "msdos",
    "nilfs2", "ntfs", "ntfs3", "reiserfs", "ufs", "vfat", "xfs", "zfs",
];
/// Types that answer at once and are not asked: nothing is on them, or nothing changes.
const HARMLESS: &[&str] = &[
    "bpf",
    "cgroup",
    "cgroup2",
    "configfs",
    "cramfs",
    "debugfs",
    "devpts",
    "devtmpfs",
    "efivarfs",
    "erofs",
    "fusectl",
    "hugetlbfs",
    "iso9660",
    "mqueue",
    "nsfs",
    "overlay",
    "proc",
    "pstore",
    "ramfs",
    "romfs",
    "rootfs",
    "securityfs",
    "squashfs",
    "sysfs",
    "tmpfs",
    "tracefs",
    "udf",
];
/// What the protocol allows.
const MOST: usize = 50;

/// A file system that is mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mount<'a> {
    /// Major and minor number of what it is on.
    number: &'a str,
    /// The part of the file system that is mounted; `/` when it is all of it.
    part: &'a str,
    pub(crate) place: Cow<'a, str>,
    pub(crate) kind: &'a str,
    pub(crate) device: Cow<'a, str>,
}

impl Mount<'_> {
    fn is_on_disk(&self) -> bool {
        // The root of a container lies on the disk of its host, by way of an overlay. Snapshots of ZFS appear when somebody looks.
        (ON_DISK.contains(&self.kind) && !self.device.contains('@'))
            || (self.kind == "overlay" && self.place == "/")
    }

    /// A part of a file system may be a single file: containers are given their `/etc/hosts` so.
    pub(crate) fn may_be_file(&self) -> bool {
        self.part != "/" && self.place != "/" && self.kind != "btrfs"
    }

    /// Of several places of one file system, the one that stands for it: all of it rather than a part, near the root.
    fn rank(&self) -> (bool, usize) {
        (self.part != "/" && self.place != "/", self.place.len())
    }
}

fn parse(line: &str) -> Option<Mount<'_>> {
    let (front, back) = line.split_once(" - ")?;
    let mut front = front.split(' ').skip(2);
    let mut back = back.split(' ');
    Some(Mount {
        number: front.next()?,
        part: front.next()?,
        place: unescaped(front.next()?)?,
        kind: back.next()?,
        device: unescaped(back.next()?)?,
    })
}

/// The file systems to look at, each once, as far as looking cannot hang: a server that is away holds whoever comes near what it
/// serves, so neither that is asked, nor what lies below it.
pub(crate) fn on_disks(text: &[u8], is_file: impl Fn(&Mount<'_>) -> bool) -> Vec<Mount<'_>> {
    let mut mounts: Vec<Mount<'_>> = Vec::new();
    // What is no text cannot be told.
    let lines = text
        .split(|byte| *byte == b'\n')
        .filter_map(|line| std::str::from_utf8(line).ok());
    for mount in lines.filter_map(parse) {
        // What is mounted over another one hides it.
        mounts.retain(|other| other.place != mount.place);
        mounts.push(mount);
    }
    let risky: Vec<String> = mounts
        .iter()
        .filter(|mount| !ON_DISK.contains(&mount.kind) && !HARMLESS.contains(&mount.kind))
        .map(|mount| format!("{}/", mount.place.trim_end_matches('/')))
        .collect();
    mounts.retain(|mount| mount.is_on_disk() && !risky.iter().any(|above| mount.place.starts_with(above)));

    let mut chosen: Vec<Mount<'_>> = Vec::new();
    for mount in mounts {
        if mount.may_be_file() && is_file(&mount) {
            continue;
        }
        match chosen.iter_mut().find(|other| other.number == mount.number) {
            Some(other) if mount.rank() < other.rank() => *other = mount,
            Some(_) => {}
            None => chosen.push(mount),
        }
    }
    chosen.truncate(MOST);
    chosen
}

/// The kernel writes white space and backslashes as `\040`.
fn unescaped(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('\\') {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = if *first == b'\\' {
            after.get(..3).and_then(octal)
        } else {
            None
        };
        if let Some(byte) = code {
            bytes.push(byte);
            rest = after.get(3..)?;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

fn octal(digits: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok()?;
    text.bytes()
        .all(|digit| matches!(digit, b'0'..=b'7'))
        .then(|| u8::from_str_radix(text, 8).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(text: &str) -> Vec<String> {
        on_disks(text.as_bytes(), |_| false)
            .into_iter()
            .map(|mount| mount.place.into_owned())
            .collect()
    }

    #[test]
    fn file_systems_on_disks_are_found_each_once() {
        let text = "\
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
22 21 0:20 / /proc rw - proc proc rw
23 21 0:5 / /dev rw - devtmpfs udev rw
24 21 8:2 /sub /mnt/bind rw - xfs /dev/sdb1 rw
25 21 8:2 / /srv/with\\040space rw - xfs /dev/sdb1 rw
26 21 7:0 / /snap/core rw - squashfs /dev/loop0 ro
27 21 0:40 / /var/lib/docker/overlay2/a/merged rw - overlay overlay rw
28 21 0:41 / /mnt/nfs rw - nfs4 server:/export rw
29 28 8:3 / /mnt/nfs/disk rw - ext4 /dev/sdc1 rw
30 21 0:42 / /mnt/ssh rw - fuse.sshfs me@server: rw
31 21 0:50 / /tank rw - zfs tank rw
32 21 0:51 / /tank/.zfs/snapshot/a rw - zfs tank@a rw
33 21 0:52 /@home /home rw - btrfs /dev/sdd1 rw
34 21 0:52 /@ /btrfs rw - btrfs /dev/sdd1 rw
";
        assert_eq!(points(text), ["/", "/srv/with space", "/tank", "/home"]);
    }

    #[test]
    fn what_is_hidden_by_another_mount_is_not_looked_at() {
        let text = "\
21 1 8:1 / / rw - ext4 /dev/sda1 rw
22 21 8:2 / /data rw - ext4 /dev/sda2 rw
23 22 0:41 / /data rw - nfs4 server:/export rw
24 21 8:3 / /database rw - ext4 /dev/sda3 rw
";
        assert_eq!(points(text), ["/", "/database"]);
    }

    #[test]
    fn the_root_of_a_container_counts_and_single_files_do_not() {
        let text = "\
21 1 0:90 / / rw - overlay overlay rw
22 21 8:1 /var/lib/docker/containers/a/hosts /etc/hosts rw - ext4 /dev/sda1 rw
23 21 8:1 /srv/volume /data/volume rw - ext4 /dev/sda1 rw
";
        let mounts = on_disks(text.as_bytes(), |mount| mount.place == "/etc/hosts");
        let found: Vec<&str> = mounts.iter().map(|mount| mount.place.as_ref()).collect();
        assert_eq!(found, ["/", "/data/volume"]);
    }

    #[test]
    fn there_are_at_most_as_many_as_the_protocol_allows() {
        let line = |number| format!("21 1 8:{number} / /mnt/{number} rw - ext4 /dev/sda{number} rw");
        let text = (0..80).map(line).collect::<Vec<_>>().join("\n");
        assert_eq!(points(&text).len(), MOST);
    }

    #[test]
    fn broken_lines_are_left_out() {
        for text in [
            "",
            "\n\n",
            " - ",
            "1 2 3 - ext4",
            "21 1 8:1 / /a\\ rw - ext4",
            "21 1 8:1 / - ext4 /dev/sda rw",
        ] {
            assert!(points(text).is_empty(), "{text}");
        }
        assert!(on_disks(b"21 1 8:1 / /\xff rw - ext4 /dev/sda1 rw", |_| false).is_empty());
    }

    #[test]
    fn escapes_are_undone_and_what_only_looks_so_is_kept() {
        for (text, wanted) in [
            ("a\\040b", "a b"),
            ("\\134", "\\"),
            ("a\\", "a\\"),
            ("\\09x", "\\09x"),
            ("\\777", "\\777"),
        ] {
            assert_eq!(unescaped(text).as_deref(), Some(wanted), "{text}");
        }
        assert_eq!(unescaped("\\377"), None);
    }
}
