//! The benchmark: `hostlerd` against a raw tonic echo server, both as processes of their own on this
//! machine, in one run. Ratios are what counts; machines differ and are busy.
//!
//! Arguments: the seconds of each measurement (default 5). `HOSTLER_TEST_MYSQL_URL` adds MariaDB.
//! `live` measures sweeps and watchers alone; `stats [guests] [days]` the history of figures (default 1,000
//! guests, 30 days), `agents [count] [seconds]` what connected agents cost (default 10,000 for 60 s), and `commands` how long a
//! command takes to a node and back, and `upkeep` how long packing and rolling up hold a writer up.

mod agents;
mod api;
mod commands;
mod echo;
mod figures;
mod fill;
mod frames;
mod load;
mod process;
mod report;
mod stats;
mod sweep;
mod upkeep;
mod watchers;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use hostler_tests::database::{Engine, MariaDb};
use hostler_tests::process::{Hostlerd, Server};
use hostlerd::adapters::store::StoreSettings;

use crate::api::{PASSWORD, Session};
use crate::process::Echo;
use crate::report::{Figure, line, median};

const CONNECTIONS: usize = 64;
/// Sessions that read servers; more sign-ins of one user would be refused as too many.
const READERS: usize = 16;
const ROUNDS: usize = 3;
const EMAIL: &str = "owner@example.org";
const SMALL: &str = "small@example.org";
/// Servers that the accept benchmark starts, one operation each.
const FLEET: usize = 2000;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let argument = std::env::args().nth(1);
    if argument.as_deref() == Some("echo-server") {
        return echo::serve().await;
    }
    if argument.as_deref() == Some("stats") {
        let number = |place, default| {
            let argument = std::env::args().nth(place);
            argument.map_or(Ok(default), |text| text.parse())
        };
        let (guests, days) = (number(2, 1000)?, number(3, 30)?);
        return conclude(&stats::measure(guests, days).await?);
    }
    if argument.as_deref() == Some("agents") {
        let number = |place, default| {
            let argument = std::env::args().nth(place);
            argument.map_or(Ok(default), |text| text.parse())
        };
        let (count, seconds) = (number(2, 10_000)?, number(3, 60)?);
        return conclude(&agents::measure(u32::try_from(count)?, seconds).await?);
    }
    if argument.as_deref() == Some("commands") {
        return conclude(&commands::figures().await?);
    }
    if argument.as_deref() == Some("upkeep") {
        return conclude(&upkeep::figures().await?);
    }
    if argument.as_deref() == Some("live") {
        return conclude(&live().await?);
    }
    let seconds = argument
        .map_or(Ok(5), |text| text.parse())
        .context("the argument is a number of seconds")?;
    let time = Duration::from_secs(seconds);
    let mut figures = Vec::new();
    figures.extend(idle().await?);
    let database = if Engine::available().contains(&Engine::MariaDb) {
        Some(MariaDb::create().await?)
    } else {
        None
    };
    let outcome = measure(time, database.as_ref().map(MariaDb::url), &mut figures).await;
    if let Some(database) = database {
        database.remove().await?;
    }
    outcome?;
    figures.extend(live().await?);
    figures.extend(agents::measure(10_000, 60).await?);
    figures.extend(commands::figures().await?);
    figures.extend(stats::measure(1000, 30).await?);
    figures.extend(upkeep::figures().await?);
    conclude(&figures)
}

/// Sweeps, and those who watch.
async fn live() -> anyhow::Result<Vec<Figure>> {
    let mut figures = sweep::figures().await?;
    figures.extend(watchers::figures().await?);
    Ok(figures)
}

fn conclude(figures: &[Figure]) -> anyhow::Result<()> {
    report::table(figures);
    anyhow::ensure!(
        figures.iter().all(|figure| figure.met != Some(false)),
        "a goal was missed"
    );
    Ok(())
}

/// Start time and memory of a server that nobody calls.
async fn idle() -> anyhow::Result<Vec<Figure>> {
    let hostlerd = hostlerd(None)?;
    hostlerd.start().await?.0.kill().await?;
    let mut starts = Vec::new();
    for _ in 0..5 {
        let (server, time) = hostlerd.start().await?;
        starts.push(time.as_secs_f64() * 1e3);
        server.kill().await?;
    }
    let (server, _) = hostlerd.start().await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let resident = server.resident_mb()?;
    server.kill().await?;
    let start = median(&mut starts);
    Ok(vec![
        Figure {
            name: "idle, resident memory",
            value: format!("{resident:.1} MB"),
            goal: "at most 40 MB",
            met: Some(resident <= 40.0),
        },
        Figure {
            name: "start to SERVING, migrated SQLite",
            value: format!("{start:.0} ms"),
            goal: "at most 300 ms",
            met: Some(start <= 300.0),
        },
    ])
}

/// Four workers, and nothing that runs by itself while something is measured.
fn hostlerd(database: Option<&str>) -> anyhow::Result<Hostlerd> {
    let hostlerd = Hostlerd::new()?
        .set("HOSTLER_OPERATIONS__WORKERS", "4")
        .set("HOSTLER_MONITORING__SWEEP_SECONDS", "3600");
    Ok(match database {
        Some(url) => hostlerd.set("HOSTLER_DATABASE__URL", url),
        None => hostlerd,
    })
}

/// One engine under load.
struct Subject {
    server: Server,
    session: Session,
    small: Session,
    /// More of the same user as `session`, for many connections.
    readers: Vec<Session>,
    /// What `session` may read, each server in its turn.
    ids: Arc<Vec<String>>,
    hostlerd: Hostlerd,
}

async fn subject(database: Option<String>) -> anyhow::Result<Subject> {
    let hostlerd = hostlerd(database.as_deref())?;
    // The first start makes the schema and something to sell.
    hostlerd.start().await?.0.kill().await?;
    hostlerd.user_create(EMAIL, "customer", PASSWORD).await?;
    hostlerd.user_create(SMALL, "customer", PASSWORD).await?;
    let file = format!("sqlite://{}", hostlerd.state_dir().join("hostler.db").display());
    let settings = StoreSettings::new(database.unwrap_or(file));
    let ids = Arc::new(fill::servers(&settings, EMAIL, 10_000).await?);
    fill::servers(&settings, SMALL, 100).await?;
    let (server, _) = hostlerd.start().await?;
    let channel = load::connections(&server.url, 1).await?.remove(0);
    let session = Session::sign_in(channel.clone(), EMAIL).await?;
    let small = Session::sign_in(channel.clone(), SMALL).await?;
    let mut readers = Vec::with_capacity(READERS);
    for _ in 0..READERS {
        readers.push(Session::sign_in(channel.clone(), EMAIL).await?);
    }
    Ok(Subject {
        server,
        session,
        small,
        readers,
        ids,
        hostlerd,
    })
}

async fn measure(time: Duration, mysql: Option<String>, figures: &mut Vec<Figure>) -> anyhow::Result<()> {
    let echo = process::echo().await?;
    let sqlite = subject(None).await?;
    let maria = match mysql {
        Some(url) => Some(subject(Some(url)).await?),
        None => None,
    };
    let (mut echo_rates, mut sqlite_rates, mut maria_rates) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        echo_rates.push(say(&echo, time).await?);
        sqlite_rates.push(get(&sqlite, time).await?);
        if let Some(maria) = &maria {
            maria_rates.push(get(maria, time).await?);
        }
        line(&format!(
            "round {round}: echo {echo_rates:.0?}, SQLite {sqlite_rates:.0?}, MariaDB {maria_rates:.0?} per second"
        ));
    }
    let echo_rate = median(&mut echo_rates);
    figures.push(ratio(
        "GetServer / echo, SQLite",
        median(&mut sqlite_rates),
        echo_rate,
        0.25,
        "at least 0.25",
    ));
    if maria.is_some() {
        figures.push(ratio(
            "GetServer / echo, MariaDB",
            median(&mut maria_rates),
            echo_rate,
            0.2,
            "at least 0.2",
        ));
    }
    figures.push(pages("ListServers 10,000 / 100, SQLite", &sqlite).await?);
    if let Some(maria) = &maria {
        figures.push(pages("ListServers 10,000 / 100, MariaDB", maria).await?);
    }
    figures.push(resident("after the reads, resident memory", &sqlite)?);
    figures.push(accept(&sqlite).await?);
    figures.push(resident("after the operations, resident memory", &sqlite)?);
    echo.stop().await?;
    Ok(())
}

fn resident(name: &'static str, subject: &Subject) -> anyhow::Result<Figure> {
    let megabytes = subject.server.resident_mb()?;
    Ok(Figure {
        name,
        value: format!("{megabytes:.1} MB"),
        goal: "",
        met: None,
    })
}

fn ratio(name: &'static str, rate: f64, echo: f64, goal: f64, text: &'static str) -> Figure {
    let ratio = rate / echo;
    Figure {
        name,
        value: format!("{ratio:.2} ({rate:.0} / {echo:.0} per s)"),
        goal: text,
        met: Some(ratio >= goal),
    }
}

async fn say(echo: &Echo, time: Duration) -> anyhow::Result<f64> {
    let channels = load::connections(&echo.url, CONNECTIONS).await?;
    load::rate(&channels, time, |channel| async move {
        let words = echo::pb::Words {
            text: "0123456789abcdef".to_owned(),
        };
        echo::pb::echo_client::EchoClient::new(channel)
            .say(words)
            .await
            .map(drop)
    })
    .await
}

/// The connections share a few sessions, and every call asks for another server.
async fn get(subject: &Subject, time: Duration) -> anyhow::Result<f64> {
    let channels = load::connections(&subject.server.url, CONNECTIONS).await?;
    let sessions = subject.readers.iter().cycle().cloned();
    let clients: Vec<_> = channels.into_iter().zip(sessions).collect();
    let (ids, next) = (Arc::clone(&subject.ids), Arc::new(AtomicUsize::new(0)));
    load::rate(&clients, time, move |(channel, session)| {
        let (ids, turn) = (Arc::clone(&ids), next.fetch_add(1, Ordering::Relaxed));
        async move { session.get(channel, &ids[turn % ids.len()]).await }
    })
    .await
}

/// Time of a page of 50, among many and among few, in turns.
async fn pages(name: &'static str, subject: &Subject) -> anyhow::Result<Figure> {
    let channel = load::connections(&subject.server.url, 1).await?.remove(0);
    let (mut many, mut few) = (Vec::new(), Vec::new());
    for _ in 0..300 {
        for (session, times) in [(&subject.session, &mut many), (&subject.small, &mut few)] {
            let begun = Instant::now();
            anyhow::ensure!(
                session.list(channel.clone()).await?.len() == 50,
                "a page has 50 servers"
            );
            times.push(begun.elapsed().as_secs_f64() * 1e3);
        }
    }
    let (many, few) = (median(&mut many), median(&mut few));
    Ok(Figure {
        name,
        value: format!("{:.2} ({many:.2} / {few:.2} ms)", many / few),
        goal: "at most 3",
        met: Some(many / few <= 3.0),
    })
}

/// Operations accepted per second while four workers carry them out.
async fn accept(subject: &Subject) -> anyhow::Result<Figure> {
    let email = "fleet@example.org";
    subject.hostlerd.user_create(email, "customer", PASSWORD).await?;
    let channels = load::connections(&subject.server.url, 16).await?;
    let first = channels.first().context("no connection")?.clone();
    let session = Session::sign_in(first.clone(), email).await?;
    let offer = session.offer(first.clone()).await?;
    line(&format!("creating {FLEET} servers on the simulated hypervisor"));
    let mut made = Vec::with_capacity(FLEET);
    for number in 0..FLEET {
        made.push(
            session
                .create(first.clone(), &format!("fleet-{number}"), &offer)
                .await?,
        );
    }
    for (_, operation) in &made {
        session.wait(first.clone(), operation).await?;
    }
    let servers = Arc::new(made);
    let next = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for channel in channels {
        let (session, servers, next) = (session.clone(), servers.clone(), next.clone());
        tasks.spawn(async move {
            while let Some((id, _)) = servers.get(next.fetch_add(1, Ordering::Relaxed)) {
                session.start(channel.clone(), id).await?;
            }
            Ok::<_, tonic::Status>(())
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended?.context("accept an operation")?;
    }
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let rate = FLEET as f64 / begun.elapsed().as_secs_f64();
    Ok(Figure {
        name: "operations accepted, SQLite, 4 workers running",
        value: format!("{rate:.0} per s"),
        goal: "at least 500 per s",
        met: Some(rate >= 500.0),
    })
}
