//! The real `hostler` program, as a script meets it: without a terminal, in a home folder of its own.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::time::timeout;

use crate::process::built;
use crate::test_server::{PASSWORD, TestServer};

/// Far more than a line takes.
const PATIENCE: Duration = Duration::from_secs(25);

/// Somebody at a shell of their own.
#[derive(Debug)]
pub struct Shell {
    home: tempfile::TempDir,
    program: PathBuf,
    url: String,
}

/// What a command said, and the code it ended with.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// A command under way.
#[derive(Debug)]
pub struct Following {
    out: Lines<BufReader<ChildStdout>>,
    err: Lines<BufReader<ChildStderr>>,
    _child: Child,
}

impl Following {
    /// Reads the results up to a line with these words.
    pub async fn says(&mut self, words: &str) -> String {
        line_with(&mut self.out, words).await
    }

    /// Reads what is said beside the results up to a line with these words.
    pub async fn remarks(&mut self, words: &str) -> String {
        line_with(&mut self.err, words).await
    }
}

async fn line_with<R: AsyncRead + Unpin>(lines: &mut Lines<BufReader<R>>, words: &str) -> String {
    let mut seen = Vec::new();
    let found = timeout(PATIENCE, async {
        while let Some(line) = lines.next_line().await.expect("UTF-8") {
            if line.contains(words) {
                return Some(line);
            }
            seen.push(line);
        }
        None
    })
    .await;
    let found = found.ok().flatten();
    found.unwrap_or_else(|| panic!("{words:?} was not said: {seen:#?}"))
}

impl Shell {
    /// At home nowhere yet, to call that server.
    pub fn at(server: &TestServer) -> Self {
        Self {
            home: tempfile::tempdir().expect("a home"),
            program: built("hostler").expect("hostler is built"),
            url: server.url(),
        }
    }

    /// The server's URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The home folder, where the program keeps what it keeps.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Runs a command with variables of the environment and an input of its own.
    pub async fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Said {
        let mut child = Command::new(&self.program)
            .args(arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("hostler runs");
        let mut stdin = child.stdin.take().expect("an input");
        stdin.write_all(input.as_bytes()).await.expect("input");
        drop(stdin);
        let output = child.wait_with_output().await.expect("an end");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Said {
            code: output.status.code().expect("a code"),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// Runs a command; words are set apart by single spaces.
    pub async fn run(&self, line: &str) -> Said {
        self.run_with(&line.split(' ').collect::<Vec<_>>(), &[], "").await
    }

    /// The result of a command that must succeed.
    pub async fn done(&self, line: &str) -> String {
        let said = self.run(line).await;
        assert_eq!(said.code, 0, "{line}: {said:?}");
        said.out
    }

    /// The result of a command as a document.
    pub async fn json(&self, line: &str) -> Value {
        let text = self.done(&format!("{line} -o json")).await;
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{line}: {error} in {text}"))
    }

    /// Begins a command that goes on until it is dropped.
    pub fn follow(&self, line: &str) -> Following {
        let mut child = Command::new(&self.program)
            .args(line.split(' '))
            .env_clear()
            .env("HOME", self.home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("hostler runs");
        let out = BufReader::new(child.stdout.take().expect("an output")).lines();
        let err = BufReader::new(child.stderr.take().expect("messages")).lines();
        Following {
            out,
            err,
            _child: child,
        }
    }

    /// Signs in by the password of all test accounts.
    pub async fn sign_in(&self, email: &str) {
        let arguments = ["login", &self.url, "--email", email, "--password-stdin"];
        let said = self.run_with(&arguments, &[], &format!("{PASSWORD}\n")).await;
        assert_eq!(said.code, 0, "{said:?}");
    }
}
