//! An HTTPS server with `pveproxy`'s manners: it closes the connection after every failure and after so many requests,
//! refuses a body with GET and DELETE, and answers a bad token late and without a body.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::ext::ReasonPhrase;
use hyper::header::{AUTHORIZATION, CONNECTION, HeaderValue};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use hostlerd::adapters::proxmox::{ProxmoxSettings, TokenSecret};

use super::answer::Answer;
use super::certificate::{Identity, identity};
use super::terminal::{self, Shell};

const TOKEN: &str = "cp@pve!api";
const SECRET: &str = "00000000-0000-4000-8000-000000000001";
/// The real server takes 3 s.
const REFUSAL_DELAY: Duration = Duration::from_millis(100);
const REQUESTS_PER_CONNECTION: usize = 100;

/// A request as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    /// Below `/api2/json`, without the query.
    pub path: String,
    pub query: String,
    pub body: String,
}

#[derive(Debug)]
pub struct PveStub {
    address: SocketAddr,
    root_pem: String,
    pub fingerprint: String,
    state: Arc<State>,
    server: JoinHandle<()>,
}

#[derive(Debug)]
pub(super) struct State {
    answers: Mutex<HashMap<String, VecDeque<Answer>>>,
    requests: Mutex<Vec<Request>>,
    connections: AtomicUsize,
    open: Mutex<OpenConnections>,
    pub(super) shell: Mutex<Shell>,
    pub(super) typed: Mutex<Vec<String>>,
}

impl Drop for PveStub {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl PveStub {
    pub async fn start() -> anyhow::Result<Self> {
        let Identity {
            root_pem,
            fingerprint,
            tls,
        } = identity()?;
        let listener = TcpListener::bind("127.0.0.1:0").await.context("listen")?;
        let address = listener.local_addr()?;
        let state = Arc::new(State {
            answers: Mutex::default(),
            requests: Mutex::default(),
            connections: AtomicUsize::new(0),
            open: Mutex::default(),
            shell: Mutex::new(Shell::Works),
            typed: Mutex::default(),
        });
        let server = tokio::spawn(accept(listener, TlsAcceptor::from(tls), Arc::clone(&state)));
        Ok(Self {
            address,
            root_pem,
            fingerprint,
            state,
            server,
        })
    }

    /// Settings of an adapter for this cluster.
    pub fn settings(&self) -> ProxmoxSettings {
        ProxmoxSettings {
            name: "stub".to_owned(),
            endpoints: vec![format!("https://{}", self.address)],
            token_id: TOKEN.to_owned(),
            token_secret: TokenSecret::new(SECRET),
            ca_file: None,
            ca_pem: Some(self.root_pem.clone()),
            fingerprints: Vec::new(),
            pool: None,
            rootfs_storage: "fast".to_owned(),
            template_storages: Vec::new(),
            bridge: "vmbr0".to_owned(),
            vmid_first: 10_000,
            vmid_last: 19_999,
            tag_prefix: "hostler".to_owned(),
            request_timeout: Duration::from_secs(2),
        }
    }

    /// What `METHOD path` is answered from now on.
    pub fn on(&self, call: &str, answer: Answer) {
        self.answers().insert(call.to_owned(), VecDeque::from([answer]));
    }

    /// What `METHOD path` is answered in turn; the last answer stays.
    pub fn on_each(&self, call: &str, answers: impl IntoIterator<Item = Answer>) {
        self.answers()
            .insert(call.to_owned(), answers.into_iter().collect());
    }

    /// A success with this `data`.
    pub fn on_data(&self, call: &str, data: &Value) {
        self.on(call, Answer::data(data));
    }

    pub fn set_shell(&self, shell: Shell) {
        *self.state.shell.lock().unwrap_or_else(PoisonError::into_inner) = shell;
    }

    /// What was typed into the console, line by line.
    pub fn typed(&self) -> Vec<String> {
        self.state
            .typed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub fn requests(&self) -> Vec<Request> {
        self.state
            .requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How often `METHOD path` was asked.
    pub fn count(&self, call: &str) -> usize {
        self.requests()
            .iter()
            .filter(|request| format!("{} {}", request.method, request.path) == call)
            .count()
    }

    /// Connections ever opened.
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    /// The most connections that were open at the same time.
    pub fn most_open(&self) -> usize {
        open(&self.state.open).most
    }

    fn answers(&self) -> std::sync::MutexGuard<'_, HashMap<String, VecDeque<Answer>>> {
        self.state.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
struct OpenConnections {
    now: usize,
    most: usize,
}

fn open(all: &Mutex<OpenConnections>) -> std::sync::MutexGuard<'_, OpenConnections> {
    all.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection that is open as long as this lives.
struct Open<'a>(&'a Mutex<OpenConnections>);

impl<'a> Open<'a> {
    fn count(all: &'a Mutex<OpenConnections>) -> Self {
        let mut counted = open(all);
        counted.now += 1;
        counted.most = counted.most.max(counted.now);
        Self(all)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        open(self.0).now -= 1;
    }
}

async fn accept(listener: TcpListener, tls: TlsAcceptor, state: Arc<State>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, tls.clone(), Arc::clone(&state)));
    }
}

async fn serve(stream: TcpStream, tls: TlsAcceptor, state: Arc<State>) {
    // A client that does not trust us ends here.
    let Ok(stream) = tls.accept(stream).await else {
        return;
    };
    state.connections.fetch_add(1, Ordering::SeqCst);
    let _open = Open::count(&state.open);
    let served = AtomicUsize::new(0);
    let service = service_fn(|request| {
        let last = served.fetch_add(1, Ordering::SeqCst) + 1 >= REQUESTS_PER_CONNECTION;
        let state = Arc::clone(&state);
        async move { respond(request, &state, last).await }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    // It ends with an error whenever the test wants it to.
    drop(connection.await);
}

async fn respond(
    mut request: hyper::Request<Incoming>,
    state: &Arc<State>,
    last: bool,
) -> anyhow::Result<hyper::Response<Full<Bytes>>> {
    let method = request.method().to_string();
    let path = request
        .uri()
        .path()
        .strip_prefix("/api2/json")
        .unwrap_or_default()
        .to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    if let Some(upgrade) = terminal::upgrade(&mut request, &path, &query, state) {
        return upgrade;
    }
    let token_is_right = request.headers().get(AUTHORIZATION)
        == HeaderValue::from_str(&format!("PVEAPIToken={TOKEN}={SECRET}"))
            .ok()
            .as_ref();
    let body = request.into_body().collect().await?.to_bytes();
    let body = String::from_utf8_lossy(&body).into_owned();
    let must_be_empty = method == "GET" || method == "DELETE";
    let answer = if !token_is_right {
        Answer::reason(401, "Authentication failed!").after(REFUSAL_DELAY)
    } else if must_be_empty && !body.is_empty() {
        Answer::raw(501, format!("Unexpected content for method '{method}'"))
    } else {
        next_answer(state, &format!("{method} {path}"))
    };
    let asked = Request {
        method,
        path,
        query,
        body,
    };
    state
        .requests
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(asked);
    tokio::time::sleep(answer.delay).await;
    if answer.dropped {
        anyhow::bail!("the connection is dropped");
    }
    Ok(response(answer, last)?)
}

fn next_answer(state: &State, call: &str) -> Answer {
    let mut answers = state.answers.lock().unwrap_or_else(PoisonError::into_inner);
    match answers.get_mut(call) {
        Some(queue) if queue.len() > 1 => queue.pop_front(),
        Some(queue) => queue.front().cloned(),
        None => None,
    }
    .unwrap_or_else(|| Answer::failure(501, &format!("Method '{call}' not implemented")))
}

fn response(answer: Answer, last: bool) -> Result<hyper::Response<Full<Bytes>>, hyper::http::Error> {
    let mut response = hyper::Response::builder().status(answer.status);
    if last || answer.status >= 400 {
        response = response.header(CONNECTION, "close");
    }
    if let Some(reason) = answer
        .reason
        .and_then(|reason| ReasonPhrase::try_from(reason.into_bytes()).ok())
    {
        response = response.extension(reason);
    }
    response.body(Full::new(Bytes::from(answer.body)))
}
