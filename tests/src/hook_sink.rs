//! A real HTTP server that takes what is posted to it, shows it, and answers as a test wants.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::wait::wait_for;

/// What came.
#[derive(Clone, Debug)]
pub struct Posted {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Posted {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// What `docs/webhooks.md` tells receivers to do, by other code than the server's. The secret has at most 64
    /// bytes.
    pub fn is_signed(&self, secret: &str) -> bool {
        let mut text = self.header("x-hostler-timestamp").as_bytes().to_vec();
        text.push(b'.');
        text.extend_from_slice(&self.body);
        let mut key = [0u8; 64];
        key[..secret.len()].copy_from_slice(secret.as_bytes());
        let inner = Sha256::digest([&key.map(|byte| byte ^ 0x36)[..], &text].concat());
        let outer = Sha256::digest([&key.map(|byte| byte ^ 0x5c)[..], &inner[..]].concat());
        let mut hex = "v1=".to_owned();
        for byte in outer {
            write!(hex, "{byte:02x}").expect("a string takes all");
        }
        self.header("x-hostler-signature") == hex
    }
}

/// How one request is answered.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub after: Duration,
}

impl Reply {
    pub fn status(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }
}

#[derive(Debug, Default)]
struct State {
    posted: Vec<Posted>,
    replies: VecDeque<Reply>,
}

/// Ends when it is dropped.
#[derive(Debug)]
pub struct HookSink {
    pub port: u16,
    state: Arc<Mutex<State>>,
    serving: JoinHandle<()>,
}

impl HookSink {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = Arc::clone(&state);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                tokio::spawn(async move {
                    let service = service_fn(move |request| answer(Arc::clone(&state), request));
                    // Whoever posts may go away at any time.
                    drop(
                        http1::Builder::new()
                            .serve_connection(TokioIo::new(stream), service)
                            .await,
                    );
                });
            }
        });
        Self { port, state, serving }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Answers the next requests like this, and those after them with 200.
    pub fn reply(&self, replies: impl IntoIterator<Item = Reply>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.replies.extend(replies);
    }

    /// All that came so far.
    pub fn posted(&self) -> Vec<Posted> {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .posted
            .clone()
    }

    /// The nth request, from 1, once it is there.
    pub async fn nth(&self, nth: usize) -> Posted {
        wait_for("a post", || async {
            let posted = self.posted();
            posted
                .get(nth - 1)
                .cloned()
                .ok_or_else(|| format!("{} posts", posted.len()))
        })
        .await
    }
}

impl Drop for HookSink {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(
    state: Arc<Mutex<State>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    let reply = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.posted.push(Posted {
            path: head.uri.path().to_owned(),
            headers: head.headers,
            body,
        });
        state.replies.pop_front().unwrap_or_else(|| Reply::status(200))
    };
    tokio::time::sleep(reply.after).await;
    let mut answer = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        answer = answer.header(name, value);
    }
    Ok(answer
        .body(Full::new(Bytes::from_static(b"an answer that nobody keeps")))
        .expect("a response"))
}
