//! The stream of an agent's session: what it says is taken in, and what it is told goes out.
//!
//! Both are done by whoever polls the answers, which is the connection: a session costs no task. An agent that does not
//! read what it is told is not heard either.

use futures_util::stream::{self, Stream};
use hostler_proto::v1;
use hostler_proto::v1::attach_request::Message;
use tokio_util::sync::CancellationToken;
use tonic::{Status, Streaming};

use crate::domain::fields::FieldErrors;
use crate::engine::agents::{AgentLink, AgentSession, KEY_REFUSED, SessionEnd};
use crate::engine::error::Error;
use crate::services::convert::wire_order;
use crate::services::refusal::Refusal;

struct Talk {
    welcome: Option<v1::AttachResponse>,
    session: AgentSession,
    said: Streaming<v1::AttachRequest>,
    stop: CancellationToken,
}

/// Begins with the welcome; ends when the agent has gone, and with an error when the session is over before.
pub(super) fn agent_stream(
    welcome: v1::AttachResponse,
    session: AgentSession,
    said: Streaming<v1::AttachRequest>,
    stop: CancellationToken,
) -> impl Stream<Item = Result<v1::AttachResponse, Status>> + Send + 'static {
    let talk = Talk {
        welcome: Some(welcome),
        session,
        said,
        stop,
    };
    stream::unfold(Some(talk), |talk| async move {
        let mut talk = talk?;
        match talk.next().await {
            Ok(Some(answer)) => Some((Ok(answer), Some(talk))),
            Ok(None) => None,
            Err(status) => Some((Err(status), None)),
        }
    })
}

impl Talk {
    /// What the agent is told next; `None` when it has gone.
    async fn next(&mut self) -> Result<Option<v1::AttachResponse>, Status> {
        if let Some(welcome) = self.welcome.take() {
            return Ok(Some(welcome));
        }
        loop {
            tokio::select! {
                // Whoever is not to be heard any more is not heard.
                biased;
                () = self.stop.cancelled() => return Err(Refusal::Stopping.into()),
                end = &mut self.session.end => return Err(over(end.ok())),
                order = self.session.orders.recv() => match order {
                    Some(order) => return Ok(Some(wire_order(order))),
                    None => return Err(over(None)),
                },
                said = self.said.message() => match said? {
                    Some(said) => hear(&self.session.link, said)?,
                    None => return Ok(None),
                },
            }
        }
    }
}

/// Takes in what an agent says. Kinds of messages that this server does not know are let pass.
fn hear(link: &AgentLink, said: v1::AttachRequest) -> Result<(), Status> {
    link.heard();
    match said.message {
        Some(Message::Hello(_)) => Err(Error::from(FieldErrors::one(
            "hello",
            "must be the first message and no other",
        ))
        .into()),
        Some(Message::Heartbeat(_) | Message::Samples(_)) | None => Ok(()),
    }
}

/// Without a reason the hub has ended, which it does with the server.
fn over(end: Option<SessionEnd>) -> Status {
    match end {
        Some(SessionEnd::Replaced) => Refusal::SessionReplaced.into(),
        Some(SessionEnd::Revoked) => KEY_REFUSED.into(),
        Some(SessionEnd::Silent) => Refusal::SessionSilent.into(),
        None => Refusal::Stopping.into(),
    }
}
