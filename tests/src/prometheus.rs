//! A real Prometheus with its remote-write receiver on.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::Context as _;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use crate::required::skip;
use crate::wait::wait_for;

/// Ends when it is dropped.
#[derive(Debug)]
pub struct Prometheus {
    address: SocketAddr,
    _data: TempDir,
    _process: Child,
}

impl Prometheus {
    /// `None` when none is installed.
    pub async fn start(test: &str) -> anyhow::Result<Option<Self>> {
        let path = std::env::var("PATH").unwrap_or_default();
        let mut programs = path
            .split(':')
            .map(|folder| PathBuf::from(folder).join("prometheus"));
        let Some(program) = programs.find(|program| program.is_file()) else {
            skip(
                test,
                "no prometheus is installed (see scripts/install-test-tools.sh)",
            );
            return Ok(None);
        };
        let data = tempfile::tempdir()?;
        let configuration = data.path().join("prometheus.yml");
        std::fs::write(&configuration, "global: {}\n")?;
        let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let process = Command::new(program)
            .arg(format!("--config.file={}", configuration.display()))
            .arg(format!(
                "--storage.tsdb.path={}",
                data.path().join("data").display()
            ))
            .arg(format!("--web.listen-address={address}"))
            .arg("--web.enable-remote-write-receiver")
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(data.path().join("log"))?)
            .kill_on_drop(true)
            .spawn()
            .context("start prometheus")?;
        let started = Self {
            address,
            _data: data,
            _process: process,
        };
        wait_for("Prometheus to answer", || async {
            match started.get("/-/ready").await {
                Ok(answer) if answer.starts_with("HTTP/1.0 200") || answer.starts_with("HTTP/1.1 200") => {
                    Ok(())
                }
                other => Err(format!("{other:?}")),
            }
        })
        .await;
        Ok(Some(started))
    }

    pub fn write_url(&self) -> String {
        format!("http://{}/api/v1/write", self.address)
    }

    /// What it answers to a query, as JSON with its head before it.
    pub async fn query(&self, expression: &str) -> anyhow::Result<String> {
        let escaped: String = expression
            .bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => char::from(byte).to_string(),
                other => format!("%{other:02X}"),
            })
            .collect();
        self.get(&format!("/api/v1/query?query={escaped}")).await
    }

    /// Every series that a selector with a range finds, as the API shows them.
    pub async fn series(&self, selector: &str) -> anyhow::Result<Vec<Value>> {
        let answer = self.query(selector).await?;
        let (_, body) = answer.split_once("\r\n\r\n").context("no body")?;
        let answer: Value = serde_json::from_str(body)?;
        let found = answer["data"]["result"].as_array();
        Ok(found.with_context(|| format!("no result: {answer}"))?.clone())
    }

    async fn get(&self, path: &str) -> anyhow::Result<String> {
        let mut stream = TcpStream::connect(self.address).await?;
        let request = format!("GET {path} HTTP/1.0\r\nHost: {}\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer)
    }
}
