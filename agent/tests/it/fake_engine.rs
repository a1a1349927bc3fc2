//! An engine that says what a test wants, over Docker's interface: more containers than can be started, and such as no engine has.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::{JoinHandle, JoinSet};

#[derive(Debug)]
pub(crate) struct FakeEngine {
    folder: tempfile::TempDir,
    task: JoinHandle<()>,
}

impl FakeEngine {
    /// With containers as an engine answers to a look at one: each with its `Id`, `Name` and `State`.
    pub(crate) fn with(containers: Vec<Value>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let task = listen(&folder.path().join("sock"), containers);
        Self { folder, task }
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.folder.path().join("sock")
    }

    /// Ends, with all connections, and comes back with these.
    pub(crate) async fn again_with(&mut self, containers: Vec<Value>) {
        self.task.abort();
        (&mut self.task).await.ok();
        std::fs::remove_file(self.socket()).unwrap();
        self.task = listen(&self.socket(), containers);
    }
}

fn listen(socket: &Path, containers: Vec<Value>) -> JoinHandle<()> {
    let listener = UnixListener::bind(socket).unwrap();
    let containers = Arc::new(containers);
    tokio::spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            connections.spawn(serve(stream, containers.clone()));
        }
    })
}

impl Drop for FakeEngine {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: UnixStream, containers: Arc<Vec<Value>>) {
    let mut stream = BufReader::new(stream);
    loop {
        let mut request = String::new();
        if !matches!(stream.read_line(&mut request).await, Ok(1..)) {
            return;
        }
        let mut header = String::new();
        while stream.read_line(&mut header).await.is_ok_and(|read| read > 2) {
            header.clear();
        }
        let target = request.split(' ').nth(1).unwrap_or_default();
        let path = Path::new(target.split('?').next().unwrap_or_default());
        // The first part is the version of the interface, if there is one.
        let path: Vec<&str> = path
            .iter()
            .filter_map(|part| part.to_str())
            .filter(|part| *part != "/" && !part.starts_with("v1."))
            .collect();
        let answer = match path.as_slice() {
            ["version"] => Some(json!({"Version": "99.1", "ApiVersion": "1.41", "MinAPIVersion": "1.12"})),
            ["containers", "json"] => Some(listed(&containers)),
            ["containers", id, "json"] => one(&containers, id),
            ["events"] => {
                let head =
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
                stream.write_all(head.as_bytes()).await.ok();
                // Nothing happens.
                return std::future::pending().await;
            }
            _ => None,
        };
        let (status, body) = match answer {
            Some(body) => ("200 OK", body.to_string()),
            None => ("404 Not Found", json!({"message": "no such thing"}).to_string()),
        };
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

fn listed(containers: &[Value]) -> Value {
    let summary =
        |one: &Value| json!({"Id": one["Id"], "Names": [one["Name"]], "State": one["State"]["Status"]});
    containers.iter().map(summary).collect()
}

fn one(containers: &[Value], id: &str) -> Option<Value> {
    containers.iter().find(|one| one["Id"] == id).cloned()
}
