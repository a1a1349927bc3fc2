//! `hostler-agent health`: what the agent that runs here is at, in plain words.

use std::fs::{File, TryLockError};
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context as _, bail};

use crate::clock::Clock;
use crate::config::Config;
use crate::state::{StateDirectory, Status, StatusFile, StatusWord};

/// The agent leaves a sign of life every minute.
const LONGEST_SILENCE: Duration = Duration::from_mins(5);

/// Says that all is well, or what is not.
pub(super) fn check(config: &Config, clock: &dyn Clock) -> anyhow::Result<String> {
    let state = StateDirectory::existing(&config.state_dir);
    let Some(lock) = state.lock_of_agent()?.filter(is_held) else {
        bail!("the agent does not run: start it by its service, or by hostler-agent run");
    };
    let silence = silence(&lock, clock.now()).context("cannot read when the agent last did something")?;
    if silence > LONGEST_SILENCE {
        bail!(
            "the agent hangs: it has done nothing for {}; restart it, and report this with its log",
            words(silence)
        );
    }
    match StatusFile::read(&state)? {
        Some(status) if status.state == StatusWord::Attached => Ok(format!(
            "attached to {} as {} (node {}) for {}\n",
            status.server_url,
            status.display_name,
            status.node_id,
            words(status.age(clock.now()))
        )),
        Some(status) => bail!("{}", trouble(&status, clock.now())),
        None => bail!(
            "the agent has just started, or cannot write into {}",
            state.path().display()
        ),
    }
}

fn trouble(status: &Status, now: Duration) -> String {
    let age = words(status.age(now));
    let url = &status.server_url;
    let what = match status.state {
        StatusWord::Attached => format!("attached to {url} for {age}"),
        StatusWord::Connecting => format!("not attached to {url} for {age}, trying again"),
        StatusWord::Refused => format!("{url} has not let the agent in for {age}"),
        StatusWord::Replaced => format!("another agent took the session at {url} {age} ago"),
        StatusWord::Stopped => format!("the agent stopped {age} ago, or is about to start"),
    };
    if status.problem.is_empty() {
        what
    } else {
        format!("{what}: {}", status.problem)
    }
}

fn is_held(lock: &File) -> bool {
    matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock))
}

fn silence(lock: &File, now: Duration) -> std::io::Result<Duration> {
    let last = lock.metadata()?.modified()?;
    let last = last.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    Ok(now.saturating_sub(last))
}

fn words(time: Duration) -> String {
    let seconds = time.as_secs();
    let (number, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7200 => (seconds / 60, "minute"),
        7200..172_800 => (seconds / 3600, "hour"),
        172_800.. => (seconds / 86_400, "day"),
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    struct Place {
        _folder: tempfile::TempDir,
        config: Config,
        state: StateDirectory,
    }

    fn place() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            state_dir: folder.path().to_owned(),
            ..Config::default()
        };
        Place {
            state: StateDirectory::make(folder.path()).unwrap(),
            config,
            _folder: folder,
        }
    }

    fn status(state: StatusWord, problem: &str) -> Status {
        Status {
            state,
            since: SystemClock.now().as_secs() - 300,
            server_url: "https://hostler.example".to_owned(),
            node_id: "1".to_owned(),
            display_name: "web-1".to_owned(),
            problem: problem.to_owned(),
            version: String::new(),
        }
    }

    fn trouble_at(place: &Place, clock: &dyn Clock) -> String {
        check(&place.config, clock).unwrap_err().to_string()
    }

    #[test]
    fn an_agent_that_does_not_run_is_told_whatever_it_wrote() {
        let place = place();
        assert!(trouble_at(&place, &SystemClock).contains("does not run"));
        drop(place.state.hold().unwrap());
        StatusFile::of(&place.state).tell(status(StatusWord::Attached, ""));
        assert!(trouble_at(&place, &SystemClock).contains("does not run"));
    }

    #[test]
    fn an_attached_agent_is_well() {
        let place = place();
        let held = place.state.hold().unwrap();
        held.sign_of_life(SystemClock.now());
        StatusFile::of(&place.state).tell(status(StatusWord::Attached, ""));
        let text = check(&place.config, &SystemClock).unwrap();
        assert_eq!(
            text,
            "attached to https://hostler.example as web-1 (node 1) for 5 minutes\n"
        );
    }

    #[test]
    fn what_is_wrong_is_told_in_plain_words() {
        let place = place();
        let held = place.state.hold().unwrap();
        held.sign_of_life(SystemClock.now());
        assert!(trouble_at(&place, &SystemClock).contains("has just started"));
        StatusFile::of(&place.state).tell(status(StatusWord::Connecting, "the server does not answer"));
        let text = trouble_at(&place, &SystemClock);
        let wanted =
            "not attached to https://hostler.example for 5 minutes, trying again: the server does not answer";
        assert_eq!(text, wanted);
    }

    #[test]
    fn an_agent_that_hangs_is_not_well() {
        let place = place();
        let held = place.state.hold().unwrap();
        held.sign_of_life(SystemClock.now().saturating_sub(Duration::from_mins(7)));
        StatusFile::of(&place.state).tell(status(StatusWord::Attached, ""));
        let text = trouble_at(&place, &SystemClock);
        assert!(
            text.starts_with("the agent hangs: it has done nothing for 7 minutes"),
            "{text}"
        );
    }

    #[test]
    fn times_are_told_in_words() {
        for (seconds, wanted) in [
            (1, "1 second"),
            (119, "119 seconds"),
            (120, "2 minutes"),
            (86_400, "24 hours"),
        ] {
            assert_eq!(words(Duration::from_secs(seconds)), wanted);
        }
    }
}
