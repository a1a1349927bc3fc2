//! A machine of its own for a test: a state directory, a clock that can be set, and short pauses.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use hostler_agent::clock::{Clock, SystemClock};
use hostler_agent::config::{Config, ContainersConfig, Grant};
use hostler_agent::{Agent, EnrolError, Enrolled, Enrolment, Roots, RotateError, Rotation, RunError, Timing};
use ring::digest::{SHA256, digest};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::server::TOKEN;
use crate::wait::within;

#[derive(Debug)]
pub(crate) struct Machine {
    folder: tempfile::TempDir,
    url: String,
    pub(crate) clock: Arc<ShiftedClock>,
    pub(crate) timing: Timing,
    pub(crate) ca: Option<Vec<u8>>,
    pub(crate) grants: Vec<Grant>,
    pub(crate) container_socket: Option<PathBuf>,
}

/// The machine's clock, set wrong by as much as a test wants.
#[derive(Debug, Default)]
pub(crate) struct ShiftedClock(AtomicI64);

impl ShiftedClock {
    pub(crate) fn shift_by_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Duration {
        let shift = self.0.load(Ordering::SeqCst);
        let by = Duration::from_secs(shift.unsigned_abs());
        let now = SystemClock.now();
        if shift < 0 {
            now.saturating_sub(by)
        } else {
            now + by
        }
    }
}

/// An agent that runs. Dropping it is a crash.
#[derive(Debug)]
pub(crate) struct Running {
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<Result<(), RunError>>,
}

impl Machine {
    pub(crate) fn at(url: String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let proc = folder.path().join("root/proc/sys/kernel");
        std::fs::create_dir_all(proc.join("random")).unwrap();
        std::fs::write(proc.join("hostname"), "machine-of-a-test\n").unwrap();
        std::fs::write(
            proc.join("random/boot_id"),
            "0b8e9a0e-5e0c-4a3c-9a63-3d5e7d3f2b11\n",
        )
        .unwrap();
        Self {
            folder,
            url,
            clock: Arc::default(),
            timing: Timing {
                connect_timeout: Duration::from_secs(5),
                answer_timeout: Duration::from_secs(5),
                ping_interval: Duration::from_millis(200),
                ping_timeout: Duration::from_millis(300),
                backoff_first: Duration::from_millis(10),
                backoff_cap: Duration::from_millis(100),
                refused_pause: Duration::from_millis(100),
                settled_after: Duration::from_secs(1),
                patience: Duration::from_millis(300),
                give_up_after: Duration::from_secs(20),
                farewell: Duration::from_secs(2),
                shortest_interval: Duration::from_millis(10),
                sample_interval: Duration::from_millis(50),
                ..Timing::default()
            },
            ca: None,
            grants: Vec::new(),
            container_socket: None,
        }
    }

    /// A machine that has joined.
    pub(crate) async fn enrolled_at(url: String) -> Self {
        let machine = Self::at(url);
        machine.enrolment(TOKEN).enrol().await.unwrap();
        machine
    }

    pub(crate) fn state_dir(&self) -> std::path::PathBuf {
        self.folder.path().join("state")
    }

    /// Where it looks for whoever may set passwords in guests.
    pub(crate) fn guests_socket(&self) -> std::path::PathBuf {
        self.folder.path().join("root/run/hostler-agent/guests.sock")
    }

    pub(crate) fn file(&self, name: &str) -> std::path::PathBuf {
        self.state_dir().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Option<String> {
        std::fs::read_to_string(self.file(name)).ok()
    }

    pub(crate) fn enrolment(&self, token: &str) -> Enrolment {
        Enrolment {
            server_url: self.url.clone(),
            ca: self.ca.clone(),
            token: token.to_owned(),
            state_dir: self.state_dir(),
            force: false,
            roots: self.roots(),
            timing: self.timing.clone(),
        }
    }

    pub(crate) async fn enrol(&self, token: &str) -> Result<Enrolled, EnrolError> {
        self.enrolment(token).enrol().await
    }

    pub(crate) async fn rotate(&self) -> Result<(), RotateError> {
        self.rotation().rotate().await
    }

    pub(crate) fn rotation(&self) -> Rotation {
        Rotation {
            config: self.config(),
            timing: self.timing.clone(),
        }
    }

    pub(crate) fn config(&self) -> Config {
        Config {
            state_dir: self.state_dir(),
            grants: self.grants.clone(),
            containers: ContainersConfig {
                socket: self.container_socket.clone(),
            },
            ..Config::default()
        }
    }

    pub(crate) fn agent(&self) -> Agent {
        Agent {
            config: self.config(),
            roots: self.roots(),
            clock: self.clock.clone(),
            timing: self.timing.clone(),
        }
    }

    pub(crate) fn run(&self) -> Running {
        let (stop, stopped) = oneshot::channel::<()>();
        let agent = self.agent();
        Running {
            stop: Some(stop),
            task: tokio::spawn(agent.run(async move {
                stopped.await.ok();
            })),
        }
    }

    fn roots(&self) -> Roots {
        Roots::below(&self.folder.path().join("root"))
    }
}

impl Running {
    /// Asks the agent to stop, as SIGTERM does. It has to be waited for.
    pub(crate) fn ask_to_stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    pub(crate) async fn stopped(mut self) {
        within("the end of the agent", &mut self.task)
            .await
            .unwrap()
            .unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What the server is told of the key in a file.
pub(crate) fn hash_of_key(path: &Path) -> Vec<u8> {
    let text = std::fs::read_to_string(path).unwrap();
    digest(&SHA256, text.trim_end().as_bytes()).as_ref().to_vec()
}
