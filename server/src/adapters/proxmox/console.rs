//! A guest's text console, as a program uses it: `termproxy` opens it, `vncwebsocket` carries it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use http::HeaderValue;
use http::header::AUTHORIZATION;
use reqwest::Url;
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::call::Call;
use super::cluster::Cluster;
use super::guests::Seat;
use super::loose::Fields;
use crate::ports::hypervisor::{HypervisorError, HypervisorResult, Rejection};

/// The process behind the port waits this long for us; nothing here takes longer when it works.
const STEP_LIMIT: Duration = Duration::from_secs(10);
/// `vncwebsocket` sends and takes no larger frames.
const FRAME_LIMIT: usize = 128 << 10;
/// How much of the output is kept to look for an answer in.
const OUTPUT_KEPT: usize = 8 << 10;

pub(super) struct Terminal {
    socket: WebSocketStream<TlsStream<TcpStream>>,
    output: Vec<u8>,
    step_limit: Duration,
}

impl Terminal {
    /// Opens the console of a running guest. Only the endpoint that prepared it can carry it.
    pub(super) async fn open(cluster: &Cluster, seat: &Seat<'_>) -> HypervisorResult<Self> {
        let reply = match cluster
            .transport
            .reply(Call::post(&seat.path(&["termproxy"])))
            .await
        {
            Ok(reply) => reply,
            Err(error) => return Err(seat.explain(error).await),
        };
        let fields = Fields(&reply.data);
        let (Some(port), Some(ticket), Some(user)) = (
            fields.unsigned("port").filter(|port| *port > 0),
            fields.text("ticket"),
            fields.text("user"),
        ) else {
            return Err(unsupported("the node opened no console"));
        };
        let mut url = reply.endpoint;
        url.path_segments_mut()
            .map_err(|()| unsupported("the endpoint has no paths"))?
            .clear()
            .extend(["api2", "json"])
            .extend(seat.path(&["vncwebsocket"]));
        url.query_pairs_mut()
            .append_pair("port", &port.to_string())
            .append_pair("vncticket", &ticket);
        let step_limit = STEP_LIMIT.min(cluster.settings.request_timeout);
        let opened = tokio::time::timeout(step_limit, connect(cluster, &url)).await;
        let mut terminal = Self {
            socket: opened.map_err(|_| too_slow())??,
            output: Vec::new(),
            step_limit,
        };
        terminal.send(format!("{user}:{ticket}\n")).await?;
        terminal
            .wait_for(|output| output.starts_with(b"OK").then_some(()))
            .await?;
        terminal.output.clear();
        Ok(terminal)
    }

    /// Types the text as a person would.
    pub(super) async fn type_in(&mut self, text: &str) -> HypervisorResult<()> {
        self.send(format!("0:{}:{text}", text.len())).await
    }

    /// Reads on until `found` sees in the output what it looks for.
    pub(super) async fn wait_for<T>(&mut self, found: impl Fn(&[u8]) -> Option<T>) -> HypervisorResult<T> {
        let step_limit = self.step_limit;
        let reading = async {
            loop {
                if let Some(answer) = found(&self.output) {
                    return Ok(answer);
                }
                match self.socket.next().await {
                    Some(Ok(Message::Binary(bytes))) => self.keep(&bytes),
                    Some(Ok(Message::Text(text))) => self.keep(text.as_bytes()),
                    Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
                    Some(Ok(Message::Close(_))) | None => {
                        return Err(HypervisorError::Unavailable("the console was closed".to_owned()));
                    }
                    Some(Err(error)) => {
                        return Err(HypervisorError::Unavailable(format!("console: {error}")));
                    }
                }
            }
        };
        tokio::time::timeout(step_limit, reading)
            .await
            .map_err(|_| too_slow())?
    }

    /// Leaves the shell, so that the next viewer of the console does not find it open.
    pub(super) async fn leave(mut self) {
        if self.type_in("exit\r").await.is_ok() {
            // What is left to lose is only the farewell.
            drop(tokio::time::timeout(self.step_limit, self.socket.close(None)).await);
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.output.extend_from_slice(bytes);
        let excess = self.output.len().saturating_sub(OUTPUT_KEPT);
        self.output.drain(..excess);
    }

    async fn send(&mut self, text: String) -> HypervisorResult<()> {
        let step_limit = self.step_limit;
        let sending = self.socket.send(Message::Binary(text.into_bytes().into()));
        match tokio::time::timeout(step_limit, sending).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(HypervisorError::Unavailable(format!("console: {error}"))),
            Err(_) => Err(too_slow()),
        }
    }
}

async fn connect(cluster: &Cluster, url: &Url) -> HypervisorResult<WebSocketStream<TlsStream<TcpStream>>> {
    let host = url
        .host_str()
        .unwrap_or_default()
        .trim_matches(['[', ']'])
        .to_owned();
    let port = url.port_or_known_default().unwrap_or(8006);
    let lost = |error: &dyn std::fmt::Display| HypervisorError::Unavailable(format!("console: {error}"));
    let stream = TcpStream::connect((host.as_str(), port))
        .await
        .map_err(|error| lost(&error))?;
    let name = ServerName::try_from(host).map_err(|error| lost(&error))?;
    let stream = TlsConnector::from(Arc::clone(&cluster.tls))
        .connect(name, stream)
        .await
        .map_err(|error| lost(&error))?;
    let mut address = url.clone();
    // The TLS is done already; the request only has to name the protocol.
    address
        .set_scheme("wss")
        .map_err(|()| unsupported("the endpoint has no address"))?;
    let mut request = address
        .as_str()
        .into_client_request()
        .map_err(|error| lost(&error))?;
    let headers = request.headers_mut();
    headers.insert(AUTHORIZATION, cluster.transport.authorization().clone());
    headers.insert("sec-websocket-protocol", HeaderValue::from_static("binary"));
    let limits = WebSocketConfig::default()
        .max_message_size(Some(FRAME_LIMIT))
        .max_frame_size(Some(FRAME_LIMIT));
    match client_async_with_config(request, stream, Some(limits)).await {
        Ok((socket, _)) => Ok(socket),
        Err(SocketError::Http(response)) => Err(unsupported(&format!(
            "the node answered the console's connection with status {}; tokens may open consoles from \
             pve-container 6.1.3 (Proxmox VE 9) or 5.3 of April 2026 (8.4) on",
            response.status().as_u16()
        ))),
        Err(error) => Err(lost(&error)),
    }
}

fn too_slow() -> HypervisorError {
    HypervisorError::Unavailable("the console did not answer in time".to_owned())
}

fn unsupported(text: &str) -> HypervisorError {
    HypervisorError::Rejected {
        reason: Rejection::Unsupported,
        text: text.to_owned(),
    }
}
