//! How long a command takes from who gives it to a node and back, kept in the database on its way, beside a message that goes to a
//! raw tonic server and back on a stream.

use std::time::{Duration, Instant};

use anyhow::Context;
use hostler_proto::v1;
use hostler_proto::v1::NodeCommandState as State;
use hostler_proto::v1::attach_request::Message as Said;
use hostler_proto::v1::attach_response::Message as Heard;
use hostler_proto::v1::node_commands_client::NodeCommandsClient;
use hostler_proto::v1::watch_node_command_response::Event;
use hostler_tests::process::Hostlerd;
use hostlerd::adapters::store::StoreSettings;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;
use tonic::transport::Channel;

use crate::api::{PASSWORD, Session};
use crate::echo::pb;
use crate::report::{Figure, line, median};
use crate::{agents, fill, load, process};

const EMAIL: &str = "operator@example.org";
/// They take turns, so that what else the machine does meets both.
const ROUNDS: usize = 5;
const EACH: usize = 200;

pub(crate) async fn figures() -> anyhow::Result<Vec<Figure>> {
    let hostlerd = Hostlerd::new()?.set("HOSTLER_MONITORING__SWEEP_SECONDS", "3600");
    hostlerd.start().await?.0.kill().await?;
    hostlerd.user_create(EMAIL, "operator", PASSWORD).await?;
    let file = format!("sqlite://{}", hostlerd.state_dir().join("hostler.db").display());
    let node = fill::nodes(&StoreSettings::new(file), 1).await?.remove(0);
    let (server, _) = hostlerd.start().await?;
    let channel = load::connections(&server.url, 1).await?.remove(0);
    let caller = Caller {
        session: Session::sign_in(channel.clone(), EMAIL).await?,
        channel,
        node_id: node.id.clone(),
    };
    let (says, hears) = agents::attach(&node, &server.url).await?;
    // Ends with this function.
    let mut agent = JoinSet::new();
    agent.spawn(obey(says, hears));

    let echo = process::echo().await?;
    let mut talk = Talk::open(load::connections(&echo.url, 1).await?.remove(0)).await?;
    let (mut commands, mut pings) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (mut slow, mut quick) = (Vec::new(), Vec::new());
        for _ in 0..EACH {
            slow.push(milliseconds(caller.round_trip().await?));
            quick.push(milliseconds(talk.round_trip().await?));
        }
        line(&format!(
            "round {round}: a command {:.2} ms, a message {:.3} ms",
            median(&mut slow),
            median(&mut quick)
        ));
        // The first warms up.
        if round > 0 {
            commands.append(&mut slow);
            pings.append(&mut quick);
        }
    }
    echo.stop().await?;
    server.kill().await?;
    let (command, ping) = (median(&mut commands), median(&mut pings));
    Ok(vec![
        Figure {
            name: "a command to a node and back, SQLite",
            value: format!("{command:.2} ms"),
            goal: "at most 5 ms",
            met: Some(command <= 5.0),
        },
        Figure {
            name: "a command / a message on a raw stream and back",
            value: format!("{:.0} ({command:.2} / {ping:.3} ms)", command / ping),
            goal: "",
            met: None,
        },
    ])
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

struct Caller {
    session: Session,
    channel: Channel,
    node_id: String,
}

impl Caller {
    /// Until its end is told to who gave it.
    async fn round_trip(&self) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        let mut client = NodeCommandsClient::new(self.channel.clone());
        let request = self.session.request(v1::RunNodeCommandRequest {
            node_id: self.node_id.clone(),
            action: Some(stop()),
            ..Default::default()
        });
        let command = client.run_node_command(request).await?.into_inner().command;
        let watch = self.session.request(v1::WatchNodeCommandRequest {
            node_command_id: command.context("no command")?.id,
        });
        let mut events = client.watch_node_command(watch).await?.into_inner();
        loop {
            let event = events.message().await?.context("it ended without an end")?;
            if let Some(Event::Changed(command)) = event.event
                && command.state() == State::Succeeded
            {
                return Ok(begun.elapsed());
            }
        }
    }
}

fn stop() -> v1::NodeAction {
    v1::NodeAction {
        action: Some(v1::node_action::Action::Container(v1::ContainerAction {
            container_id: "a".repeat(64),
            verb: v1::ContainerVerb::Stop.into(),
            ..Default::default()
        })),
    }
}

/// Says of everything that it begins, and that it is done.
async fn obey(
    says: mpsc::Sender<v1::AttachRequest>,
    mut hears: Streaming<v1::AttachResponse>,
) -> anyhow::Result<()> {
    while let Some(heard) = hears.message().await? {
        if let Some(Heard::Command(order)) = heard.message {
            let id = order.node_command_id;
            let begun = v1::NodeCommandBegun {
                node_command_id: id.clone(),
            };
            let ended = v1::NodeCommandEnded {
                node_command_id: id,
                state: State::Succeeded.into(),
                problem: String::new(),
            };
            says.send(agents::message(Said::CommandBegun(begun))).await?;
            says.send(agents::message(Said::CommandEnded(ended))).await?;
        }
    }
    Ok(())
}

/// A stream that answers everything with the same.
struct Talk {
    says: mpsc::Sender<pb::Words>,
    hears: Streaming<pb::Words>,
}

impl Talk {
    async fn open(channel: Channel) -> anyhow::Result<Self> {
        let (says, said) = mpsc::channel(4);
        let answer = pb::echo_client::EchoClient::new(channel)
            .talk(ReceiverStream::new(said))
            .await?;
        Ok(Self {
            says,
            hears: answer.into_inner(),
        })
    }

    async fn round_trip(&mut self) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        let words = pb::Words {
            text: "0123456789abcdef".to_owned(),
        };
        self.says.send(words).await?;
        self.hears.message().await?.context("no answer")?;
        Ok(begun.elapsed())
    }
}
