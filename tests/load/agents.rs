//! One server and thousands of agents, each with a connection, an `Attach` stream and samples of its own: what an agent
//! costs, whether every sample is answered in time, and how soon all are back after the server was killed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use hostler_proto::v1;
use hostler_proto::v1::agents_client::AgentsClient;
use hostler_proto::v1::attach_request::Message as Said;
use hostler_proto::v1::attach_response::Message as Heard;
use hostler_tests::process::{Hostlerd, Server};
use hostlerd::adapters::clock::SystemClock;
use hostlerd::adapters::store::StoreSettings;
use hostlerd::ports::clock::Clock as _;
use rand::RngExt as _;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status, Streaming};

use crate::fill;
use crate::report::{Figure, line};

/// As agents of an installation that changed nothing.
const INTERVAL: Duration = Duration::from_secs(10);
/// A sample that is answered later was missed.
const ANSWER: Duration = Duration::from_secs(30);
/// An agent's first pause, which doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Longer than attaching all takes.
const PATIENCE: Duration = Duration::from_secs(300);

/// What all agents did so far.
#[derive(Debug, Default)]
struct Tally {
    attached: AtomicUsize,
    stored: AtomicUsize,
    /// Samples without an answer, and sessions that ended.
    missed: AtomicUsize,
}

pub(crate) async fn measure(count: u32, seconds: u64) -> anyhow::Result<Vec<Figure>> {
    let most = (count + 100).to_string();
    let hostlerd = Hostlerd::new()?
        .set("HOSTLER_MONITORING__SWEEP_SECONDS", "3600")
        .set("HOSTLER_SERVER__CONNECTIONS", &most)
        .set("HOSTLER_SERVER__CONNECTIONS_PER_ADDRESS", &most);
    hostlerd.start().await?.0.kill().await?;
    let file = format!("sqlite://{}", hostlerd.state_dir().join("hostler.db").display());
    line(&format!("enrolling {count} nodes"));
    let nodes = fill::nodes(&StoreSettings::new(file), count).await?;
    let (server, _) = hostlerd.start().await?;
    sleep(Duration::from_secs(3)).await;
    let before = server.resident_mb()?;

    let tally = Arc::new(Tally::default());
    let mut agents = JoinSet::new();
    let begin = Instant::now();
    for node in nodes {
        agents.spawn(agent(node, server.url.clone(), Arc::clone(&tally)));
    }
    all(&tally, count, &mut agents).await?;
    let attached = begin.elapsed();
    line(&format!(
        "attached {count} agents in {:.1} s",
        attached.as_secs_f64()
    ));
    // Until every one of them has told something.
    sleep(2 * INTERVAL).await;
    tally.missed.store(0, Ordering::Relaxed);
    tally.stored.store(0, Ordering::Relaxed);
    let (busy, began) = (processor(&server)?, Instant::now());
    sleep(Duration::from_secs(seconds)).await;
    let cores = processor(&server)?.saturating_sub(busy).as_secs_f64() / began.elapsed().as_secs_f64();
    let (stored, missed) = (
        tally.stored.load(Ordering::Relaxed),
        tally.missed.load(Ordering::Relaxed),
    );
    let after = server.resident_mb()?;
    let each = (after - before) * 1e3 / f64::from(count);

    server.kill().await?;
    timeout(ANSWER, none(&tally))
        .await
        .context("agents go on without a server")?;
    let (server, _) = hostlerd.start().await?;
    let begin = Instant::now();
    all(&tally, count, &mut agents).await?;
    let back = begin.elapsed();
    agents.shutdown().await;
    server.kill().await?;
    Ok(vec![
        Figure {
            name: "memory of an agent's session, its connection included",
            value: format!("{each:.1} kB ({before:.0} to {after:.0} MB, {count} agents)"),
            goal: "at most 60 kB",
            met: Some(each <= 60.0),
        },
        Figure {
            name: "cores in use while they tell a sample every 10 s",
            value: format!("{cores:.2}"),
            goal: "under 1",
            met: Some(cores < 1.0),
        },
        Figure {
            name: "samples without an answer within 30 s",
            value: format!("{missed} of {}", stored + missed),
            goal: "none",
            met: Some(missed == 0),
        },
        Figure {
            name: "all back after the server was killed",
            value: format!("{:.1} s", back.as_secs_f64()),
            goal: "within 60 s",
            met: Some(back <= Duration::from_secs(60)),
        },
    ])
}

/// Until as many sessions are open.
async fn all(tally: &Tally, count: u32, agents: &mut JoinSet<anyhow::Result<()>>) -> anyhow::Result<()> {
    let wanted = usize::try_from(count)?;
    timeout(PATIENCE, async {
        while tally.attached.load(Ordering::Relaxed) < wanted {
            tokio::select! {
                () = sleep(Duration::from_millis(50)) => {}
                Some(ended) = agents.join_next() => ended??,
            }
        }
        Ok(())
    })
    .await
    .context("not all agents could attach")?
}

/// Until no session is open.
async fn none(tally: &Tally) {
    while tally.attached.load(Ordering::Relaxed) > 0 {
        sleep(Duration::from_millis(50)).await;
    }
}

/// Processor time that the server has used.
fn processor(server: &Server) -> anyhow::Result<Duration> {
    let id = server.id().context("the server has ended")?;
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
    let fields: Vec<&str> = stat
        .rsplit_once(')')
        .context("no name")?
        .1
        .split_whitespace()
        .collect();
    let ticks = |place: usize| -> anyhow::Result<u64> { Ok(fields.get(place).context("no time")?.parse()?) };
    // Hundredths of a second, on every Linux there is.
    Ok(Duration::from_millis((ticks(11)? + ticks(12)?) * 10))
}

/// Goes on for ever: with a session, or with ever longer pauses in search of one.
async fn agent(node: fill::Node, url: String, tally: Arc<Tally>) -> anyhow::Result<()> {
    let mut pause = FIRST_PAUSE;
    loop {
        if let Ok((says, hears)) = attach(&node, &url).await {
            pause = FIRST_PAUSE;
            tally.attached.fetch_add(1, Ordering::Relaxed);
            talk(says, hears, &tally).await;
            tally.attached.fetch_sub(1, Ordering::Relaxed);
            tally.missed.fetch_add(1, Ordering::Relaxed);
        }
        // Each by chance, so that they do not come together.
        let share: f64 = rand::rng().random();
        sleep(pause.mul_f64(share)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

type Says = mpsc::Sender<v1::AttachRequest>;

pub(crate) async fn attach(
    node: &fill::Node,
    url: &str,
) -> anyhow::Result<(Says, Streaming<v1::AttachResponse>)> {
    let channel: Channel = Endpoint::from_shared(url.to_owned())?
        .tcp_nodelay(true)
        .connect_timeout(Duration::from_secs(10))
        .connect()
        .await?;
    let (says, said) = mpsc::channel(4);
    let hello = v1::Hello {
        node_id: node.id.clone(),
        boot_id: "boot".to_owned(),
        facts: Some(v1::NodeFacts {
            hostname: format!("node-{}", node.id),
            operating_system: "Debian GNU/Linux 13 (trixie)".to_owned(),
            kernel: "6.12.0-amd64".to_owned(),
            architecture: "x86_64".to_owned(),
            cpu_count: 8,
            memory_bytes: 32 << 30,
            agent_version: "0.1.0".to_owned(),
            capabilities: vec![v1::AgentCapability::ContainersControl.into()],
            ..Default::default()
        }),
    };
    says.send(message(Said::Hello(hello))).await?;
    let mut request = Request::new(ReceiverStream::new(said));
    request
        .metadata_mut()
        .insert("authorization", format!("Bearer {}", node.key).parse()?);
    let mut hears = AgentsClient::new(channel).attach(request).await?.into_inner();
    let first = timeout(ANSWER, hears.message()).await??;
    first.context("no welcome")?;
    Ok((says, hears))
}

/// Until the session ends.
async fn talk(says: Says, mut hears: Streaming<v1::AttachResponse>, tally: &Tally) {
    loop {
        let now = SystemClock.now();
        let period = i64::try_from(INTERVAL.as_micros()).unwrap_or(i64::MAX);
        let due = (now.as_micros() / period + 1) * period;
        let left = Duration::from_micros(u64::try_from(due - now.as_micros()).unwrap_or(0));
        tokio::select! {
            () = sleep(left) => {}
            _ended = hears.message() => return,
        }
        let samples = vec![sample(due)];
        if says
            .send(message(Said::Samples(v1::NodeSamples { samples })))
            .await
            .is_err()
        {
            return;
        }
        match timeout(ANSWER, hears.message()).await {
            Ok(Ok(Some(v1::AttachResponse {
                message: Some(Heard::SamplesStored(_)),
            }))) => {
                tally.stored.fetch_add(1, Ordering::Relaxed);
            }
            Ok(Ok(Some(_))) => {}
            Ok(Ok(None) | Err(Status { .. })) | Err(_) => return,
        }
    }
}

/// One look at a machine with eight cores and three file systems.
fn sample(time: i64) -> v1::NodeSample {
    let mut random = rand::rng();
    let mut ratio = || random.random::<f64>();
    let file_system = |mount_point: &str| v1::FileSystem {
        mount_point: mount_point.to_owned(),
        device: "/dev/sda1".to_owned(),
        r#type: "ext4".to_owned(),
        used_bytes: 30 << 30,
        limit_bytes: 40 << 30,
        used_inodes: 100_000,
        limit_inodes: 2_000_000,
    };
    v1::NodeSample {
        sequence: time.unsigned_abs(),
        time: Some(prost_types::Timestamp {
            seconds: time / 1_000_000,
            nanos: 0,
        }),
        cpu_ratio: Some(ratio()),
        cpu_user_ratio: Some(ratio()),
        cpu_system_ratio: Some(ratio()),
        cpu_wait_ratio: Some(0.0),
        cpu_steal_ratio: Some(0.0),
        core_ratios: (0..8).map(|_| ratio()).collect(),
        load_1: Some(ratio() * 8.0),
        load_5: Some(2.0),
        load_15: Some(1.5),
        memory_bytes: Some(12 << 30),
        memory_limit_bytes: Some(32 << 30),
        swap_bytes: Some(0),
        swap_limit_bytes: Some(4 << 30),
        network_in_rate: Some(125_000),
        network_out_rate: Some(80_000),
        disk_read_rate: Some(40_000),
        disk_write_rate: Some(90_000),
        file_systems: ["/", "/var", "/home"].map(file_system).to_vec(),
        temperature_celsius: Some(48.0),
        process_count: Some(240),
    }
}

pub(crate) fn message(said: Said) -> v1::AttachRequest {
    v1::AttachRequest { message: Some(said) }
}
