//! What runs a program in a guest of this machine: `pct` of Proxmox VE, or `lxc-attach` of LXC itself.

use std::path::{Path, PathBuf};

/// In the order in which they are looked for: where there is Proxmox VE, its guests are not to be touched behind its back.
const TOOLS: [(&str, Tool); 4] = [
    ("/usr/sbin/pct", Tool::Pct),
    ("/usr/bin/pct", Tool::Pct),
    ("/usr/bin/lxc-attach", Tool::LxcAttach),
    ("/usr/sbin/lxc-attach", Tool::LxcAttach),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tool {
    Pct,
    LxcAttach,
}

/// The program to start and what to tell it; `None` where there is neither.
pub(super) fn chpasswd(root: &Path, vmid: u32) -> Option<(PathBuf, Vec<String>)> {
    let places = TOOLS
        .iter()
        .map(|(place, tool)| (root.join(place.trim_start_matches('/')), tool));
    let (program, tool) = places.into_iter().find(|(program, _)| program.is_file())?;
    let vmid = vmid.to_string();
    let before: Vec<&str> = match tool {
        Tool::Pct => vec!["exec", &vmid],
        Tool::LxcAttach => vec!["--name", &vmid, "--clear-env"],
    };
    let words = before.into_iter().chain(["--", "chpasswd", "-e"]);
    Some((program, words.map(str::to_owned).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(programs: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for program in programs {
            let path = root.path().join(program);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        root
    }

    #[test]
    fn proxmox_is_asked_where_there_is_one() {
        let root = machine(&["usr/bin/lxc-attach", "usr/sbin/pct"]);
        let (program, words) = chpasswd(root.path(), 100).unwrap();
        assert!(program.ends_with("pct"));
        assert_eq!(words, ["exec", "100", "--", "chpasswd", "-e"]);
    }

    #[test]
    fn a_machine_with_lxc_alone_uses_that_and_one_without_guests_nothing() {
        let root = machine(&["usr/bin/lxc-attach"]);
        let (_, words) = chpasswd(root.path(), 100).unwrap();
        assert_eq!(words, ["--name", "100", "--clear-env", "--", "chpasswd", "-e"]);
        assert_eq!(chpasswd(machine(&[]).path(), 100), None);
    }
}
