//! Which units of systemd have failed: asked once a minute while there is a session, and told whenever that changes.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::Command;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until, timeout};

use crate::host::Roots;

const PERIOD: Duration = Duration::from_mins(1);
/// systemd that is busy answers late, and is asked again a minute later.
const PATIENCE: Duration = Duration::from_secs(5);
const MOST_UNITS: usize = 50;
const MOST_BYTES: u64 = 64 * 1024;

/// Asks, and remembers what was told.
#[derive(Debug)]
pub(super) struct FailedUnits {
    /// `None` where there is no systemd.
    program: Option<PathBuf>,
    due: Instant,
    asking: Option<JoinHandle<Option<Vec<String>>>>,
    told: Option<Vec<String>>,
}

impl FailedUnits {
    /// For a session that begins: the first answer is news.
    pub(super) fn new(roots: &Roots) -> Self {
        Self {
            program: program(roots),
            due: Instant::now(),
            asking: None,
            told: None,
        }
    }

    /// Waits until there is something else to tell. May be dropped and called again.
    pub(super) async fn news(&mut self) -> Vec<String> {
        let Some(program) = self.program.clone() else {
            return std::future::pending().await;
        };
        loop {
            let asking = match &mut self.asking {
                Some(asking) => asking,
                none => {
                    sleep_until(self.due).await;
                    self.due = Instant::now() + PERIOD;
                    none.insert(tokio::spawn(ask(program.clone())))
                }
            };
            let answer = asking.await.ok().flatten();
            self.asking = None;
            if let Some(units) = answer
                && self.told.as_ref() != Some(&units)
            {
                self.told = Some(units.clone());
                return units;
            }
        }
    }
}

impl Drop for FailedUnits {
    fn drop(&mut self) {
        if let Some(asking) = &self.asking {
            asking.abort();
        }
    }
}

fn program(roots: &Roots) -> Option<PathBuf> {
    // Only where systemd runs the machine: the program may be there without it.
    if !roots.at("/run/systemd/system").is_dir() {
        return None;
    }
    let places = ["/usr/bin/systemctl", "/bin/systemctl"];
    places
        .iter()
        .map(|place| roots.at(place))
        .find(|program| program.is_file())
}

/// `None` when there is no answer.
async fn ask(program: PathBuf) -> Option<Vec<String>> {
    let mut child = Command::new(program)
        .args([
            "list-units",
            "--failed",
            "--plain",
            "--no-legend",
            "--no-pager",
            "--full",
        ])
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .ok()?;
    let mut text = Vec::new();
    let answer = async {
        let mut output = child.stdout.take()?.take(MOST_BYTES);
        output.read_to_end(&mut text).await.ok()?;
        // One that still writes is ended by a closed pipe.
        drop(output);
        child.wait().await.ok().filter(std::process::ExitStatus::success)
    };
    timeout(PATIENCE, answer).await.ok()??;
    Some(parse(&String::from_utf8_lossy(&text)))
}

/// The first word of each line, in their order.
fn parse(text: &str) -> Vec<String> {
    let mut units: Vec<String> = text
        .lines()
        .filter_map(|line| line.split_ascii_whitespace().next())
        .map(str::to_owned)
        .collect();
    units.sort();
    units.truncate(MOST_UNITS);
    units
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use super::*;

    /// A systemd that says what is in a file.
    fn systemd(root: &Path, says: &str) -> Roots {
        fs::create_dir_all(root.join("run/systemd/system")).unwrap();
        fs::create_dir_all(root.join("usr/bin")).unwrap();
        let program = root.join("usr/bin/systemctl");
        fs::write(root.join("says"), says).unwrap();
        let script = format!("#!/bin/sh\ncat '{}'\n", root.join("says").display());
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        Roots::below(root)
    }

    #[tokio::test]
    async fn the_first_answer_is_news_and_the_same_again_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let roots = systemd(
            folder.path(),
            "nginx.service loaded failed failed A web server\napt.timer loaded failed failed x\n",
        );
        let mut units = FailedUnits::new(&roots);
        assert_eq!(units.news().await, ["apt.timer", "nginx.service"]);
        units.due = Instant::now();
        let again = timeout(Duration::from_millis(500), units.news()).await;
        assert!(again.is_err(), "{again:?}");
        fs::write(folder.path().join("says"), "").unwrap();
        units.due = Instant::now();
        units.asking = None;
        assert!(
            units.news().await.is_empty(),
            "that nothing has failed any more is news"
        );
    }

    #[tokio::test]
    async fn a_machine_without_systemd_is_not_asked() {
        let folder = tempfile::tempdir().unwrap();
        let mut units = FailedUnits::new(&Roots::below(folder.path()));
        let news = timeout(Duration::from_millis(50), units.news()).await;
        assert!(news.is_err(), "{news:?}");
    }

    #[test]
    fn a_long_list_is_cut() {
        let lines: Vec<String> = (0..99).map(|unit| format!("u{unit:02}.service x")).collect();
        let units = parse(&lines.join("\n"));
        assert_eq!((units.len(), units[0].as_str()), (MOST_UNITS, "u00.service"));
    }
}
