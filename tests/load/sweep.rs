//! One sweep of ten thousand guests: listed by one call, their figures stored and held against the rules that an
//! installation begins with, their rows compared.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use hostler_tests::database::MariaDb;
use hostler_tests::guests::new_guest;
use hostlerd::adapters::bus_local::BusLocal;
use hostlerd::adapters::clock::SystemClock;
use hostlerd::adapters::log_mailer::LogMailer;
use hostlerd::adapters::post::{HttpNotifier, PostSettings};
use hostlerd::adapters::sim::{Method, Sim, SimSettings};
use hostlerd::adapters::store::{SqlStore, StoreSettings};
use hostlerd::domain::guest::{GuestRef, NewGuest};
use hostlerd::domain::server::Placement;
use hostlerd::engine::alerts::GuestAlerts;
use hostlerd::engine::background::{ReconcileSettings, Sweep, SweepShared, Task as _};
use hostlerd::engine::context::Ports;
use hostlerd::engine::stats::{Board, Lookout, StatsSettings, SweepLog};
use hostlerd::ports::faults::NoFaults;
use hostlerd::ports::hypervisor::{Hypervisor as _, Hypervisors};
use hostlerd::ports::sample_sink::NoSink;
use tokio_util::sync::CancellationToken;

use crate::api::PASSWORD;
use crate::fill;
use crate::report::{Figure, line, median};

const GUESTS: u32 = 10_000;
const FIRST_VMID: u32 = 20_000;
const NODE: &str = "sim-1";
const EMAIL: &str = "swept@example.org";
const ROUNDS: usize = 5;

/// Both engines, or the one there is.
pub(crate) async fn figures() -> anyhow::Result<Vec<Figure>> {
    let on_sqlite = "sweep of 10,000 guests, one call, stored, evaluated and compared, SQLite";
    let mut figures = vec![figure(on_sqlite, None).await?];
    if std::env::var_os(hostler_tests::database::MYSQL_URL).is_some() {
        let database = MariaDb::create().await?;
        let on_mariadb = "sweep of 10,000 guests, one call, stored, evaluated and compared, MariaDB";
        let outcome = figure(on_mariadb, Some(database.url())).await;
        database.remove().await?;
        figures.push(outcome?);
    }
    Ok(figures)
}

async fn figure(name: &'static str, database: Option<String>) -> anyhow::Result<Figure> {
    let hostlerd = crate::hostlerd(database.as_deref())?;
    // The first start makes the schema and something to sell.
    hostlerd.start().await?.0.kill().await?;
    hostlerd.user_create(EMAIL, "customer", PASSWORD).await?;
    let file = format!("sqlite://{}", hostlerd.state_dir().join("hostler.db").display());
    let store = SqlStore::open(&StoreSettings::new(database.unwrap_or(file))).await?;
    let settings = SimSettings {
        node_disk_bytes: u64::MAX >> 2,
        node_memory_bytes: u64::MAX >> 2,
        task_time: Duration::ZERO,
        ..SimSettings::default()
    };
    let sim = Sim::new(settings, Arc::new(SystemClock))?;
    line(&format!("making {GUESTS} guests"));
    fill_up(&store, &sim).await?;
    let settings = StatsSettings::default();
    let sweep = sweep(store, &sim, settings)?;
    let token = CancellationToken::new();
    let mut times = Vec::with_capacity(ROUNDS);
    let before = calls(&sim);
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let done = sweep.run_once(&token).await?;
        times.push(begun.elapsed().as_secs_f64());
        line(&format!("{done} in {:.2} s", begun.elapsed().as_secs_f64()));
    }
    let rounds = u32::try_from(ROUNDS)?;
    anyhow::ensure!(
        calls(&sim) == before + rounds,
        "a sweep is one call: {:?}",
        sim.control().calls()
    );
    let worst = times.iter().copied().fold(0.0, f64::max);
    let time = median(&mut times);
    Ok(Figure {
        name,
        value: format!("{time:.2} s (worst {worst:.2} s)"),
        goal: "at most 2 s",
        met: Some(time <= 2.0),
    })
}

/// Calls of any kind that a sweep might make.
fn calls(sim: &Arc<Sim>) -> u32 {
    let calls = sim.control().calls();
    let made = |method| calls.get(&method).copied().unwrap_or_default();
    made(Method::Inventory) + made(Method::Guest)
}

async fn fill_up(store: &SqlStore, sim: &Sim) -> anyhow::Result<()> {
    let place = |number| {
        Some(Placement {
            hypervisor: "sim".to_owned(),
            node: NODE.to_owned(),
            vmid: FIRST_VMID + number,
        })
    };
    let ids = fill::rows(store, EMAIL, GUESTS, place).await?;
    let template = sim.templates().await?.into_iter().next().context("no template")?;
    for (vmid, server_id) in (FIRST_VMID..).zip(ids) {
        let made = new_guest(NODE, vmid)?;
        let guest = GuestRef {
            server_id,
            ..made.guest
        };
        let made = NewGuest {
            guest: guest.clone(),
            template: template.name.clone(),
            ..made
        };
        sim.create(&made).await?;
        sim.mark(&guest, &made.plan).await?;
        sim.start(&guest).await.context("start a guest")?;
    }
    Ok(())
}

fn sweep(store: SqlStore, sim: &Arc<Sim>, settings: StatsSettings) -> anyhow::Result<Sweep> {
    let ports = Ports {
        store: Arc::new(store),
        hypervisors: Hypervisors::new([("sim".to_owned(), Arc::clone(sim) as _)]),
        mailer: Arc::new(LogMailer),
        notifier: Arc::new(HttpNotifier::new(PostSettings::default())?),
        samples: Arc::new(NoSink),
        bus: Arc::new(BusLocal::default()),
        clock: Arc::new(SystemClock),
        faults: Arc::new(NoFaults),
    };
    let alerts = GuestAlerts::alone(&ports, settings.stale_after());
    let lookout = Lookout::new(
        Arc::clone(sim) as _,
        Arc::new(SystemClock),
        settings.stale_after(),
    );
    let shared = SweepShared {
        board: Board::new(settings.stale_after()),
        log: Arc::new(SweepLog::default()),
        settings,
        reconcile: ReconcileSettings::default(),
    };
    Ok(Sweep::new(
        ports,
        "sim",
        Arc::clone(sim) as _,
        Arc::new(lookout),
        alerts,
        shared,
    ))
}
