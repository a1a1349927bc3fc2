//! The stream of an agent's session: what it says is taken in, and what it is told goes out.
//!
//! Both are done by whoever polls the answers, which is the connection: a session costs no task. An agent that does not
//! read what it is told is not heard either.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, Stream};
use hostler_proto::v1;
use hostler_proto::v1::attach_request::Message;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tonic::{Status, Streaming};

use crate::domain::fields::FieldErrors;
use crate::engine::agents::{AgentSession, Intake, KEY_REFUSED, SessionEnd};
use crate::engine::error::Error;
use crate::engine::node_commands::NodeCommands;
use crate::services::convert::{
    Looks, command_begun, command_ended, command_output, container_figures, containers_report, processes,
    units, wire_order,
};
use crate::services::refusal::Refusal;

/// How often an agent that has to wait counts as heard.
const HOLD: Duration = Duration::from_secs(1);

/// Who hears what an agent says.
pub(super) struct Ears {
    pub(super) intake: Intake,
    pub(super) commands: Arc<NodeCommands>,
}

struct Talk {
    welcome: Option<v1::AttachResponse>,
    session: AgentSession,
    ears: Ears,
    /// What takes a while: samples that there is no room for yet, and what has to be written. The agent is not read on
    /// until it is done.
    taking: Option<BoxFuture<'static, Result<(), Error>>>,
    said: Streaming<v1::AttachRequest>,
    stop: CancellationToken,
}

/// Begins with the welcome; ends when the agent has gone, and with an error when the session is over before.
pub(super) fn agent_stream(
    welcome: v1::AttachResponse,
    session: AgentSession,
    ears: Ears,
    said: Streaming<v1::AttachRequest>,
    stop: CancellationToken,
) -> impl Stream<Item = Result<v1::AttachResponse, Status>> + Send + 'static {
    let talk = Talk {
        welcome: Some(welcome),
        session,
        ears,
        taking: None,
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
                // The session holds the other end, too.
                Some(order) = self.session.orders.recv() => return Ok(Some(wire_order(&order))),
                done = taken(&mut self.taking) => {
                    self.taking = None;
                    done?;
                }
                // It is this server that does not listen: nobody is silent.
                () = sleep(HOLD), if self.taking.is_some() => self.session.link.heard(),
                said = self.said.message(), if self.taking.is_none() => match said? {
                    Some(said) => self.hear(said)?,
                    None => return Ok(None),
                },
            }
        }
    }

    /// Takes in what an agent says. Kinds of messages that this server does not know are let pass.
    fn hear(&mut self, said: v1::AttachRequest) -> Result<(), Status> {
        let link = &self.session.link;
        link.heard();
        match said.message {
            Some(Message::Hello(_)) => {
                let problem = "must be the first message and no other";
                return Err(Error::from(FieldErrors::one("hello", problem)).into());
            }
            Some(Message::Samples(samples)) => {
                let Looks { looks, last } = Looks::try_from(samples).map_err(Error::from)?;
                let (intake, giver) = (self.ears.intake.clone(), link.giver());
                let taking = async move {
                    intake.samples(giver, looks, last).await;
                    Ok(())
                };
                self.taking = Some(taking.boxed());
            }
            Some(Message::Processes(told)) => {
                if let Some(told) = processes(told) {
                    self.ears.intake.processes(link.node_id(), told);
                }
            }
            Some(Message::Units(told)) => {
                if let Some(told) = units(told) {
                    self.ears.intake.units(link.node_id(), told);
                }
            }
            Some(Message::Containers(told)) => {
                self.ears
                    .intake
                    .containers(link.node_id(), containers_report(told));
            }
            Some(Message::ContainerFigures(told)) => {
                let (figures, last) = container_figures(told);
                self.ears.intake.container_figures(link.node_id(), figures, last);
            }
            Some(Message::CommandOutput(told)) => {
                if let Some((id, piece)) = command_output(told) {
                    self.ears.commands.output(link.node_id(), id, piece);
                }
            }
            Some(Message::CommandBegun(told)) => {
                if let Some(id) = command_begun(&told) {
                    let (commands, node) = (Arc::clone(&self.ears.commands), link.node_id());
                    let taking = async move { commands.begun(node, id).await };
                    self.taking = Some(taking.boxed());
                }
            }
            Some(Message::CommandEnded(told)) => {
                if let Some((id, end)) = command_ended(&told) {
                    let (commands, node) = (Arc::clone(&self.ears.commands), link.node_id());
                    let settler = link.settler();
                    let taking = async move {
                        commands.ended(node, id, &end).await?;
                        settler.settle(id);
                        Ok(())
                    };
                    self.taking = Some(taking.boxed());
                }
            }
            Some(Message::Heartbeat(_)) | None => {}
        }
        Ok(())
    }
}

/// For ever when nothing is being taken in.
async fn taken(taking: &mut Option<BoxFuture<'static, Result<(), Error>>>) -> Result<(), Error> {
    match taking {
        Some(taking) => taking.await,
        None => pending().await,
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
