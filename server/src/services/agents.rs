//! The `Agents` service.

use std::sync::Arc;
use std::time::Duration;

use hostler_proto::v1;
use hostler_proto::v1::agents_server::Agents as AgentsRpcs;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming};

use crate::domain::fields::FieldErrors;
use crate::domain::ids::NodeId;
use crate::domain::session::SecretHash;
use crate::engine::agents::{Agents, Intake, KEY_REFUSED};
use crate::engine::caller::Caller;
use crate::engine::error::Error;
use crate::engine::node_commands::NodeCommands;
use crate::engine::nodes::Enrolments;
use crate::services::agent_stream::{Ears, agent_stream};
use crate::services::convert::{Introduction, Joining, wire_welcome};
use crate::services::inbound::ask;
use crate::services::streams::Answers;

/// From the beginning of a session to its first message.
const HELLO_WITHIN: Duration = Duration::from_secs(10);

pub(super) struct AgentsService {
    pub(super) agents: Arc<Agents>,
    pub(super) enrolments: Arc<Enrolments>,
    pub(super) intake: Intake,
    pub(super) commands: Arc<NodeCommands>,
    pub(super) stop: CancellationToken,
}

#[tonic::async_trait]
impl AgentsRpcs for AgentsService {
    async fn enrol(&self, request: Request<v1::EnrolRequest>) -> Result<Response<v1::EnrolResponse>, Status> {
        let (caller, joining) = ask::<_, Joining>(request)?;
        let node = self
            .enrolments
            .enrol(&caller, &joining.token, joining.key, joining.hostname)
            .await?;
        Ok(Response::new(v1::EnrolResponse {
            node_id: node.id.to_string(),
            display_name: node.display_name,
        }))
    }

    async fn rotate_key(
        &self,
        request: Request<v1::RotateKeyRequest>,
    ) -> Result<Response<v1::RotateKeyResponse>, Status> {
        let (caller, key) = ask::<_, SecretHash>(request)?;
        let node = node(&caller)?;
        self.agents.rotate_key(&caller, node, key).await?;
        Ok(Response::new(v1::RotateKeyResponse {}))
    }

    type AttachStream = Answers<v1::AttachResponse>;

    async fn attach(
        &self,
        request: Request<Streaming<v1::AttachRequest>>,
    ) -> Result<Response<Self::AttachStream>, Status> {
        let (caller, mut said) = ask::<_, Said>(request)?;
        let node = node(&caller)?;
        let hello = timeout(HELLO_WITHIN, said.0.message())
            .await
            .map_err(|_| Error::Deadline)??;
        let introduction = introduction(hello).map_err(Error::from)?;
        let Introduction {
            node_id,
            boot_id,
            facts,
        } = introduction;
        let session = self.agents.attach(node, node_id, boot_id, facts).await?;
        let name = session.node.display_name.clone();
        let welcome = wire_welcome(name, self.agents.settings(), self.agents.now());
        self.intake.begin(node);
        let ears = Ears {
            intake: self.intake.clone(),
            commands: Arc::clone(&self.commands),
        };
        let answers = agent_stream(welcome, session, ears, said.0, self.stop.clone());
        Ok(Response::new(Box::pin(answers)))
    }
}

/// What an agent goes on to say; it is checked message by message.
struct Said(Streaming<v1::AttachRequest>);

impl TryFrom<Streaming<v1::AttachRequest>> for Said {
    type Error = FieldErrors;

    fn try_from(said: Streaming<v1::AttachRequest>) -> Result<Self, FieldErrors> {
        Ok(Self(said))
    }
}

/// The gate has let nobody else in.
fn node(caller: &Caller) -> Result<NodeId, Error> {
    caller.node.ok_or(KEY_REFUSED)
}

fn introduction(first: Option<v1::AttachRequest>) -> Result<Introduction, FieldErrors> {
    match first.and_then(|first| first.message) {
        Some(v1::attach_request::Message::Hello(hello)) => Introduction::try_from(hello),
        Some(_) | None => Err(FieldErrors::one("hello", "must be the first message")),
    }
}
