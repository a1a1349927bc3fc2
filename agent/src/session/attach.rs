//! Opens a session: with the key that is good, up to the server's welcome.

use hostler_proto::v1;
use hostler_proto::v1::agents_client::AgentsClient;
use hostler_proto::v1::attach_response::Message;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status, Streaming};

use super::tongue;
use crate::key::AgentKey;
use crate::link::{CallError, Line, authorized};
use crate::rotation::Candidates;
use crate::state::{StateDirectory, StateError};
use crate::timing::Timing;

/// One message of samples and a few heartbeats.
const QUEUE: usize = 4;

/// A session that the server has welcomed.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) key: AgentKey,
    pub(super) welcome: v1::Welcome,
    pub(super) outbound: mpsc::Sender<v1::AttachRequest>,
    pub(super) inbound: Streaming<v1::AttachResponse>,
}

/// There is no session.
#[derive(Debug, thiserror::Error)]
pub(super) enum AttachError {
    #[error(transparent)]
    State(#[from] StateError),
    #[error(transparent)]
    Call(#[from] CallError),
    #[error("there is no key any more: enrol this machine with hostler-agent enrol")]
    NoKey,
}

/// Opens a session with the first of the keys that the server takes.
pub(super) async fn attach(
    line: Line,
    state: StateDirectory,
    hello: v1::Hello,
    timing: Timing,
) -> Result<Session, AttachError> {
    let candidates = Candidates::of(&state)?;
    let mut refused = None;
    if let Some(next) = &candidates.next {
        match open(&line, next, &hello, &timing).await {
            Ok(session) => {
                candidates.next_is_good(&state)?;
                return Ok(session);
            }
            Err(error) if error.is_unauthenticated() => refused = Some(error),
            Err(error) => return Err(error.into()),
        }
    }
    let Some(present) = &candidates.present else {
        return Err(refused.map_or(AttachError::NoKey, AttachError::Call));
    };
    let session = open(&line, present, &hello, &timing).await?;
    if refused.is_some() {
        candidates.next_is_unknown(&state)?;
    }
    Ok(session)
}

async fn open(line: &Line, key: &AgentKey, hello: &v1::Hello, timing: &Timing) -> Result<Session, CallError> {
    let channel = line.open().await?;
    let (outbound, messages) = mpsc::channel(QUEUE);
    // There is room for the first one.
    outbound.try_send(tongue::hello(hello.clone())).ok();
    let request = authorized(ReceiverStream::new(messages), key)?;
    let welcomed = async {
        let mut client = AgentsClient::new(channel);
        let mut inbound = client.attach(request).await?.into_inner();
        let welcome = welcome(&mut inbound).await?;
        Ok::<_, Status>((welcome, inbound))
    };
    let (welcome, inbound) = tokio::time::timeout(timing.answer_timeout, welcomed)
        .await
        .map_err(|_| CallError::NoAnswer)??;
    Ok(Session {
        key: key.clone(),
        welcome,
        outbound,
        inbound,
    })
}

async fn welcome(inbound: &mut Streaming<v1::AttachResponse>) -> Result<v1::Welcome, Status> {
    loop {
        match inbound.message().await?.map(|response| response.message) {
            Some(Some(Message::Welcome(welcome))) => return Ok(welcome),
            // Of a kind that this agent does not know, or that has no meaning yet.
            Some(
                Some(
                    Message::SamplesStored(_)
                    | Message::Command(_)
                    | Message::Cancellation(_)
                    | Message::Settled(_),
                )
                | None,
            ) => {}
            None => {
                return Err(Status::new(
                    Code::Unavailable,
                    "the server ended the session before it began",
                ));
            }
        }
    }
}
