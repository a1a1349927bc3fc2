//! The echo server as a child of the benchmark.

use std::process::Stdio;

use anyhow::Context;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A child that is killed when it goes out of scope.
pub(crate) struct Echo {
    child: Child,
    pub(crate) url: String,
}

impl Echo {
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        self.child.kill().await?;
        Ok(())
    }
}

/// This program again, as the echo server.
pub(crate) async fn echo() -> anyhow::Result<Echo> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("echo-server")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let out = child.stdout.take().context("no output")?;
    let address = BufReader::new(out)
        .lines()
        .next_line()
        .await?
        .context("the echo server said nothing")?;
    Ok(Echo {
        child,
        url: format!("http://{address}"),
    })
}
