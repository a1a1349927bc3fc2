//! A disk that can be full, and have room again. A small file system where this user may mount one;
//! elsewhere a limit on the size of the server's files, which refuses writes just so.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use crate::process::Server;

/// Room enough to begin with.
const SIZE: &str = "size=8m";

#[derive(Debug)]
pub enum SmallRoom {
    Mounted(PathBuf),
    Limited(PathBuf),
}

impl SmallRoom {
    /// A file system of its own on this directory.
    pub fn mount(directory: &Path) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", SIZE, "tmpfs"]).arg(directory);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then(|| Self::Mounted(directory.to_owned()))
    }

    pub fn limit(directory: &Path) -> Self {
        Self::Limited(directory.to_owned())
    }

    /// From now on nothing can be written that takes more room.
    pub fn fill(&self, server: &Server) -> anyhow::Result<()> {
        match self {
            Self::Mounted(directory) => {
                let mut ballast = File::create(directory.join("ballast"))?;
                for size in [64 * 1024, 1024, 1] {
                    let block = vec![0; size];
                    while ballast.write_all(&block).is_ok() {}
                }
                Ok(())
            }
            Self::Limited(directory) => {
                let largest = std::fs::metadata(directory.join("hostler.db"))?.len();
                limit_files(server, &largest.to_string())
            }
        }
    }

    pub fn make_room(&self, server: &Server) -> anyhow::Result<()> {
        match self {
            Self::Mounted(directory) => Ok(std::fs::remove_file(directory.join("ballast"))?),
            Self::Limited(_) => limit_files(server, "unlimited"),
        }
    }
}

impl Drop for SmallRoom {
    fn drop(&mut self) {
        match self {
            // Lazily: the server may still be going.
            Self::Mounted(directory) => drop(Command::new("umount").arg("-l").arg(directory).status()),
            Self::Limited(_) => {}
        }
    }
}

fn limit_files(server: &Server, bytes: &str) -> anyhow::Result<()> {
    let id = server.id().context("the server has ended")?;
    let limited = Command::new("prlimit")
        .args(["--pid", &id.to_string(), &format!("--fsize={bytes}:")])
        .status()?;
    ensure!(limited.success(), "prlimit: {limited}");
    Ok(())
}
