//! One server, ten thousand watchers of its figures: how soon the last has a sample, and what a watcher costs
//! that hears nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use hostler_proto::v1;
use hostler_tests::process::Hostlerd;
use hostlerd::adapters::clock::SystemClock;
use hostlerd::domain::time::Timestamp;
use hostlerd::ports::clock::Clock as _;
use tokio::sync::Notify;
use tonic::transport::Channel;

use crate::api::{PASSWORD, Session};
use crate::load;
use crate::report::{Figure, line, median};

const WATCHERS: usize = 10_000;
const CONNECTIONS: usize = 100;
const ROUNDS: usize = 10;
const EMAIL: &str = "watched@example.org";
/// Longer than opening all streams takes.
const PATIENCE: Duration = Duration::from_secs(300);

/// For each sample, by its time: how many have it, and when the last got it.
type Arrivals = BTreeMap<i64, (usize, Timestamp)>;

#[derive(Default)]
struct Audience {
    arrivals: Mutex<Arrivals>,
    /// Somebody has got something.
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
}

pub(crate) async fn figures() -> anyhow::Result<Vec<Figure>> {
    let hostlerd = Hostlerd::new()?
        .set("HOSTLER_MONITORING__SWEEP_SECONDS", "3600")
        .set("HOSTLER_MONITORING__LIVE_SECONDS", "3")
        .set("HOSTLER_SERVER__STREAMS_PER_USER", "20000");
    hostlerd.start().await?.0.kill().await?;
    hostlerd.user_create(EMAIL, "customer", PASSWORD).await?;
    let (server, _) = hostlerd.start().await?;
    let channels = load::connections(&server.url, CONNECTIONS).await?;
    let first = channels.first().context("no connection")?.clone();
    let session = Session::sign_in(first.clone(), EMAIL).await?;
    let offer = session.offer(first.clone()).await?;
    let (watched, operation) = session.create(first.clone(), "watched", &offer).await?;
    session.wait(first.clone(), &operation).await?;
    let before = server.resident_mb()?;
    line(&format!(
        "opening {WATCHERS} streams over {CONNECTIONS} connections"
    ));
    let audience = Arc::new(Audience::default());
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..WATCHERS {
        let channel = channels.get(number % CONNECTIONS).context("no connection")?;
        let stream = open(&session, channel, &watched).await?;
        tasks.spawn(follow(stream, Arc::clone(&audience)));
    }
    let opened = server.resident_mb()?;
    tokio::time::timeout(PATIENCE, async {
        while audience.delays().len() < ROUNDS {
            tokio::select! {
                () = audience.bell.notified() => {}
                Some(ended) = tasks.join_next() => ended??,
            }
        }
        Ok::<_, anyhow::Error>(())
    })
    .await
    .context("the samples did not reach everybody")??;
    tasks.shutdown().await;
    server.kill().await?;
    let mut delays = audience.delays();
    line(&format!("milliseconds to the last watcher: {delays:.0?}"));
    let worst = delays.iter().copied().fold(0.0, f64::max);
    let delay = median(&mut delays);
    #[expect(clippy::cast_precision_loss, reason = "ten thousand")]
    let each = (opened - before) * 1e3 / WATCHERS as f64;
    Ok(vec![
        Figure {
            name: "a sample to the last of 10,000 watchers, from the look on",
            value: format!("{delay:.0} ms (worst {worst:.0} ms)"),
            goal: "at most 100 ms",
            met: Some(delay <= 100.0),
        },
        Figure {
            name: "memory of an idle watcher, its share of the connection included",
            value: format!("{each:.1} kB ({before:.0} to {opened:.0} MB)"),
            goal: "at most 20 kB",
            met: Some(each <= 20.0),
        },
    ])
}

/// Opens a stream and reads its snapshot.
async fn open(
    session: &Session,
    channel: &Channel,
    watched: &str,
) -> anyhow::Result<tonic::Streaming<v1::WatchStatsResponse>> {
    let mut stream = session.watch_stats(channel.clone(), watched).await?;
    stream.message().await?.context("no snapshot")?;
    Ok(stream)
}

async fn follow(
    mut stream: tonic::Streaming<v1::WatchStatsResponse>,
    audience: Arc<Audience>,
) -> anyhow::Result<()> {
    while let Some(message) = stream.message().await? {
        let Some(v1::watch_stats_response::Event::Changes(changes)) = message.event else {
            continue;
        };
        for time in changes.stats.iter().filter_map(|stats| stats.sample_time) {
            audience.got(time.seconds * 1_000_000 + i64::from(time.nanos / 1000));
        }
    }
    anyhow::bail!("the stream has ended")
}
