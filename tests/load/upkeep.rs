//! How long packing, rolling up and removing figures hold another writer up.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hostler_tests::database::MariaDb;
use hostlerd::adapters::store::{SqlStore, StoreSettings};
use hostlerd::domain::codes::Code as _;
use hostlerd::domain::ids::ServerId;
use hostlerd::domain::metric::Metric;
use hostlerd::domain::sample::{Subject, Values};
use hostlerd::domain::tier::{DAY, Tier};
use hostlerd::domain::time::Timestamp;
use hostlerd::ports::store::{Left, StatsStore, StoreResult};
use tokio_util::sync::CancellationToken;

use crate::figures::Guest;
use crate::report::{Figure, line};
use crate::stats::look;

const GUESTS: usize = 10_000;
/// A midnight, UTC.
const BEGIN: Timestamp = Timestamp::from_micros(1_774_656_000_000_000);

/// Both engines, or the one there is.
pub(crate) async fn figures() -> anyhow::Result<Vec<Figure>> {
    let directory = tempfile::tempdir()?;
    let file = format!("sqlite://{}", directory.path().join("hostler.db").display());
    let on_sqlite = "longest wait of another writer, upkeep of 10,000 guests, SQLite";
    let mut figures = vec![figure(on_sqlite, &StoreSettings::new(file)).await?];
    if std::env::var_os(hostler_tests::database::MYSQL_URL).is_some() {
        let database = MariaDb::create().await?;
        let on_mariadb = "longest wait of another writer, upkeep of 10,000 guests, MariaDB";
        let outcome = figure(on_mariadb, &StoreSettings::new(database.url())).await;
        database.remove().await?;
        figures.push(outcome?);
    }
    Ok(figures)
}

/// An hour of everybody, from frames to nothing: what lies in frames is packed by the hour and the block of guests, and a
/// day is rolled up and removed for a few guests at a time, so that more hours and more guests make more steps and not
/// longer ones.
async fn figure(name: &'static str, settings: &StoreSettings) -> anyhow::Result<Figure> {
    let store = Arc::new(SqlStore::open(settings).await?);
    let subjects: Vec<Subject> = (0..GUESTS)
        .map(|_| Subject::Server(ServerId::generate()))
        .collect();
    let mut guests: Vec<Guest> = (1..).map(Guest::new).take(GUESTS).collect();
    line(&format!("filling an hour of {GUESTS} guests"));
    look(
        &store,
        &subjects,
        &mut guests,
        BEGIN,
        BEGIN + Duration::from_hours(1),
    )
    .await?;
    let begun = Instant::now();
    let end = BEGIN + 2 * DAY;
    let work = async {
        pack_and_roll_up(&store, end).await?;
        for tier in Tier::ALL {
            while store.stats_prune(*tier, end).await? == Left::More {}
        }
        Ok(())
    };
    let longest = beside_a_writer(&store, end, work).await?.as_secs_f64() * 1e3;
    Ok(Figure {
        name,
        value: format!(
            "{longest:.1} ms, in {:.0} s of work",
            begun.elapsed().as_secs_f64()
        ),
        goal: "at most 100 ms",
        met: Some(longest <= 100.0),
    })
}

/// All there is from before `end`.
pub(crate) async fn pack_and_roll_up(store: &SqlStore, end: Timestamp) -> StoreResult<()> {
    while store.stats_compact(end).await? == Left::More {}
    while store.stats_roll_up(end).await? == Left::More {}
    Ok(())
}

/// Works while another writer writes what is from after `end`, all the time; tells how long that one waited at most.
pub(crate) async fn beside_a_writer(
    store: &Arc<SqlStore>,
    end: Timestamp,
    work: impl Future<Output = StoreResult<()>>,
) -> anyhow::Result<Duration> {
    let done = CancellationToken::new();
    let writer = tokio::spawn(write(Arc::clone(store), end, done.clone()));
    let worked = work.await;
    done.cancel();
    let longest = writer.await?;
    worked?;
    Ok(longest?)
}

async fn write(store: Arc<SqlStore>, end: Timestamp, done: CancellationToken) -> StoreResult<Duration> {
    let bystander = Subject::Server(ServerId::generate());
    let mut longest = Duration::ZERO;
    let mut time = end;
    while !done.is_cancelled() {
        let begun = Instant::now();
        time = time + Duration::from_millis(1);
        store
            .stats_add(time, &[(bystander, Values::NONE.with(Metric::CpuRatio, 1))], time)
            .await?;
        longest = longest.max(begun.elapsed());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(longest)
}
