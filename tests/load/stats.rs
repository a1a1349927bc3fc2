//! Figures over time: how small they lie, how quickly they are read, and how long their upkeep holds others up.
//!
//! A few guests are filled through the store as the server does it, look by look, and packed and rolled up; their
//! rows are then copied for as many guests as were asked for. Writing each guest's month would take hours. The last
//! hour is of all guests: it lies in frames, which hold many guests each and are read as a whole. It is noon, so
//! that half a day is not rolled up.

use std::time::{Duration, Instant};

use anyhow::Context;
use diesel::sql_types::BigInt;
use hostler_tests::database::MariaDb;
use hostlerd::adapters::store::connection::{AnyConn, Database, Run, Target};
use hostlerd::adapters::store::{SqlStore, StoreSettings};
use hostlerd::domain::bin::aligned;
use hostlerd::domain::codes::Code;
use hostlerd::domain::ids::ServerId;
use hostlerd::domain::metric::Metric;
use hostlerd::domain::sample::{Subject, Values};
use hostlerd::domain::tier::{DAY, Retention, Tier};
use hostlerd::domain::time::Timestamp;
use hostlerd::ports::store::{Left, StatsStore};

use crate::figures::Guest;
use crate::report::{Figure, line, median};
use crate::upkeep;

/// Guests that are filled look by look; the others are copies of them. What one step rolls up.
const ORIGINALS: u32 = 16;
const PERIOD: Duration = Duration::from_secs(30);
/// What the figures are called, for each engine.
const ON_SQLITE: [&str; 3] = [
    "bytes per stored sample, indexes included, SQLite",
    "history of 30 days of one guest, 500 points, SQLite",
    "longest wait of another writer during upkeep, SQLite",
];
const ON_MARIADB: [&str; 3] = [
    "bytes per stored sample, indexes included, MariaDB",
    "history of 30 days of one guest, 500 points, MariaDB",
    "longest wait of another writer during upkeep, MariaDB",
];
/// A midnight, UTC.
pub(crate) const BEGIN: Timestamp = Timestamp::from_micros(1_774_656_000_000_000);

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Both engines, or the one there is.
pub(crate) async fn measure(guests: u32, days: u32) -> anyhow::Result<Vec<Figure>> {
    let directory = tempfile::tempdir()?;
    let file = StoreSettings::new(format!(
        "sqlite://{}",
        directory.path().join("hostler.db").display()
    ));
    let mut figures = engine(ON_SQLITE, &file, guests, days).await?;
    if std::env::var_os(hostler_tests::database::MYSQL_URL).is_some() {
        let database = MariaDb::create().await?;
        let outcome = engine(ON_MARIADB, &StoreSettings::new(database.url()), guests, days).await;
        database.remove().await?;
        figures.extend(outcome?);
    }
    Ok(figures)
}

async fn engine(
    names: [&'static str; 3],
    settings: &StoreSettings,
    guests: u32,
    days: u32,
) -> anyhow::Result<Vec<Figure>> {
    let store = SqlStore::open(settings).await?;
    let subjects: Vec<Subject> = (0..guests.max(ORIGINALS))
        .map(|_| Subject::Server(ServerId::generate()))
        .collect();
    // In this order, so that the originals have the first numbers.
    let (originals, copies) = subjects.split_at(ORIGINALS as usize);
    let end = BEGIN + days * DAY + Duration::from_hours(12);
    line(&format!("filling {days} days and a half of {ORIGINALS} guests"));
    let mut guests_now: Vec<Guest> = (1..).map(Guest::new).take(subjects.len()).collect();
    let looks = fill(&store, originals, &mut guests_now, BEGIN, end).await?;
    for some in copies.chunks(10_000) {
        let none: Vec<_> = some.iter().map(|subject| (*subject, Values::NONE)).collect();
        store.stats_add(end, &none, end).await?;
    }
    let longest = upkeep::beside_a_writer(&store, end, upkeep::pack_and_roll_up(&store, end)).await?;
    let retention = Retention::default();
    for tier in Tier::ALL {
        while store.stats_prune(*tier, end - retention.of(*tier)).await? == Left::More {}
    }
    let values = count(&store, originals, end).await?;
    let mut conn = Database::new(Target::parse(&settings.url, None)?, 1, 1)?
        .connect()
        .await?;
    line(&format!("copying them for {guests} guests"));
    let sets = copy(&mut conn, guests, end).await?;
    let stored = values * sets;
    let bytes = size(&mut conn).await?;
    line(&format!("an hour of {guests} guests, and reading"));
    let now = end + Duration::from_hours(1);
    fill(&store, &subjects, &mut guests_now, end, now).await?;
    let times = read(&store, &subjects, now, 500).await?;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let per_sample = bytes as f64 / stored as f64;
    let (mut times, longest) = (times, longest.as_secs_f64() * 1e3);
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
pub(crate) async fn fill(
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
async fn count(store: &SqlStore, subjects: &[Subject], end: Timestamp) -> anyhow::Result<u64> {
    let kept = |tier| aligned(end - Retention::default().of(tier), DAY).max(BEGIN);
    let midnight = aligned(end, DAY);
    let mut values = 0;
    for subject in subjects {
        let samples = store.stats_samples(*subject, kept(Tier::Raw), end).await?;
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
async fn copy(conn: &mut AnyConn, guests: u32, end: Timestamp) -> anyhow::Result<u64> {
    let sets = (guests / ORIGINALS).max(1);
    let mut day = BEGIN;
    while day < end {
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

/// Milliseconds of reading what 500 points of 30 days are made of, of one guest after the other.
async fn read(
    store: &SqlStore,
    subjects: &[Subject],
    end: Timestamp,
    points: u32,
) -> anyhow::Result<Vec<f64>> {
    use hostlerd::engine::stats::Buckets;
    let from = (end - 30 * DAY).max(BEGIN);
    let buckets = Buckets::plan(&Retention::default(), end, from, end, points);
    let mut times = Vec::new();
    for place in 0..100 {
        let subject = subjects[place * 37 % subjects.len()];
        let begun = Instant::now();
        let bins = store.stats_bins(subject, buckets.tier, from, end).await?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        anyhow::ensure!(!bins.is_empty(), "a history has points");
    }
    Ok(times)
}
