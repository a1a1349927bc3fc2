//! A MariaDB of a test's own, to be killed and started again.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, bail};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, OptsBuilder};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::wait::wait_for;

const DATABASE: &str = "hostler";
/// Debian keeps the server where not every user looks for programs.
const FOLDERS: &str = "/usr/sbin:/usr/local/sbin:/usr/libexec";

#[derive(Debug)]
pub struct OwnMariaDb {
    program: PathBuf,
    data: TempDir,
    address: SocketAddr,
    running: Option<Child>,
}

impl OwnMariaDb {
    /// `None` when no `mariadbd` is installed.
    pub fn find() -> Option<PathBuf> {
        let path = std::env::var("PATH").unwrap_or_default();
        let folders = path.split(':').chain(FOLDERS.split(':'));
        let mut programs = folders.map(|folder| PathBuf::from(folder).join("mariadbd"));
        programs.find(|program| program.is_file())
    }

    /// Starts it with an empty database. Without the tables of accounts it lets in whoever comes to its
    /// address, which is on this machine alone.
    pub async fn start(program: PathBuf) -> anyhow::Result<Self> {
        let mut made = Self {
            program,
            data: tempfile::tempdir()?,
            address: std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?,
            running: None,
        };
        made.come_back().await?;
        let mut connection = made.connect().await?;
        connection
            .query_drop(format!(
                "CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
            ))
            .await?;
        // A database that is killed before its first files are complete cannot be started again: end it in
        // order once. The connection ends with it.
        drop(connection.query_drop("SHUTDOWN").await);
        let mut child = made.running.take().context("MariaDB is away already")?;
        child.wait().await?;
        made.come_back().await?;
        Ok(made)
    }

    pub fn url(&self) -> String {
        format!("mysql://root@{}/{DATABASE}", self.address)
    }

    /// SIGKILL.
    pub async fn go_away(&mut self) -> anyhow::Result<()> {
        let mut child = self.running.take().context("MariaDB is away already")?;
        child.kill().await?;
        Ok(())
    }

    /// Starts it on what was left behind, at the same address, and waits until it answers.
    pub async fn come_back(&mut self) -> anyhow::Result<()> {
        let data = self.data.path();
        let mut command = Command::new(&self.program);
        command
            .arg("--no-defaults")
            .arg(format!("--datadir={}", data.display()))
            .arg(format!("--socket={}", data.join("socket").display()))
            .arg(format!("--pid-file={}", data.join("pid").display()))
            .arg(format!("--port={}", self.address.port()))
            .args([
                "--bind-address=127.0.0.1",
                "--skip-grant-tables",
                "--skip-name-resolve",
            ])
            .args([
                "--innodb-flush-log-at-trx-commit=1",
                "--innodb-buffer-pool-size=32M",
            ])
            .args(["--innodb-log-file-size=16M", "--max-connections=100"])
            // It does not run as root unless told so, and a test may.
            .args([
                "--user",
                &std::env::var("USER").unwrap_or_else(|_| "root".to_owned()),
            ])
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(data.join("log"))?)
            .kill_on_drop(true);
        self.running = Some(command.spawn()?);
        let answer = wait_for("MariaDB to answer", || async {
            match self.connect().await {
                Ok(connection) => Ok(connection),
                Err(error) => Err(format!("{error:#}\n{}", self.log())),
            }
        });
        answer.await.disconnect().await?;
        if let Some(status) = self
            .running
            .as_mut()
            .and_then(|child| child.try_wait().ok().flatten())
        {
            bail!("MariaDB ended: {status}: {}", self.log());
        }
        Ok(())
    }

    async fn connect(&self) -> anyhow::Result<Conn> {
        let options = OptsBuilder::default()
            .ip_or_hostname("127.0.0.1")
            .tcp_port(self.address.port())
            .user(Some("root"))
            .prefer_socket(false);
        Ok(Conn::new(options).await?)
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.data.path().join("log")).unwrap_or_default()
    }
}
