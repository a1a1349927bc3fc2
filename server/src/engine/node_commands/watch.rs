//! One command as it goes on: how it is, what it puts out, and its end.

use std::collections::VecDeque;

use futures_util::stream::Stream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::outputs::Piece;
use super::service::NodeCommands;
use crate::domain::ids::NodeCommandId;
use crate::domain::node_command::NodeCommand;
use crate::domain::time::Timestamp;
use crate::engine::error::Result;
use crate::engine::turns::{self, Turns};
use crate::ports::bus::{BusReceiver, Notice};

#[derive(Clone, Debug)]
pub enum NodeCommandEvent {
    Changed(Box<NodeCommand>),
    Output(NodeCommandId, Piece),
    Heartbeat(Timestamp),
}

impl NodeCommands {
    /// Ends after the command has.
    pub async fn watch(
        &self,
        id: NodeCommandId,
    ) -> Result<impl Stream<Item = Result<NodeCommandEvent>> + Send + 'static + use<>> {
        // Subscribed before the first read, so that no change falls in between.
        let (notices, changes) = (self.ports.bus.subscribe(), self.outputs.changes());
        let command = self.get(id).await?;
        let mut due = VecDeque::from([NodeCommandEvent::Changed(Box::new(command.clone()))]);
        let mut told = 0;
        due.extend(self.pieces(id, &mut told));
        Ok(turns::stream(Watch {
            commands: self.clone(),
            notices,
            changes,
            id,
            known: command,
            due,
            told,
            last: Instant::now(),
        }))
    }

    fn pieces(&self, id: NodeCommandId, told: &mut u64) -> impl Iterator<Item = NodeCommandEvent> + use<> {
        let news = self.outputs.news(id, told);
        news.into_iter()
            .map(move |piece| NodeCommandEvent::Output(id, piece))
    }
}

struct Watch {
    commands: NodeCommands,
    notices: Box<dyn BusReceiver>,
    changes: watch::Receiver<u64>,
    id: NodeCommandId,
    known: NodeCommand,
    /// To be told next.
    due: VecDeque<NodeCommandEvent>,
    /// Bytes of output that were told.
    told: u64,
    /// When something was told.
    last: Instant,
}

impl Turns for Watch {
    type Event = NodeCommandEvent;

    async fn next(&mut self) -> Option<Result<NodeCommandEvent>> {
        loop {
            if let Some(event) = self.due.pop_front() {
                self.last = Instant::now();
                return Some(Ok(event));
            }
            if self.known.state.is_end() {
                return None;
            }
            let heartbeat = self.last + self.commands.heartbeat;
            tokio::select! {
                notice = self.notices.next() => {
                    if self.concerns(&notice?)
                        && let Err(error) = self.look().await
                    {
                        return Some(Err(error));
                    }
                }
                _ = self.changes.changed() => {
                    let pieces = self.commands.pieces(self.id, &mut self.told);
                    self.due.extend(pieces);
                }
                () = sleep_until(heartbeat) => {
                    let now = self.commands.ports.clock.now();
                    self.due.push_back(NodeCommandEvent::Heartbeat(now));
                }
            }
        }
    }
}

impl Watch {
    fn concerns(&self, notice: &Notice) -> bool {
        matches!(notice, Notice::NodeCommandChanged { id } if *id == self.id)
            // With its node all its commands go.
            || matches!(notice, Notice::NodeChanged { id } if *id == self.known.node_id)
            || *notice == Notice::Missed
    }

    async fn look(&mut self) -> Result<()> {
        let command = self.commands.get(self.id).await?;
        // Read after the row: what an ended command has put out is there by then.
        let pieces = self.commands.pieces(self.id, &mut self.told);
        self.due.extend(pieces);
        if command != self.known {
            self.known = command.clone();
            self.due.push_back(NodeCommandEvent::Changed(Box::new(command)));
        }
        Ok(())
    }
}
