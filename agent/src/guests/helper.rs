//! The side with rights: one request from standard input, one answer to standard output.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

use super::hash::is_hash;
use super::tool::chpasswd;
use super::{Answer, MOST_BYTES, Request};
use crate::config::Grant;

/// Proxmox VE numbers its guests so.
const VMIDS: std::ops::RangeInclusive<u32> = 100..=999_999_999;
/// Whoever connects says at once what is wanted.
const PATIENCE: Duration = Duration::from_secs(5);
/// Shorter than a command of the server lasts.
const LONGEST: Duration = Duration::from_secs(40);
/// Of what the tool complains.
const MOST_WORDS: usize = 500;

/// The line to answer a request with.
pub(crate) async fn answer(input: impl AsyncRead + Unpin, grants: &[Grant], root: &Path) -> Vec<u8> {
    let answer = match carry_out(input, grants, root).await {
        Ok(()) => Answer::Done,
        Err(problem) => Answer::Failed(problem),
    };
    let mut line = serde_json::to_vec(&answer).unwrap_or_default();
    line.push(b'\n');
    line
}

/// Reads the request and does it. What it fails with is for people, and holds no hash.
async fn carry_out(input: impl AsyncRead + Unpin, grants: &[Grant], root: &Path) -> Result<(), String> {
    // Read in any case: of a connection that is closed with something unread, the answer is lost.
    let request = timeout(PATIENCE, read(input)).await.ok().flatten();
    if !grants.contains(&Grant::GuestsPassword) {
        let grant = Grant::GuestsPassword;
        return Err(format!(
            "the configuration of this machine's agent does not grant {grant}"
        ));
    }
    let Some(request) =
        request.filter(|wanted| VMIDS.contains(&wanted.vmid) && is_hash(&wanted.password_hash))
    else {
        return Err("this is no request to set a guest's password".to_owned());
    };
    let Some((program, words)) = chpasswd(root, request.vmid) else {
        return Err("this machine has neither pct nor lxc-attach: it runs no guests".to_owned());
    };
    let line = format!("root:{}\n", request.password_hash);
    match timeout(LONGEST, run(&program, &words, line.as_bytes())).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(problem)) => Err(problem.replace(&request.password_hash, "…")),
        Err(_) => Err(format!(
            "{} has not ended within {} s",
            program.display(),
            LONGEST.as_secs()
        )),
    }
}

async fn read(input: impl AsyncRead + Unpin) -> Option<Request> {
    let mut line = Vec::new();
    let mut input = BufReader::new(input.take(MOST_BYTES));
    input.read_until(b'\n', &mut line).await.ok()?;
    serde_json::from_slice(&line).ok()
}

async fn run(program: &Path, words: &[String], input: &[u8]) -> Result<(), String> {
    let name = program.display();
    let mut child = Command::new(program)
        .args(words)
        .env_clear()
        .env(
            "PATH",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        )
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("{name} does not start: {error}"))?;
    if let Some(mut stdin) = child.stdin.take() {
        // One that has ended already says below why.
        stdin.write_all(input).await.ok();
    }
    let mut complaint = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        stderr.take(MOST_BYTES).read_to_end(&mut complaint).await.ok();
    }
    let status = child
        .wait()
        .await
        .map_err(|error| format!("{name} is lost: {error}"))?;
    if status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&complaint);
    let words: Vec<&str> = complaint.split_whitespace().collect();
    let complaint: String = words
        .join(" ")
        .chars()
        .filter(|c| !c.is_control())
        .take(MOST_WORDS)
        .collect();
    Err(format!(
        "{name} failed: {}",
        if complaint.is_empty() {
            status.to_string()
        } else {
            complaint
        }
    ))
}
