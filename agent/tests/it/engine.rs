//! A real engine of containers, where `make test` has started one.

use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

const DOCKER: &str = "HOSTLER_TEST_DOCKER_SOCKET";
const PODMAN: &str = "HOSTLER_TEST_PODMAN_SOCKET";

static NEXT: AtomicU32 = AtomicU32::new(0);

/// What a test does to an engine. Its containers are removed with it.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) socket: PathBuf,
    made: Vec<String>,
}

impl Engine {
    pub(crate) fn docker(test: &str) -> Option<Self> {
        Self::at(test, DOCKER)
    }

    pub(crate) fn podman(test: &str) -> Option<Self> {
        Self::at(test, PODMAN)
    }

    /// Empty where it cannot be had; unset where nobody has tried, which is no reason to leave a test out under `make test`.
    #[expect(
        clippy::print_stderr,
        reason = "whoever reads the tests' output has to hear of it"
    )]
    fn at(test: &str, variable: &str) -> Option<Self> {
        match std::env::var_os(variable) {
            Some(socket) if !socket.is_empty() => Some(Self {
                socket: socket.into(),
                made: Vec::new(),
            }),
            found => {
                let required = std::env::var("HOSTLER_TEST_REQUIRED").is_ok_and(|value| value == "1");
                assert!(found.is_some() || !required, "{test}: {variable} is not set");
                eprintln!("skipped: {test}, because {variable} names no engine (see `make test`)");
                None
            }
        }
    }

    /// Starts a container, or makes one; its name and its id.
    pub(crate) fn make(&mut self, command: &str, options: &[&str], program: &[&str]) -> (String, String) {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("hostler-{}-{number}", std::process::id());
        let mut words = vec![command];
        if command == "run" {
            words.push("--detach");
        }
        words.extend(["--name", &name]);
        words.extend(options);
        words.push("box:1");
        words.extend(program);
        let id = self.run(&words);
        self.made.push(id.clone());
        (name, id)
    }

    /// Runs a command of the engine's client; what it says.
    pub(crate) fn run(&self, words: &[&str]) -> String {
        let output = self.client().args(words).output().unwrap();
        assert!(output.status.success(), "{words:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn client(&self) -> Command {
        let mut client = Command::new("docker");
        client
            .arg("--host")
            .arg(format!("unix://{}", self.socket.display()));
        client
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if !self.made.is_empty() {
            // Those that the test has removed are no failure.
            self.client()
                .args(["rm", "--force"])
                .args(&self.made)
                .output()
                .ok();
        }
    }
}
