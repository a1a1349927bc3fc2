//! A fake Proxmox VE cluster, by others: it checks every call against Proxmox VE's own schema and answers in its
//! words. It runs in a process of its own and ends with the test.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Mutex;

use hostlerd::adapters::proxmox::{ProxmoxSettings, TokenSecret};
use hostlerd::config::{ProxmoxConfig, Secret};

use crate::python;

/// Starting takes a second or two, an order milliseconds.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub struct FakePve {
    started: Started,
    pipes: Mutex<Pipes>,
    _process: Child,
}

#[derive(Debug, Deserialize)]
struct Started {
    url: String,
    ca: String,
    token: String,
    secret: String,
}

#[derive(Debug)]
struct Pipes {
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl FakePve {
    /// Starts it with settings of `fakepve_control.py`; `None` when this machine cannot run it.
    pub async fn start(settings: &Value) -> anyhow::Result<Option<Self>> {
        let Some(interpreter) = python::interpreter() else {
            return Ok(None);
        };
        let mut process = Command::new(interpreter)
            .arg(python::program("fakepve_control.py"))
            .arg(settings.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("start fakepve_control.py")?;
        let orders = process.stdin.take().context("take the input")?;
        let output = process.stdout.take().context("take the output")?;
        let mut answers = BufReader::new(output).lines();
        let started =
            serde_json::from_value(next(&mut answers).await?).context("understand the first line")?;
        Ok(Some(Self {
            started,
            pipes: Mutex::new(Pipes { orders, answers }),
            _process: process,
        }))
    }

    /// Settings of an adapter for this cluster.
    pub fn settings(&self) -> ProxmoxSettings {
        ProxmoxSettings {
            name: "fake".to_owned(),
            endpoints: vec![self.started.url.clone()],
            token_id: self.started.token.clone(),
            token_secret: TokenSecret::new(self.started.secret.clone()),
            ca_file: None,
            ca_pem: Some(self.started.ca.clone()),
            fingerprints: Vec::new(),
            pool: None,
            rootfs_storage: "fast".to_owned(),
            template_storages: vec!["local".to_owned()],
            bridge: "vmbr0".to_owned(),
            vmid_first: 10_000,
            vmid_last: 19_999,
            tag_prefix: "hostler".to_owned(),
            request_timeout: ProxmoxSettings::DEFAULT_REQUEST_TIMEOUT,
        }
    }

    /// The same as an operator writes it down; the certificate goes into the directory.
    pub fn config(&self, directory: &Path) -> anyhow::Result<ProxmoxConfig> {
        let settings = self.settings();
        let ca_file = directory.join("pve-root-ca.pem");
        std::fs::write(&ca_file, &self.started.ca).context("write the certificate")?;
        Ok(ProxmoxConfig {
            endpoints: settings.endpoints,
            token_id: settings.token_id,
            token_secret: Secret::new(self.started.secret.clone()),
            ca_file: Some(ca_file),
            fingerprints: Vec::new(),
            pool: settings.pool,
            rootfs_storage: settings.rootfs_storage,
            template_storages: settings.template_storages,
            bridge: settings.bridge,
            tag_prefix: settings.tag_prefix,
            vmid_first: settings.vmid_first,
            vmid_last: settings.vmid_last,
        })
    }

    /// Gives one order as `fakepve_control.py` describes them.
    pub async fn order(&self, order: &Value) -> anyhow::Result<Value> {
        let mut pipes = self.pipes.lock().await;
        pipes
            .orders
            .write_all(format!("{order}\n").as_bytes())
            .await
            .context("give an order")?;
        let answer = next(&mut pipes.answers).await?;
        match answer.get("error") {
            Some(error) if answer.as_object().is_some_and(|object| object.len() == 1) => {
                bail!("order {order}: {error}")
            }
            Some(_) | None => Ok(answer),
        }
    }

    /// Calls a method of the fake, such as `lose_quorum`.
    pub async fn call(&self, method: &str, arguments: Value) -> anyhow::Result<Value> {
        self.order(&json!({"call": method, "args": arguments})).await
    }

    /// Answers the next calls that end with `path` with a failure.
    pub async fn fail(
        &self,
        method: &str,
        path: &str,
        status: u16,
        text: &str,
        times: u32,
    ) -> anyhow::Result<()> {
        let order = json!({"call": "fail", "args": [method, path, status, text], "kw": {"times": times}});
        self.order(&order).await.map(drop)
    }

    /// Answers the next calls that end with `path` with a failure of Proxmox VE, by its name in the fake.
    pub async fn fail_as(&self, method: &str, path: &str, name: &str, times: u32) -> anyhow::Result<()> {
        let order = json!({"call": "fail", "args": [method, path], "kw": {"error": name, "times": times}});
        self.order(&order).await.map(drop)
    }

    /// The next task of this kind ends with this exit status; on this container, or on any.
    pub async fn doom(&self, kind: &str, vmid: Option<u32>, exit: &str) -> anyhow::Result<()> {
        let order = json!({"doom": {"type": kind, "vmid": vmid, "exit": exit}});
        self.order(&order).await.map(drop)
    }

    /// The next call that ends with `path` is carried out, and its answer lost: replaced by this status, or by the end
    /// of the connection.
    pub async fn lose(&self, method: &str, path: &str, status: Option<u16>) -> anyhow::Result<()> {
        let order = json!({"lose": {"method": method, "path": path, "status": status}});
        self.order(&order).await.map(drop)
    }

    /// From now on the container is listed with these fields, and without those.
    pub async fn list_as(&self, vmid: u32, fields: &Value, without: &[&str]) -> anyhow::Result<()> {
        let order = json!({"list": {"vmid": vmid, "as": fields, "without": without}});
        self.order(&order).await.map(drop)
    }

    /// From now on the container is not listed.
    pub async fn hide(&self, vmid: u32) -> anyhow::Result<()> {
        let order = json!({"list": {"vmid": vmid, "hidden": true}});
        self.order(&order).await.map(drop)
    }

    /// Every container there is.
    pub async fn containers(&self) -> anyhow::Result<Vec<Value>> {
        serde_json::from_value(self.order(&json!({"cts": true})).await?).context("understand the containers")
    }

    /// The kinds of all tasks that a container has seen, the oldest first.
    pub async fn tasks_of(&self, vmid: u32) -> anyhow::Result<Vec<String>> {
        let all: Vec<Value> = serde_json::from_value(self.order(&json!({"get": "tasklog"})).await?)
            .context("understand the tasks")?;
        let wanted = json!(vmid.to_string());
        let kinds = all.iter().rev().filter(|task| task["id"] == wanted);
        Ok(kinds
            .filter_map(|task| task["type"].as_str().map(str::to_owned))
            .collect())
    }

    /// The container as the fake has it.
    pub async fn container(&self, vmid: u32) -> anyhow::Result<Value> {
        self.order(&json!({"ct": vmid})).await
    }

    pub async fn set_container(&self, vmid: u32, attributes: Value) -> anyhow::Result<()> {
        self.order(&json!({"ct": vmid, "set": attributes}))
            .await
            .map(drop)
    }

    /// Every request seen so far: method, path below `/api2/json`, body.
    pub async fn requests(&self) -> anyhow::Result<Vec<(String, String, String)>> {
        let seen: Vec<(String, String, String)> =
            serde_json::from_value(self.order(&json!({"get": "requests"})).await?)
                .context("understand the requests")?;
        let below = |path: String| {
            path.strip_prefix("/api2/json")
                .map_or(path.clone(), str::to_owned)
        };
        Ok(seen
            .into_iter()
            .map(|(method, path, body)| (method, below(path), body))
            .collect())
    }
}

async fn next(lines: &mut Lines<BufReader<ChildStdout>>) -> anyhow::Result<Value> {
    let line = tokio::time::timeout(PATIENCE, lines.next_line())
        .await
        .context("wait for fakepve_control.py")?
        .context("read from fakepve_control.py")?
        .context("fakepve_control.py has ended")?;
    serde_json::from_str(&line).context("understand fakepve_control.py")
}
