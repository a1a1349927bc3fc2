//! How full the file systems on disks are.

use hostler_proto::v1;
use rustix::fs::statvfs;

use super::mounts::{Mount, on_disks};
use super::roots::Roots;
use super::text::{Buffer, signed};

/// Looks at each file system on a disk.
pub(crate) fn look(roots: &Roots, buffer: &mut Buffer) -> Vec<v1::FileSystem> {
    let Some(text) = buffer.read_bytes(&roots.proc.join("self/mountinfo")) else {
        return Vec::new();
    };
    let is_file = |mount: &Mount<'_>| roots.at(&mount.place).is_file();
    on_disks(text, is_file)
        .into_iter()
        .filter_map(|mount| usage(roots, &mount))
        .collect()
}

fn usage(roots: &Roots, mount: &Mount<'_>) -> Option<v1::FileSystem> {
    let found = statvfs(roots.at(&mount.place)).ok()?;
    let bytes = |blocks: u64| signed(blocks.saturating_mul(found.f_frsize));
    // What only root may fill counts as in use: nobody else can have it.
    let used = found.f_blocks.saturating_sub(found.f_bavail);
    (found.f_blocks > 0).then(|| v1::FileSystem {
        mount_point: mount.place.clone().into_owned(),
        device: mount.device.clone().into_owned(),
        r#type: mount.kind.to_owned(),
        used_bytes: bytes(used),
        limit_bytes: bytes(found.f_blocks),
        used_inodes: signed(found.f_files.saturating_sub(found.f_ffree)),
        limit_inodes: signed(found.f_files),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_system_is_told_with_what_is_in_use() {
        let machine = tempfile::tempdir().unwrap();
        let roots = Roots::below(machine.path());
        std::fs::create_dir_all(roots.proc.join("self")).unwrap();
        let text = "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n22 1 8:2 / /nowhere rw - ext4 /dev/sda2 rw\n";
        std::fs::write(roots.proc.join("self/mountinfo"), text).unwrap();
        let found = look(&roots, &mut Buffer::default());
        assert_eq!(found.len(), 1, "what cannot be looked at is left out");
        let root = &found[0];
        assert_eq!(
            (
                root.mount_point.as_str(),
                root.device.as_str(),
                root.r#type.as_str()
            ),
            ("/", "/dev/sda1", "ext4")
        );
        assert!(
            root.limit_bytes > 0 && (0..=root.limit_bytes).contains(&root.used_bytes),
            "{root:?}"
        );
    }

    #[test]
    fn without_a_table_of_mounts_there_are_none() {
        let machine = tempfile::tempdir().unwrap();
        assert!(look(&Roots::below(machine.path()), &mut Buffer::default()).is_empty());
    }
}
