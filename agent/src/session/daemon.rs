//! The agent as it runs: one task that owns everything, with a session or in search of one, and the looks at the machine go on.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hostler_proto::v1;
use hostler_proto::v1::attach_response::Message;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep, sleep_until, timeout};
use tonic::Code;

use super::attach::{AttachError, Session, attach};
use super::backoff::{Backoff, half_to_all};
use super::cadence::Cadence;
use super::complaints::Complaints;
use super::sequence::Sequence;
use super::stop::Stop;
use super::tongue;
use super::units::FailedUnits;
use crate::backlog::Backlog;
use crate::clock::{Clock, SystemClock, since_1970, timestamp};
use crate::config::{Config, Grant};
use crate::containers::{ContainerWatch, sockets};
use crate::host::{Busiest, Roots, Sampler, boot_id, facts};
use crate::link::CallError;
use crate::node::{Node, NodeError};
use crate::orders::{Means, Orders};
use crate::state::{Held, KeyFiles, NumberFile, StateDirectory, StateError, Status, StatusFile, StatusWord};
use crate::timing::Timing;

const SEQUENCE: &str = "sequence";
/// Commands that were begun.
const JOURNAL: &str = "commands";
/// What a server that says nothing of it is taken to want.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(10);
/// How often the agent leaves a sign of life for `health`.
const SIGN_OF_LIFE: Duration = Duration::from_secs(60);
/// Clocks that differ by more than this are told of.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(30);

/// The agent of this machine.
#[derive(Clone, Debug)]
pub struct Agent {
    pub config: Config,
    pub roots: Roots,
    pub clock: Arc<dyn Clock>,
    pub timing: Timing,
}

/// The agent cannot run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Node(#[from] NodeError),
    #[error(transparent)]
    State(#[from] StateError),
}

impl Agent {
    /// For this machine, with its own clock.
    pub fn new(config: Config) -> Self {
        Self {
            config,
            roots: Roots::machine(),
            clock: Arc::new(SystemClock),
            timing: Timing::default(),
        }
    }

    /// Runs until `stop` is ready. What the server has not stored by then is on disk.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) -> Result<(), RunError> {
        let state = StateDirectory::existing(&self.config.state_dir);
        let held = if state.path().exists() {
            Some(state.hold()?)
        } else {
            None
        };
        let node = Node::of(&self.config, &self.timing)?;
        let mut daemon = Daemon::new(self, node, held)?;
        let mut stop = Stop::when(stop);
        daemon.work(&mut stop).await;
        daemon.finish();
        Ok(())
    }
}

/// Why a session is over.
#[derive(Debug)]
enum End {
    /// The agent is to stop.
    Stopped,
    /// There is another key to use.
    KeyChanged,
    Lost(CallError),
}

struct Daemon {
    agent: Agent,
    node: Node,
    keys: KeyFiles,
    held: Option<Held>,
    sampler: Sampler,
    busiest: Busiest,
    /// Where the owner of the machine lets the server know of containers.
    containers: Option<ContainerWatch>,
    orders: Orders,
    cadence: Cadence,
    sequence: Sequence,
    backlog: Backlog,
    backoff: Backoff,
    /// How long a server may store nothing before it is left.
    give_up_after: Duration,
    complaints: Complaints,
    status: StatusFile,
    display_name: String,
    pulse: Interval,
    clock_was_told: bool,
}

impl Daemon {
    fn new(agent: Agent, node: Node, held: Option<Held>) -> Result<Self, StateError> {
        let timing = &agent.timing;
        let backlog = Backlog::open(&node.state, agent.config.spool.max_bytes, timing.patience)?;
        let sequence = Sequence::open(NumberFile::at(node.state.join(SEQUENCE)), backlog.last_sequence());
        let mut pulse = interval(SIGN_OF_LIFE);
        pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let means = Means::of(&agent.config, &agent.roots);
        let (grants, now) = (agent.config.grants.clone(), agent.clock.now());
        let journal = node.state.join(JOURNAL);
        let orders = Orders::open(journal.clone(), grants, means, now);
        let orders = orders.map_err(StateError::at("read", &journal))?;
        let containers = agent.config.grants.contains(&Grant::ContainersRead).then(|| {
            let sockets = sockets(&agent.config.containers, &agent.roots);
            ContainerWatch::start(sockets, Arc::clone(&agent.clock))
        });
        let cadence = Cadence::new(timing.sample_interval, agent.clock.now());
        let mut sampler = Sampler::new(agent.roots.clone());
        // What it did is known from the second look on: the first one is for nobody.
        sampler.look(std::time::Instant::now(), cadence.interval());
        Ok(Self {
            keys: KeyFiles::of(&node.state),
            sampler,
            busiest: Busiest::new(agent.roots.clone()),
            containers,
            orders,
            cadence,
            sequence,
            backlog,
            backoff: Backoff::new(timing.backoff_first, timing.backoff_cap),
            give_up_after: timing.give_up_after,
            complaints: Complaints::default(),
            status: StatusFile::of(&node.state),
            display_name: node.record.display_name.clone(),
            pulse,
            clock_was_told: false,
            held,
            agent,
            node,
        })
    }

    async fn work(&mut self, stop: &mut Stop<'_>) {
        tracing::info!(server = %self.node.address, node_id = self.node.record.node_id, "started");
        self.tell_status(StatusWord::Connecting, "");
        loop {
            let hello = v1::Hello {
                node_id: self.node.record.node_id.clone(),
                boot_id: boot_id(&self.agent.roots),
                facts: Some(facts(&self.agent.roots, &self.agent.config.grants)),
            };
            let opening = attach(
                self.node.line.clone(),
                self.node.state.clone(),
                hello,
                self.agent.timing.clone(),
            );
            let Some(opened) = self.meanwhile(stop, opening).await else {
                return;
            };
            let pause = match opened {
                Ok(session) => {
                    let welcomed = Instant::now();
                    let end = self.serve(session, stop).await;
                    self.backlog.detach();
                    if welcomed.elapsed() >= self.agent.timing.settled_after {
                        self.backoff.reset();
                    }
                    match end {
                        End::Stopped => return,
                        End::KeyChanged => {
                            tracing::info!("the key was changed: coming back with the new one");
                            Duration::ZERO
                        }
                        End::Lost(error) => self.pause_after(&AttachError::Call(error)),
                    }
                }
                Err(error) => self.pause_after(&error),
            };
            if self.meanwhile(stop, sleep(pause)).await.is_none() {
                return;
            }
        }
    }

    /// Waits for something while looks at the machine go to the spool; `None` when the agent is to stop.
    async fn meanwhile<F: Future>(&mut self, stop: &mut Stop<'_>, awaited: F) -> Option<F::Output> {
        let mut awaited = pin!(awaited);
        loop {
            tokio::select! {
                biased;
                () = stop.wished() => return None,
                output = &mut awaited => return Some(output),
                () = self.cadence.due(&*self.agent.clock) => {
                    let sample = self.look();
                    self.backlog.add(sample);
                }
                _ = self.pulse.tick() => self.leave_sign_of_life(),
            }
        }
    }

    /// Says what is wrong and tells how long to wait.
    fn pause_after(&mut self, error: &AttachError) -> Duration {
        let slowly = half_to_all(self.agent.timing.refused_pause);
        let (word, advice, pause) = match error {
            AttachError::Call(error) => match (error.code(), error.reason()) {
                (Some(Code::Unauthenticated), _) => (
                    StatusWord::Refused,
                    "the server does not know this node's key: it was revoked, or the node was deleted; enrol this machine \
                     anew with hostler-agent enrol --force",
                    slowly,
                ),
                (
                    Some(
                        Code::PermissionDenied
                        | Code::InvalidArgument
                        | Code::FailedPrecondition
                        | Code::NotFound,
                    ),
                    _,
                ) => (
                    StatusWord::Refused,
                    "the server does not accept this agent; enrol this machine anew with hostler-agent enrol --force",
                    slowly,
                ),
                (Some(Code::Unimplemented), _) => (
                    StatusWord::Refused,
                    "the server does not know agents: is it a Hostler server, and not older than this agent?",
                    slowly,
                ),
                (Some(Code::Aborted), "SESSION_REPLACED") => (
                    StatusWord::Replaced,
                    "another agent uses this node's key: was this machine copied? Enrol one of the two anew with \
                     hostler-agent enrol --force",
                    slowly,
                ),
                (Some(_) | None, _) => (
                    StatusWord::Connecting,
                    "there is no session with the server; trying again",
                    self.backoff.next(error.retry_after()),
                ),
            },
            AttachError::State(_) | AttachError::NoKey => (
                StatusWord::Refused,
                "the state directory is not as it should be",
                slowly,
            ),
        };
        let problem = error.to_string();
        self.complaints.about(&problem, advice);
        let problem = match word {
            StatusWord::Connecting => problem,
            StatusWord::Attached | StatusWord::Refused | StatusWord::Replaced | StatusWord::Stopped => {
                format!("{problem}: {advice}")
            }
        };
        self.tell_status(word, &problem);
        tracing::debug!(?pause, "waiting");
        pause
    }

    /// Carries a session on until it ends.
    async fn serve(&mut self, mut session: Session, stop: &mut Stop<'_>) -> End {
        let heartbeat_interval = self.welcome(&session.welcome);
        // First of all, what only heartbeats tell.
        let mut told_dropped = None;
        let mut said = Instant::now();
        let mut units = FailedUnits::new(&self.agent.roots);
        let mut containers = ContainerWatch::news(self.containers.as_ref());
        self.orders.begin_session();
        loop {
            if session.outbound.capacity() > 0
                && let Some(samples) = self.backlog.next()
            {
                session.outbound.try_send(tongue::samples(samples)).ok();
                said = Instant::now();
            }
            let dropped = self.backlog.dropped();
            let is_due = said.elapsed() >= heartbeat_interval || told_dropped != Some(dropped);
            if is_due && session.outbound.capacity() > 0 {
                let heartbeat = tongue::heartbeat(self.agent.clock.now(), dropped);
                session.outbound.try_send(heartbeat).ok();
                told_dropped = Some(dropped);
                said = Instant::now();
            }
            let next_heartbeat = if said.elapsed() < heartbeat_interval {
                said + heartbeat_interval
            } else {
                // There is no room for it: the server does not read.
                Instant::now() + heartbeat_interval
            };
            tokio::select! {
                biased;
                () = stop.wished() => {
                    self.say_farewell(session).await;
                    return End::Stopped;
                }
                answer = session.inbound.message() => match answer {
                    Ok(Some(response)) => self.take(&response),
                    Ok(None) => return End::Lost(CallError::Unreachable {
                        problem: "it ended the session".to_owned(),
                    }),
                    Err(status) => return End::Lost(status.into()),
                },
                () = self.cadence.due(&*self.agent.clock) => {
                    let sample = self.look();
                    self.backlog.add(sample);
                    self.tell_processes(&session);
                    if let Some(containers) = &self.containers {
                        containers.measure();
                    }
                }
                failed = units.news(), if session.outbound.capacity() > 0 => {
                    let told = tongue::units(self.agent.clock.now(), failed);
                    session.outbound.try_send(told).ok();
                }
                // The last place is for samples.
                told = containers.next(), if session.outbound.capacity() > 1 => {
                    session.outbound.try_send(tongue::of(told)).ok();
                }
                told = self.orders.next(), if session.outbound.capacity() > 1 => {
                    session.outbound.try_send(tongue::of(told)).ok();
                }
                () = sleep_until(next_heartbeat) => {}
                _ = self.pulse.tick() => self.leave_sign_of_life(),
            }
            if let Some(end) = self.judge(&session) {
                return end;
            }
        }
    }

    /// Of this moment only: where there is no room, the next look tells.
    fn tell_processes(&mut self, session: &Session) {
        let processes = self.busiest.look(std::time::Instant::now());
        // The last place is for samples.
        if session.outbound.capacity() > 1 && !processes.is_empty() {
            let told = tongue::processes(self.agent.clock.now(), processes);
            session.outbound.try_send(told).ok();
        }
    }

    /// Takes over what the server wants; tells how often it wants to hear something.
    fn welcome(&mut self, welcome: &v1::Welcome) -> Duration {
        let timing = &self.agent.timing;
        let now = self.agent.clock.now();
        let wanted = |duration: Option<prost_types::Duration>, otherwise: Duration| {
            let wanted = duration.and_then(|duration| Duration::try_from(duration).ok());
            wanted.unwrap_or(otherwise).max(timing.shortest_interval)
        };
        let heartbeat_interval = wanted(welcome.heartbeat_interval, HEARTBEAT_INTERVAL);
        let sample_interval = wanted(welcome.sample_interval, timing.sample_interval);
        self.cadence.set_interval(sample_interval, now);
        if !welcome.display_name.is_empty() {
            self.display_name.clone_from(&welcome.display_name);
        }
        self.compare_clocks(welcome, now);
        self.complaints.over();
        self.backlog.attach();
        self.tell_status(StatusWord::Attached, "");
        tracing::info!(
            server = %self.node.address,
            name = self.display_name,
            ?sample_interval,
            waiting_on_disk = !self.backlog.is_disk_empty(),
            "attached"
        );
        heartbeat_interval
    }

    fn compare_clocks(&mut self, welcome: &v1::Welcome, now: Duration) {
        let Some(theirs) = welcome.time.as_ref().and_then(since_1970) else {
            return;
        };
        let differs = now.abs_diff(theirs) > CLOCK_TOLERANCE;
        if differs && !self.clock_was_told {
            tracing::warn!(
                seconds = now.abs_diff(theirs).as_secs(),
                ahead = now > theirs,
                "the clock of this machine differs from the server's: figures will be at the wrong times; set it, by NTP for instance"
            );
        }
        self.clock_was_told = differs;
    }

    fn take(&mut self, response: &v1::AttachResponse) {
        match &response.message {
            Some(Message::SamplesStored(stored)) => {
                self.backlog.stored(stored.sequence);
                self.give_up_after = self.agent.timing.give_up_after;
            }
            Some(Message::Command(order)) => self.orders.take(order, self.agent.clock.now()),
            Some(Message::Cancellation(told)) => {
                self.orders.cancel(&told.node_command_id, self.agent.clock.now());
            }
            Some(Message::Settled(told)) => self.orders.settled(&told.node_command_id),
            // A second welcome has no meaning, and what a newer server says is not for this agent.
            Some(Message::Welcome(_)) | None => {}
        }
    }

    /// Whether the session shall go on.
    fn judge(&mut self, session: &Session) -> Option<End> {
        let waiting = self.backlog.waiting();
        if waiting >= self.give_up_after {
            // Another session may be with another instance of the server. Where that does not help, more of them will not.
            self.give_up_after = (self.give_up_after * 2).min(self.agent.timing.give_up_cap);
            let problem = format!("it has stored nothing for {} seconds", waiting.as_secs());
            return Some(End::Lost(CallError::Unreachable { problem }));
        }
        match self.keys.current() {
            Ok(Some(key)) if key != session.key => Some(End::KeyChanged),
            Ok(_) | Err(_) => None,
        }
    }

    /// Ends the session from this side, and takes the server's last word.
    async fn say_farewell(&mut self, session: Session) {
        let Session {
            outbound,
            mut inbound,
            ..
        } = session;
        drop(outbound);
        let limit = self.agent.timing.farewell;
        let last_words = async {
            while let Ok(Some(response)) = inbound.message().await {
                self.take(&response);
            }
        };
        if timeout(limit, last_words).await.is_err() {
            tracing::debug!("the server did not end the session in time");
        }
    }

    fn look(&mut self) -> v1::NodeSample {
        let interval = self.cadence.interval();
        let now = self.agent.clock.now();
        v1::NodeSample {
            sequence: self.sequence.next(now),
            time: Some(timestamp(now)),
            ..self.sampler.look(std::time::Instant::now(), interval)
        }
    }

    fn leave_sign_of_life(&self) {
        if let Some(held) = &self.held {
            held.sign_of_life(self.agent.clock.now());
        }
    }

    fn tell_status(&mut self, state: StatusWord, problem: &str) {
        self.status.tell(Status {
            state,
            since: self.agent.clock.now().as_secs(),
            server_url: self.node.address.to_string(),
            node_id: self.node.record.node_id.clone(),
            display_name: self.display_name.clone(),
            problem: problem.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        });
    }

    fn finish(&mut self) {
        self.backlog.detach();
        self.sequence.close();
        self.tell_status(StatusWord::Stopped, "");
        tracing::info!("stopped");
    }
}
