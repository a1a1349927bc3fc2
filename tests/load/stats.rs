//! Figures over time: how small they lie, how quickly they are read, and how long their upkeep holds others up.
//!
//! A few guests are filled through the store as the server does it, look by look, and packed and rolled up; their
//! rows are then copied for as many guests as were asked for. Writing each guest's month would take hours. The last
//! hour is of all guests: it lies in frames, which hold many guests each and are read as a whole. It is noon, so
//! that half a day is not rolled up. Histories are then asked for as clients ask for them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use diesel::sql_types::BigInt;
use hostler_tests::database::MariaDb;
use hostlerd::adapters::clock::SystemClock;
use hostlerd::adapters::store::connection::{AnyConn, Database, Run, Target};
use hostlerd::adapters::store::{SqlStore, StoreSettings};
use hostlerd::domain::bin::aligned;
use hostlerd::domain::codes::Code;
use hostlerd::domain::ids::ServerId;
use hostlerd::domain::metric::Metric;
use hostlerd::domain::sample::{Subject, Values};
use hostlerd::domain::tier::{DAY, Retention, Tier};
use hostlerd::domain::time::Timestamp;
use hostlerd::ports::clock::Clock as _;
use hostlerd::ports::store::{LeaderStore, Left, StatsStore};

use crate::api::{PASSWORD, Session};
use crate::figures::Guest;
use crate::report::{Figure, line, median};
use crate::{EMAIL, fill, load, upkeep};

/// Guests that are filled look by look; the others are copies of them. What one step rolls up.
const ORIGINALS: u32 = 16;
const PERIOD: Duration = Duration::from_secs(30);
/// What the figures are called, for each engine.
const ON_SQLITE: [&str; 3] = [
    "bytes per stored sample, indexes included, SQLite",
    "QueryStats for 30 days of one guest, 500 points, SQLite",
    "longest wait of another writer during upkeep, SQLite",
];
const ON_MARIADB: [&str; 3] = [
    "bytes per stored sample, indexes included, MariaDB",
    "QueryStats for 30 days of one guest, 500 points, MariaDB",
    "longest wait of another writer during upkeep, MariaDB",
];
const HOUR: Duration = Duration::from_hours(1);
const POINTS: i32 = 500;
/// How long a lease on the upkeep lasts: longer than reading, and not so long that it counts for one by a wrong clock.
const LEASE: Duration = Duration::from_mins(20);

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Both engines, or the one there is.
pub(crate) async fn measure(guests: u32, days: u32) -> anyhow::Result<Vec<Figure>> {
    let mut figures = engine(ON_SQLITE, None, guests, days).await?;
    if std::env::var_os(hostler_tests::database::MYSQL_URL).is_some() {
        let database = MariaDb::create().await?;
        let outcome = engine(ON_MARIADB, Some(database.url()), guests, days).await;
        database.remove().await?;
        figures.extend(outcome?);
    }
    Ok(figures)
}

/// What is filled: whole days, and half a one up to the last noon that is an hour ago.
#[derive(Clone, Copy)]
struct Span {
    begin: Timestamp,
    noon: Timestamp,
}

impl Span {
    fn of(days: u32) -> Self {
        let midnight = aligned(SystemClock.now() - 13 * HOUR, DAY);
        Self {
            begin: midnight - days * DAY,
            noon: midnight + 12 * HOUR,
        }
    }
}

async fn engine(
    names: [&'static str; 3],
    database: Option<String>,
    guests: u32,
    days: u32,
) -> anyhow::Result<Vec<Figure>> {
    let hostlerd = crate::hostlerd(database.as_deref())?;
    // The first start makes the schema and something to sell.
    hostlerd.start().await?.0.kill().await?;
    hostlerd.user_create(EMAIL, "customer", PASSWORD).await?;
    let file = format!("sqlite://{}", hostlerd.state_dir().join("hostler.db").display());
    let settings = StoreSettings::new(database.unwrap_or(file));
    let store = Arc::new(SqlStore::open(&settings).await?);
    let ids = fill::rows(&store, EMAIL, guests.max(ORIGINALS), |_| None).await?;
    let subjects: Vec<Subject> = ids.iter().copied().map(Subject::Server).collect();
    // In this order, so that the originals have the first numbers.
    let (originals, copies) = subjects.split_at(ORIGINALS as usize);
    let span = Span::of(days);
    line(&format!("filling {days} days and a half of {ORIGINALS} guests"));
    let mut guests_now: Vec<Guest> = (1..).map(Guest::new).take(subjects.len()).collect();
    let looks = look(&store, originals, &mut guests_now, span.begin, span.noon).await?;
    for some in copies.chunks(10_000) {
        let none: Vec<_> = some.iter().map(|subject| (*subject, Values::NONE)).collect();
        store.stats_add(span.noon, &none, span.noon).await?;
    }
    let work = upkeep::pack_and_roll_up(&store, span.noon);
    let longest = upkeep::beside_a_writer(&store, span.noon, work).await?;
    let longest = longest.as_secs_f64() * 1e3;
    let retention = Retention::default();
    for tier in Tier::ALL {
        while store.stats_prune(*tier, span.noon - retention.of(*tier)).await? == Left::More {}
    }
    let values = count(&store, originals, span).await?;
    let mut conn = Database::new(Target::parse(&settings.url, None)?, 1, 1)?
        .connect()
        .await?;
    line(&format!("copying them for {guests} guests"));
    let sets = copy(&mut conn, guests, span).await?;
    let stored = values * sets;
    let bytes = size(&mut conn).await?;
    line(&format!("an hour of {guests} guests, and reading"));
    look(&store, &subjects, &mut guests_now, span.noon, span.noon + HOUR).await?;
    // The figures stay as they are, in frames and not rolled up.
    let now = SystemClock.now();
    anyhow::ensure!(
        store.leader_acquire("stats", "bench", now, now + LEASE).await?,
        "somebody else keeps the figures compact"
    );
    let (server, _) = hostlerd.start().await?;
    let mut times = read(&server.url, &ids, span).await?;
    server.kill().await?;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let per_sample = bytes as f64 / stored as f64;
    let median = median(&mut times);
    let slowest = times.last().copied().unwrap_or(f64::NAN);
    let [size_name, time_name, wait_name] = names;
    Ok(vec![
        Figure {
            name: size_name,
            value: format!("{per_sample:.2} ({bytes} bytes, {stored} samples, {looks} looks a guest)"),
            goal: "at most 4",
            met: Some(per_sample <= 4.0),
        },
        Figure {
            name: time_name,
            value: format!("{median:.1} ms at the median, {slowest:.1} ms at most"),
            goal: "at most 20 ms",
            met: Some(median <= 20.0),
        },
        Figure {
            name: wait_name,
            value: format!("{longest:.1} ms"),
            goal: "at most 100 ms",
            met: Some(longest <= 100.0),
        },
    ])
}

/// Looks at these guests for a while; tells how many of each.
pub(crate) async fn look(
    store: &SqlStore,
    subjects: &[Subject],
    guests: &mut [Guest],
    begin: Timestamp,
    end: Timestamp,
) -> anyhow::Result<u64> {
    let (mut time, mut looks) = (begin, 0);
    while time < end {
        let values: Vec<(Subject, Values)> = subjects
            .iter()
            .zip(&mut *guests)
            .map(|(subject, guest)| (*subject, guest.look()))
            .collect();
        // As late as a sweep is now and then.
        let late = time + Duration::from_micros(looks * 7919 % 9000);
        store.stats_add(late, &values, late).await?;
        time = time + PERIOD;
        looks += 1;
        // As it goes on: packing is not left for the end.
        if u64::is_multiple_of(looks, 2880) {
            while store.stats_compact(time).await? == Left::More {}
        }
    }
    Ok(looks)
}

/// Values that are kept of these guests: each of a sample, and of a bin each average and each maximum. Whole days
/// are kept, and the last one is not rolled up.
async fn count(store: &SqlStore, subjects: &[Subject], span: Span) -> anyhow::Result<u64> {
    let kept = |tier| aligned(span.noon - Retention::default().of(tier), DAY).max(span.begin);
    let midnight = aligned(span.noon, DAY);
    let mut values = 0;
    for subject in subjects {
        let samples = store.stats_samples(*subject, kept(Tier::Raw), span.noon).await?;
        values += samples
            .iter()
            .map(|sample| sample.values.known() as u64)
            .sum::<u64>();
        for tier in Tier::ROLLED {
            for bin in store.stats_bins(*subject, tier, kept(tier), midnight).await? {
                let known = Metric::ALL.iter().filter(|metric| bin.get(**metric).is_some());
                values += 2 * known.count() as u64;
            }
        }
    }
    Ok(values)
}

/// Copies the originals' chunks, day by day as they would have been written. Tells how many sets there are.
async fn copy(conn: &mut AnyConn, guests: u32, span: Span) -> anyhow::Result<u64> {
    let sets = (guests / ORIGINALS).max(1);
    let mut day = span.begin;
    while day < span.noon {
        for set in 1..sets {
            let (from, to) = (day.as_micros(), (day + DAY).as_micros());
            let statement = format!(
                "INSERT INTO stat_chunks (tier, start_time, subject, generation, body) \
                 SELECT tier, start_time, subject + {}, generation, body FROM stat_chunks \
                 WHERE tier IN ('raw', 'minute', 'ten_minutes', 'hour') \
                 AND start_time >= {from} AND start_time < {to} AND subject < {ORIGINALS}",
                set * ORIGINALS
            );
            diesel::sql_query(statement).exec(conn).await?;
        }
        day = day + DAY;
    }
    // What looks were written for the measurement only.
    diesel::sql_query("DELETE FROM stat_frames").exec(conn).await?;
    Ok(sets.into())
}

async fn size(conn: &mut AnyConn) -> anyhow::Result<i64> {
    let question = match conn {
        AnyConn::Sqlite(_) => {
            "SELECT SUM(pgsize) AS number FROM dbstat WHERE name LIKE 'stat_%' OR name LIKE 'sqlite_autoindex_stat_%'"
        }
        AnyConn::Mysql(_) => {
            let analyze = "ANALYZE TABLE stat_chunks, stat_frames, stat_days, stat_subjects, stat_retention";
            let _: Vec<Ignored> = diesel::sql_query(analyze).all(conn).await?;
            "SELECT CAST(SUM(data_length + index_length) AS SIGNED) AS number FROM information_schema.tables \
             WHERE table_schema = DATABASE() AND table_name LIKE 'stat\\_%'"
        }
    };
    let rows: Vec<Number> = diesel::sql_query(question).all(conn).await?;
    Ok(rows.first().context("no size")?.number)
}

/// `ANALYZE TABLE` answers with rows; nobody wants them.
#[derive(diesel::QueryableByName)]
struct Ignored {
    #[diesel(sql_type = diesel::sql_types::Text, column_name = "Table")]
    _table: String,
}

/// Milliseconds of asking for 500 points of 30 days, of one guest after the other.
async fn read(url: &str, ids: &[ServerId], span: Span) -> anyhow::Result<Vec<f64>> {
    let channel = load::connections(url, 1).await?.remove(0);
    let session = Session::sign_in(channel.clone(), EMAIL).await?;
    let end = span.noon + HOUR;
    let range = ((end - 30 * DAY).max(span.begin), end);
    let mut times = Vec::new();
    for place in 0..100 {
        let id = ids[place * 37 % ids.len()].to_string();
        let begun = Instant::now();
        let points = session.history(channel.clone(), &id, range, POINTS).await?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        anyhow::ensure!(points > 0, "a history has points");
    }
    Ok(times)
}
