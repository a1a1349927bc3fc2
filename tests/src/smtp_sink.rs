//! A real SMTP server that shows what it received.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::python;

/// Starting takes a second or two; a message takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// Ends when it is dropped.
#[derive(Debug)]
pub struct SmtpSink {
    pub port: u16,
    /// The certificate to trust, in PEM, when it speaks TLS.
    pub ca: Option<String>,
    lines: Lines<BufReader<ChildStdout>>,
    process: Child,
}

#[derive(Debug, Deserialize)]
struct Started {
    port: u16,
    ca: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub subject: String,
    pub body: String,
    /// The same as a page, when there is one.
    pub html: Option<String>,
    pub headers: BTreeMap<String, String>,
    pub tls: bool,
    /// Who logged in.
    pub user: Option<String>,
    /// What was said to it.
    pub answer: String,
}

impl SmtpSink {
    /// Starts it with arguments of `smtp_sink.py`; `None` when this machine cannot run it.
    pub async fn start(arguments: &[&str]) -> anyhow::Result<Option<Self>> {
        let Some(interpreter) = python::interpreter() else {
            return Ok(None);
        };
        let mut process = Command::new(interpreter)
            .arg(python::program("smtp_sink.py"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("start smtp_sink.py")?;
        let output = process.stdout.take().context("take the output")?;
        let mut lines = BufReader::new(output).lines();
        let started: Started = next(&mut lines).await?;
        Ok(Some(Self {
            port: started.port,
            ca: started.ca,
            lines,
            process,
        }))
    }

    /// Ends it; when this returns, nobody listens at its port.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.process.kill().await.context("end smtp_sink.py")
    }

    /// Ends it; how many messages nobody has read.
    pub async fn stop_and_count(mut self) -> anyhow::Result<usize> {
        self.process.kill().await.context("end smtp_sink.py")?;
        let mut count = 0;
        while let Some(_line) = self.lines.next_line().await.context("read from smtp_sink.py")? {
            count += 1;
        }
        Ok(count)
    }

    /// The next message, once it is there.
    pub async fn received(&mut self) -> anyhow::Result<Received> {
        next(&mut self.lines).await
    }
}

async fn next<T: DeserializeOwned>(lines: &mut Lines<BufReader<ChildStdout>>) -> anyhow::Result<T> {
    let line = tokio::time::timeout(PATIENCE, lines.next_line())
        .await
        .context("wait for smtp_sink.py")?
        .context("read from smtp_sink.py")?
        .context("smtp_sink.py has ended")?;
    serde_json::from_str(&line).context("understand smtp_sink.py")
}
