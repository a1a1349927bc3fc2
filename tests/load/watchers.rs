//! One server, ten thousand watchers of its figures: how soon the last has a sample, beside a bare tonic server that
//! tells as many, and what a watcher costs that hears nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use hostler_proto::v1;
use hostler_tests::process::Hostlerd;
use hostlerd::adapters::clock::SystemClock;
use hostlerd::domain::time::Timestamp;
use hostlerd::ports::clock::Clock as _;
use prost::Message as _;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::api::{PASSWORD, Session};
use crate::echo::pb;
use crate::frames::Connection;
use crate::report::{Figure, line, median};
use crate::{load, process};

const WATCHERS: usize = 10_000;
const CONNECTIONS: usize = 100;
const ROUNDS: usize = 10;
const EMAIL: &str = "watched@example.org";
/// Longer than opening all streams takes.
const PATIENCE: Duration = Duration::from_secs(300);
/// About as long as a change of one server's figures.
const MESSAGE: usize = 110;

/// For each sample, by its time: how many have it, and when the last got it.
type Arrivals = BTreeMap<i64, (usize, Timestamp)>;

#[derive(Default)]
struct Audience {
    arrivals: Mutex<Arrivals>,
    /// All have one more.
    bell: Notify,
}

impl Audience {
    fn got(&self, time: i64) {
        let now = SystemClock.now();
        let mut arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, last) = arrivals.entry(time).or_insert((0, now));
        *count += 1;
        *last = now.max(*last);
        let all = *count == WATCHERS;
        drop(arrivals);
        if all {
            self.bell.notify_one();
        }
    }

    /// Milliseconds from the look to the last watcher, of each sample that all have.
    fn delays(&self) -> Vec<f64> {
        let arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        let complete = arrivals.iter().filter(|(_, (count, _))| *count == WATCHERS);
        complete
            .map(|(time, (_, last))| last.since(Timestamp::from_micros(*time)).as_secs_f64() * 1e3)
            .collect()
    }

    /// Until all have as many samples.
    async fn has(&self, samples: usize, readers: &mut JoinSet<anyhow::Result<()>>) -> anyhow::Result<()> {
        tokio::time::timeout(PATIENCE, async {
            while self.delays().len() < samples {
                tokio::select! {
                    () = self.bell.notified() => {}
                    Some(ended) = readers.join_next() => ended??,
                }
            }
            Ok(())
        })
        .await
        .context("the samples did not reach everybody")?
    }
}

/// When what a message tells was seen; `None` when it tells of nothing.
type TimeOf = fn(&[u8]) -> anyhow::Result<Option<i64>>;

pub(crate) async fn figures() -> anyhow::Result<Vec<Figure>> {
    let bare = median(&mut bare().await?);
    let (mut delays, memory) = ours().await?;
    let worst = delays.iter().copied().fold(0.0, f64::max);
    let delay = median(&mut delays);
    Ok(vec![
        Figure {
            name: "a sample to the last of 10,000 watchers, from the look on",
            value: format!("{delay:.0} ms (worst {worst:.0} ms)"),
            goal: "at most 100 ms",
            met: Some(delay <= 100.0),
        },
        Figure {
            name: "the same, against a bare tonic server that tells as many",
            value: format!("{:.2} ({delay:.0} / {bare:.0} ms)", delay / bare),
            goal: "",
            met: None,
        },
        memory,
    ])
}

async fn ours() -> anyhow::Result<(Vec<f64>, Figure)> {
    let hostlerd = Hostlerd::new()?
        .set("HOSTLER_MONITORING__SWEEP_SECONDS", "3600")
        .set("HOSTLER_MONITORING__LIVE_SECONDS", "3")
        .set("HOSTLER_SERVER__STREAMS_PER_USER", "20000");
    hostlerd.start().await?.0.kill().await?;
    hostlerd.user_create(EMAIL, "customer", PASSWORD).await?;
    let (server, _) = hostlerd.start().await?;
    let channel = load::connections(&server.url, 1).await?.remove(0);
    let session = Session::sign_in(channel.clone(), EMAIL).await?;
    let offer = session.offer(channel.clone()).await?;
    let (watched, operation) = session.create(channel.clone(), "watched", &offer).await?;
    session.wait(channel, &operation).await?;
    let before = server.resident_mb()?;
    let request = v1::WatchStatsRequest {
        server_ids: vec![watched],
    };
    let audience = Arc::new(Audience::default());
    let path = "/hostler.v1.Monitoring/WatchStats";
    let call = (path, session.authorization()?, request.encode_to_vec());
    let mut readers = open(&server.url, call, sample_time, &audience).await?;
    let opened = server.resident_mb()?;
    audience.has(ROUNDS, &mut readers).await?;
    readers.shutdown().await;
    server.kill().await?;
    let delays = audience.delays();
    line(&format!("milliseconds to the last watcher: {delays:.0?}"));
    #[expect(clippy::cast_precision_loss, reason = "ten thousand")]
    let each = (opened - before) * 1e3 / WATCHERS as f64;
    let memory = Figure {
        name: "memory of an idle watcher, its share of the connection included",
        value: format!("{each:.1} kB ({before:.0} to {opened:.0} MB)"),
        goal: "at most 20 kB",
        met: Some(each <= 20.0),
    };
    Ok((delays, memory))
}

/// Milliseconds until the last of as many listeners of a bare tonic server has what it is told.
async fn bare() -> anyhow::Result<Vec<f64>> {
    let echo = process::echo().await?;
    let audience = Arc::new(Audience::default());
    let call = ("/hostler.bench.Echo/Listen", "", Vec::new());
    let mut readers = open(&echo.url, call, told_time, &audience).await?;
    let channel = load::connections(&echo.url, 1).await?.remove(0);
    let mut client = pb::echo_client::EchoClient::new(channel);
    for round in 1..=ROUNDS {
        let text = format!("{:>MESSAGE$}", SystemClock.now().as_micros());
        client.tell(pb::Words { text }).await?;
        audience.has(round, &mut readers).await?;
    }
    readers.shutdown().await;
    echo.stop().await?;
    let delays = audience.delays();
    line(&format!("milliseconds of a bare tonic server: {delays:.0?}"));
    Ok(delays)
}

/// Opens all streams and reads the first message of each; then they are read side by side.
async fn open(
    url: &str,
    (path, authorization, message): (&str, &str, Vec<u8>),
    time: TimeOf,
    audience: &Arc<Audience>,
) -> anyhow::Result<JoinSet<anyhow::Result<()>>> {
    line(&format!(
        "opening {WATCHERS} streams over {CONNECTIONS} connections"
    ));
    let mut connections = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        let mut connection = Connection::open(url).await?;
        for _ in 0..WATCHERS / CONNECTIONS {
            connection.call(path, authorization, &message).await?;
            connection.message(|_| Ok(())).await?;
        }
        connections.push(connection);
    }
    let mut readers = JoinSet::new();
    for mut connection in connections {
        let audience = Arc::clone(audience);
        readers.spawn(async move {
            loop {
                let take = |message: &[u8]| {
                    if let Some(time) = time(message)? {
                        audience.got(time);
                    }
                    Ok(())
                };
                connection.message(take).await?;
            }
        });
    }
    Ok(readers)
}

fn sample_time(message: &[u8]) -> anyhow::Result<Option<i64>> {
    let event = v1::WatchStatsResponse::decode(message)?.event;
    let Some(v1::watch_stats_response::Event::Changes(changes)) = event else {
        return Ok(None);
    };
    let time = changes.stats.first().and_then(|stats| stats.sample_time);
    Ok(time.map(|time| time.seconds * 1_000_000 + i64::from(time.nanos / 1000)))
}

/// What is told first is nothing.
fn told_time(message: &[u8]) -> anyhow::Result<Option<i64>> {
    let told = pb::Words::decode(message)?.text;
    Ok(if told.is_empty() {
        None
    } else {
        Some(told.trim_start().parse()?)
    })
}
