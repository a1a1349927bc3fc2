//! A server of agents, scripted by the test: it keeps tokens and keys as the contract says, and gives each session to the test.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hostler_proto::v1;
use hostler_proto::v1::agents_server::{Agents, AgentsServer};
use hostler_proto::v1::attach_request::Message as Said;
use hostler_proto::v1::attach_response::Message as Answer;
use ring::digest::{SHA256, digest};
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc};
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tonic::transport::{Server, ServerTlsConfig};
use tonic::{Request, Response, Status, Streaming};
use tonic_types::{ErrorDetails, StatusExt as _};

use crate::machine::{Machine, hash_of_key};
use crate::wait::within;

pub(crate) const TOKEN: &str = "hse_first";
pub(crate) const OTHER_TOKEN: &str = "hse_second";

/// What becomes of the next call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fate {
    #[default]
    Answered,
    /// Nothing is done, and no answer comes.
    HangsBefore,
    /// It is done, and no answer comes.
    HangsAfter,
}

#[derive(Debug, Default)]
struct Memory {
    /// The key that each token was used by.
    tokens: BTreeMap<String, Option<Vec<u8>>>,
    /// The node of each key that is good.
    keys: BTreeMap<Vec<u8>, String>,
    /// The key that takes the place of another once it is used.
    next: BTreeMap<Vec<u8>, Vec<u8>>,
    fate: Fate,
    hostnames: Vec<String>,
    refusals: u32,
}

/// What an agent tells of containers.
#[derive(Debug)]
pub(crate) enum Containers {
    Report(v1::ContainersReport),
    Figures(v1::ContainerFigures),
}

/// What an agent says of commands.
#[derive(Debug)]
pub(crate) enum OfCommands {
    Begun(String),
    Output(v1::NodeCommandOutput),
    Ended(v1::NodeCommandEnded),
}

/// A server that runs.
#[derive(Debug)]
pub(crate) struct TestServer {
    pub(crate) address: SocketAddr,
    memory: Arc<Mutex<Memory>>,
    hangs: Arc<Notify>,
    sessions: mpsc::Receiver<ServerSession>,
    task: tokio::task::JoinHandle<()>,
}

/// The server's end of a session.
#[derive(Debug)]
pub(crate) struct ServerSession {
    pub(crate) key_hash: Vec<u8>,
    inbound: Streaming<v1::AttachRequest>,
    outbound: mpsc::Sender<Result<v1::AttachResponse, Status>>,
}

impl TestServer {
    pub(crate) async fn start() -> Self {
        Self::start_with(None).await
    }

    pub(crate) async fn start_with(tls: Option<ServerTlsConfig>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let memory = Arc::new(Mutex::new(Memory {
            tokens: [TOKEN, OTHER_TOKEN].map(|token| (token.to_owned(), None)).into(),
            ..Memory::default()
        }));
        let hangs = Arc::new(Notify::new());
        let (sender, sessions) = mpsc::channel(16);
        let service = AgentsServer::new(Service {
            memory: memory.clone(),
            hangs: hangs.clone(),
            sessions: sender,
        });
        let mut builder = Server::builder();
        if let Some(tls) = tls {
            builder = builder.tls_config(tls).unwrap();
        }
        let serving = builder
            .add_service(service)
            .serve_with_incoming(TcpListenerStream::new(listener));
        let task = tokio::spawn(async move { serving.await.unwrap() });
        Self {
            address,
            memory,
            hangs,
            sessions,
            task,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next session that an agent with a good key opens.
    pub(crate) async fn session(&mut self) -> ServerSession {
        within("a session", self.sessions.recv()).await.unwrap()
    }

    /// The next session, greeted as servers do.
    pub(crate) async fn welcomed(&mut self) -> ServerSession {
        let mut session = self.session().await;
        session.hello().await;
        session.welcome().await;
        session
    }

    /// What becomes of the next enrolment or rotation.
    pub(crate) fn next_call(&self, fate: Fate) {
        self.memory.lock().unwrap().fate = fate;
    }

    /// Waits until a call hangs.
    pub(crate) async fn hanging(&self) {
        within("a call that hangs", self.hangs.notified()).await;
    }

    /// Forgets all keys, as an operator who revokes a node does; returns them.
    pub(crate) fn revoke(&self) -> BTreeMap<Vec<u8>, String> {
        std::mem::take(&mut self.memory.lock().unwrap().keys)
    }

    pub(crate) fn restore(&self, keys: BTreeMap<Vec<u8>, String>) {
        self.memory.lock().unwrap().keys = keys;
    }

    /// Knows the machine's key, as the server did that it joined.
    pub(crate) fn adopt(&self, machine: &Machine) {
        let hash = hash_of_key(&machine.file("key"));
        let mut memory = self.memory.lock().unwrap();
        memory.keys.insert(hash, "node-of-hse_first".to_owned());
    }

    pub(crate) fn refusals(&self) -> u32 {
        self.memory.lock().unwrap().refusals
    }

    pub(crate) fn nodes(&self) -> Vec<String> {
        self.memory.lock().unwrap().keys.values().cloned().collect()
    }

    pub(crate) fn hostnames(&self) -> Vec<String> {
        self.memory.lock().unwrap().hostnames.clone()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl ServerSession {
    async fn said(&mut self) -> Option<Said> {
        let message = within("a message of the agent", self.inbound.message()).await;
        message
            .unwrap()
            .map(|request| request.message.expect("a message says something"))
    }

    pub(crate) async fn hello(&mut self) -> v1::Hello {
        match self.said().await {
            Some(Said::Hello(hello)) => hello,
            other => panic!("not a hello: {other:?}"),
        }
    }

    pub(crate) async fn welcome(&self) {
        self.answer(Answer::Welcome(v1::Welcome {
            display_name: "one".to_owned(),
            heartbeat_interval: Some(prost_duration(Duration::from_millis(200))),
            sample_interval: Some(prost_duration(Duration::from_millis(50))),
            time: None,
        }))
        .await;
    }

    pub(crate) async fn stored(&self, sequence: u64) {
        self.answer(Answer::SamplesStored(v1::SamplesStored { sequence }))
            .await;
    }

    async fn answer(&self, message: Answer) {
        let response = v1::AttachResponse {
            message: Some(message),
        };
        self.outbound.send(Ok(response)).await.unwrap();
    }

    /// Ends the session with an error.
    pub(crate) async fn fail(self, status: Status) {
        self.outbound.send(Err(status)).await.unwrap();
    }

    /// The next samples; they are not acknowledged yet.
    pub(crate) async fn samples(&mut self) -> Vec<v1::NodeSample> {
        loop {
            match self.said().await {
                Some(Said::Samples(samples)) => return samples.samples,
                Some(
                    Said::Heartbeat(_)
                    | Said::Processes(_)
                    | Said::Units(_)
                    | Said::Containers(_)
                    | Said::ContainerFigures(_)
                    | Said::CommandBegun(_)
                    | Said::CommandOutput(_)
                    | Said::CommandEnded(_),
                ) => {}
                other => panic!("no samples: {other:?}"),
            }
        }
    }

    pub(crate) async fn heartbeat(&mut self) -> v1::Heartbeat {
        loop {
            match self.said().await {
                Some(Said::Heartbeat(heartbeat)) => return heartbeat,
                Some(
                    Said::Samples(_)
                    | Said::Processes(_)
                    | Said::Units(_)
                    | Said::Containers(_)
                    | Said::ContainerFigures(_)
                    | Said::CommandBegun(_)
                    | Said::CommandOutput(_)
                    | Said::CommandEnded(_),
                ) => {}
                other => panic!("no heartbeat: {other:?}"),
            }
        }
    }

    /// The next report of containers, or what they use.
    pub(crate) async fn containers(&mut self) -> Containers {
        loop {
            match self.said().await {
                Some(Said::Containers(report)) => return Containers::Report(report),
                Some(Said::ContainerFigures(figures)) => return Containers::Figures(figures),
                Some(Said::Samples(samples)) => {
                    let last = samples.samples.last().map_or(0, |sample| sample.sequence);
                    self.stored(last).await;
                }
                Some(
                    Said::Heartbeat(_)
                    | Said::Processes(_)
                    | Said::Units(_)
                    | Said::CommandBegun(_)
                    | Said::CommandOutput(_)
                    | Said::CommandEnded(_),
                ) => {}
                other => panic!("no containers: {other:?}"),
            }
        }
    }

    /// Tells the agent to do something.
    pub(crate) async fn order(&self, id: &str, action: v1::node_action::Action, timeout: Duration) {
        self.answer(Answer::Command(v1::NodeCommandOrder {
            node_command_id: id.to_owned(),
            action: Some(v1::NodeAction { action: Some(action) }),
            timeout: Some(prost_duration(timeout)),
        }))
        .await;
    }

    pub(crate) async fn cancel(&self, id: &str) {
        let node_command_id = id.to_owned();
        self.answer(Answer::Cancellation(v1::NodeCommandCancellation {
            node_command_id,
        }))
        .await;
    }

    pub(crate) async fn settle(&self, id: &str) {
        let node_command_id = id.to_owned();
        self.answer(Answer::Settled(v1::NodeCommandSettled { node_command_id }))
            .await;
    }

    /// What the agent says next of commands. Samples are acknowledged on the way.
    pub(crate) async fn of_commands(&mut self) -> OfCommands {
        loop {
            match self.said().await {
                Some(Said::CommandBegun(begun)) => return OfCommands::Begun(begun.node_command_id),
                Some(Said::CommandOutput(output)) => return OfCommands::Output(output),
                Some(Said::CommandEnded(ended)) => return OfCommands::Ended(ended),
                Some(Said::Samples(samples)) => {
                    let last = samples.samples.last().map_or(0, |sample| sample.sequence);
                    self.stored(last).await;
                }
                Some(
                    Said::Heartbeat(_)
                    | Said::Processes(_)
                    | Said::Units(_)
                    | Said::Containers(_)
                    | Said::ContainerFigures(_),
                ) => {}
                other => panic!("nothing of commands: {other:?}"),
            }
        }
    }

    /// How a command ends, and what it puts out by then.
    pub(crate) async fn ended(&mut self, id: &str) -> (v1::NodeCommandEnded, String) {
        let mut output = Vec::new();
        loop {
            match self.of_commands().await {
                OfCommands::Output(piece) if piece.node_command_id == id => output.extend(piece.data),
                OfCommands::Ended(ended) if ended.node_command_id == id => {
                    return (ended, String::from_utf8_lossy(&output).into_owned());
                }
                OfCommands::Begun(_) | OfCommands::Output(_) | OfCommands::Ended(_) => {}
            }
        }
    }

    /// Takes samples and acknowledges them until there are so many.
    pub(crate) async fn store(&mut self, at_least: usize) -> Vec<v1::NodeSample> {
        let mut all = Vec::new();
        while all.len() < at_least {
            let samples = self.samples().await;
            self.stored(samples.last().unwrap().sequence).await;
            all.extend(samples);
        }
        all
    }

    /// Reads until the agent ends the session by itself.
    pub(crate) async fn end(&mut self) {
        while self.said().await.is_some() {}
    }

    /// Reads until the session is broken off or ended.
    pub(crate) async fn is_gone(&mut self) {
        within("the end of the session", async {
            while let Ok(Some(_)) = self.inbound.message().await {}
        })
        .await;
    }
}

struct Service {
    memory: Arc<Mutex<Memory>>,
    hangs: Arc<Notify>,
    sessions: mpsc::Sender<ServerSession>,
}

impl Service {
    /// Does it, or not, and answers, or not.
    async fn as_fated<T>(&self, act: impl FnOnce(&mut Memory) -> Result<T, Status>) -> Result<T, Status> {
        let fate = std::mem::take(&mut self.memory.lock().unwrap().fate);
        if fate == Fate::HangsBefore {
            self.hangs.notify_one();
            std::future::pending::<()>().await;
        }
        let outcome = act(&mut self.memory.lock().unwrap());
        if fate == Fate::HangsAfter {
            self.hangs.notify_one();
            std::future::pending::<()>().await;
        }
        outcome
    }

    /// The key of a call, which is good.
    fn key_hash<T>(&self, request: &Request<T>) -> Result<Vec<u8>, Status> {
        let bearer = request
            .metadata()
            .get("authorization")
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .unwrap_or_default();
        let hash = digest(&SHA256, bearer.as_bytes()).as_ref().to_vec();
        let mut memory = self.memory.lock().unwrap();
        if !memory.keys.contains_key(&hash) {
            memory.refusals += 1;
            return Err(Status::unauthenticated("the key is not known"));
        }
        // A new key that is used ends the one before.
        let former: Vec<_> = memory
            .next
            .iter()
            .filter(|(_, next)| **next == hash)
            .map(|(former, _)| former.clone())
            .collect();
        for former in former {
            memory.keys.remove(&former);
            memory.next.remove(&former);
        }
        Ok(hash)
    }
}

#[tonic::async_trait]
impl Agents for Service {
    async fn enrol(&self, request: Request<v1::EnrolRequest>) -> Result<Response<v1::EnrolResponse>, Status> {
        let request = request.into_inner();
        self.as_fated(|memory| {
            memory.hostnames.push(request.hostname.clone());
            let used_by = memory
                .tokens
                .get_mut(&request.token)
                .filter(|used_by| used_by.as_ref().is_none_or(|key| *key == request.key_hash))
                .ok_or_else(|| {
                    let details = ErrorDetails::with_error_info("ENROLMENT_REFUSED", "hostler", []);
                    Status::with_error_details(tonic::Code::Unauthenticated, "the token is refused", details)
                })?;
            *used_by = Some(request.key_hash.clone());
            let node_id = format!("node-of-{}", request.token);
            memory.keys.insert(request.key_hash, node_id.clone());
            Ok(Response::new(v1::EnrolResponse {
                node_id,
                display_name: "one".to_owned(),
            }))
        })
        .await
    }

    async fn rotate_key(
        &self,
        request: Request<v1::RotateKeyRequest>,
    ) -> Result<Response<v1::RotateKeyResponse>, Status> {
        let former = self.key_hash(&request)?;
        let next = request.into_inner().key_hash;
        self.as_fated(|memory| {
            if let Some(node_id) = memory.keys.get(&former).cloned().filter(|_| former != next) {
                memory.keys.insert(next.clone(), node_id);
                memory.next.insert(former, next);
            }
            Ok(Response::new(v1::RotateKeyResponse {}))
        })
        .await
    }

    type AttachStream = ReceiverStream<Result<v1::AttachResponse, Status>>;

    async fn attach(
        &self,
        request: Request<Streaming<v1::AttachRequest>>,
    ) -> Result<Response<Self::AttachStream>, Status> {
        let key_hash = self.key_hash(&request)?;
        let (outbound, answers) = mpsc::channel(64);
        let session = ServerSession {
            key_hash,
            inbound: request.into_inner(),
            outbound,
        };
        self.sessions
            .send(session)
            .await
            .map_err(|_| Status::unavailable("the test is over"))?;
        Ok(Response::new(ReceiverStream::new(answers)))
    }
}

/// What a session ends with when another one takes its place.
pub(crate) fn replaced() -> Status {
    let details = ErrorDetails::with_error_info("SESSION_REPLACED", "hostler", []);
    Status::with_error_details(tonic::Code::Aborted, "another session took its place", details)
}

fn prost_duration(duration: Duration) -> prost_types::Duration {
    duration.try_into().unwrap()
}
