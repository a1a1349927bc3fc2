//! The real programs, as children: found beside the test, ended with it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};
use tonic::transport::Endpoint;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

/// A program of the workspace, where cargo puts it: beside this one, or above when this is a test.
pub fn built(name: &str) -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let beside = own.with_file_name(name);
    let above = own
        .parent()
        .and_then(Path::parent)
        .map(|folder| folder.join(name));
    match [Some(beside), above]
        .into_iter()
        .flatten()
        .find(|path| path.is_file())
    {
        Some(path) => Ok(path),
        None => {
            bail!("{name} is not built; run `cargo build -p hostlerd -p hostler-cli` with the same profile")
        }
    }
}

/// A `hostlerd` that runs; killed when it goes out of scope.
#[derive(Debug)]
pub struct Server {
    child: Child,
    pub url: String,
}

impl Server {
    /// Resident memory in MB.
    pub fn resident_mb(&self) -> anyhow::Result<f64> {
        let id = self.child.id().context("the server has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .context("no VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kib * 1024.0 / 1_000_000.0)
    }

    /// The process id; `None` once it has ended.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// SIGKILL.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill().await?;
        Ok(())
    }

    /// SIGTERM; [`Self::ended`] waits for what follows.
    pub fn terminate(&self) -> anyhow::Result<()> {
        let id = self.child.id().context("the server has ended")?;
        let sent = std::process::Command::new("kill")
            .arg("-TERM")
            .arg(id.to_string())
            .status()?;
        anyhow::ensure!(sent.success(), "the signal was not sent");
        Ok(())
    }

    /// The exit status, within half a minute.
    pub async fn ended(mut self) -> anyhow::Result<std::process::ExitStatus> {
        let status = tokio::time::timeout(Duration::from_secs(30), self.child.wait()).await;
        Ok(status.context("the server does not end")??)
    }
}

/// A `hostlerd --dev` with its own state directory and a simulated hypervisor without delays.
#[derive(Debug)]
pub struct Hostlerd {
    binary: PathBuf,
    state: PathBuf,
    /// Removed with this, unless the directory is somebody else's.
    own: Option<tempfile::TempDir>,
    environment: BTreeMap<String, String>,
    /// The level of the log, and the file that it goes to in place of standard error.
    log: Option<(String, PathBuf)>,
    /// Refused writes to a file that may not grow are errors, and not the end of the process.
    bears_small_files: bool,
    /// The same over restarts, so that clients find it again.
    address: SocketAddr,
}

impl Hostlerd {
    pub fn new() -> anyhow::Result<Self> {
        let own = tempfile::tempdir()?;
        let mut made = Self::in_directory(own.path())?;
        made.own = Some(own);
        Ok(made)
    }

    /// Keeps its state in a directory that is there.
    pub fn in_directory(state: &Path) -> anyhow::Result<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let made = Self {
            binary: built("hostlerd")?,
            state: state.to_owned(),
            own: None,
            environment: BTreeMap::new(),
            log: None,
            bears_small_files: false,
            address: port,
        };
        Ok(made
            .set("HOSTLER_IDENTITY__SERVERS_PER_USER", "100000")
            .set("HOSTLER_HYPERVISORS__SIM__KIND", "sim")
            .set("HOSTLER_HYPERVISORS__SIM__PACE", "0.0"))
    }

    /// Sets one key of the configuration, by its environment variable.
    #[must_use]
    pub fn set(mut self, variable: &str, value: &str) -> Self {
        self.environment.insert(variable.to_owned(), value.to_owned());
        self
    }

    /// Logs at this level, to the end of this file.
    #[must_use]
    pub fn logging(mut self, level: &str, file: &Path) -> Self {
        self.log = Some((level.to_owned(), file.to_owned()));
        self
    }

    /// Makes it bear a limit on the size of its files, as [`crate::small_room`] sets one: by default the
    /// signal that comes with such a limit ends a process. Its log is a file that is past every limit, so
    /// that lines of it are lost as well.
    #[must_use]
    pub fn bearing_small_files(mut self) -> Self {
        self.bears_small_files = true;
        self
    }

    pub fn state_dir(&self) -> &Path {
        &self.state
    }

    fn command(&self) -> anyhow::Result<Command> {
        let mut command = if self.bears_small_files {
            let mut shell = Command::new("bash");
            shell
                .args([
                    "-c",
                    "trap '' XFSZ; truncate -s 16M \"$0\"; exec \"$@\" 2>> \"$0\"",
                ])
                .arg(self.state.join("hostlerd.log"))
                .arg(&self.binary);
            shell
        } else {
            Command::new(&self.binary)
        };
        let level = match &self.log {
            Some((level, file)) => {
                let file = std::fs::File::options().create(true).append(true).open(file)?;
                command.stderr(file);
                level.clone()
            }
            None => std::env::var("HOSTLER_TEST_LOG").unwrap_or_else(|_| "warn".to_owned()),
        };
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(&self.environment)
            .arg("--dev")
            .arg(format!("--log={level}"))
            // Named, a file lets development mode make its catalog in whatever database a test chose.
            .arg("--config=/dev/null")
            .arg("--state-dir")
            .arg(&self.state)
            .kill_on_drop(true);
        Ok(command)
    }

    /// Makes an account with this password.
    pub async fn user_create(&self, email: &str, role: &str, password: &str) -> anyhow::Result<()> {
        let mut child = self
            .command()?
            .args(["user", "create", email, "--role", role, "--password-stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        let mut input = child.stdin.take().context("no input")?;
        input.write_all(password.as_bytes()).await?;
        drop(input);
        anyhow::ensure!(child.wait().await?.success(), "hostlerd user create failed");
        Ok(())
    }

    /// Starts the server; tells how long it took until the health service said SERVING.
    pub async fn start(&self) -> anyhow::Result<(Server, Duration)> {
        let url = format!("http://{}", self.address);
        let begun = Instant::now();
        let mut child = self
            .command()?
            .arg("run")
            .arg("--listen")
            .arg(self.address.to_string())
            .stdout(Stdio::null())
            .spawn()?;
        loop {
            if is_serving(&url).await {
                return Ok((Server { child, url }, begun.elapsed()));
            }
            if let Some(status) = child.try_wait()? {
                bail!("hostlerd ended at its start: {status}");
            }
            if begun.elapsed() > Duration::from_secs(60) {
                bail!("hostlerd did not serve within a minute");
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

async fn is_serving(url: &str) -> bool {
    let Ok(endpoint) = Endpoint::from_shared(url.to_owned()) else {
        return false;
    };
    let Ok(channel) = endpoint.connect().await else {
        return false;
    };
    let service = String::new();
    let answer = HealthClient::new(channel)
        .check(HealthCheckRequest { service })
        .await;
    answer.is_ok_and(|answer| answer.into_inner().status() == ServingStatus::Serving)
}
