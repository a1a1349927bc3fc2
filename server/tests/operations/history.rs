//! The history of a server: whose it is, what it says across tiers, and upkeep that dies at any step.

use std::sync::Arc;
use std::time::Duration;

use hostlerd::adapters::store::SqlStore;
use hostlerd::domain::bin::{Bin, Bins};
use hostlerd::domain::metric::Metric;
use hostlerd::domain::sample::{Subject, Values};
use hostlerd::domain::server::Server;
use hostlerd::domain::tier::{DAY, Tier};
use hostlerd::domain::time::Timestamp;
use hostlerd::domain::user::Role;
use hostlerd::engine::background::StatsUpkeep;
use hostlerd::engine::error::{Error, Noun};
use hostlerd::engine::passwords::HashTurns;
use hostlerd::engine::servers::{Servers, ServersSettings};
use hostlerd::engine::stats::{StatsHistory, StatsQuery};
use hostlerd::ports::clock::Clock as _;
use hostlerd::ports::store::Store;
use tokio_util::sync::CancellationToken;

use crate::fixture::{Fixture, on_every_engine};
use crate::lab::{Lab, caller};

const HOUR: Duration = Duration::from_hours(1);
const LOOKS: u64 = 3 * 144;

/// A server with three days of looks, one in ten minutes, and one of them is a gap.
async fn lab(fixture: &Fixture) -> (Lab, Server, Vec<(Timestamp, Values)>) {
    let store: Arc<dyn Store> = Arc::new(SqlStore::open(&fixture.settings).await.unwrap());
    let mut lab = Lab::new(store).await;
    lab.start_worker();
    let server = lab.running_server("web").await;
    let now = lab.clock.now();
    let mut looks = Vec::new();
    for look in (0..LOOKS).filter(|look| *look != 100) {
        let time = now - 3 * DAY + Duration::from_secs(look * 600);
        let values = Values::NONE
            .with(Metric::CpuRatio, look * 37 % 10_000)
            .with(Metric::MemoryLimitBytes, 512 << 20);
        let seen = [(Subject::Server(server.id), values)];
        lab.ports.store.stats_add(time, &seen, now).await.unwrap();
        looks.push((time, values));
    }
    (lab, server, looks)
}

fn history(lab: &Lab) -> StatsHistory {
    let servers = Servers::new(
        lab.ports.clone(),
        ServersSettings::default(),
        HashTurns::default(),
    );
    StatsHistory::new(lab.ports.clone(), Arc::new(servers))
}

/// The last three days in hours.
async fn hours(lab: &Lab, server: &Server) -> Vec<Bin> {
    let query = StatsQuery {
        subject: Subject::Server(server.id),
        from: lab.clock.now() - 3 * DAY,
        to: None,
        points: 100,
    };
    let found = history(lab).query(&lab.customer, query).await.unwrap();
    assert_eq!((found.tier, found.width), (Tier::Hour, HOUR));
    found.points
}

fn right(looks: &[(Timestamp, Values)]) -> Vec<Bin> {
    let mut bins = Bins::new(HOUR);
    for (time, values) in looks {
        bins.add(*time, values);
    }
    bins.into_vec()
}

on_every_engine!(a_history_is_for_whoever_sees_the_server, |fixture| {
    let (lab, server, _) = lab(fixture).await;
    let query = StatsQuery {
        subject: Subject::Server(server.id),
        from: lab.clock.now() - HOUR,
        to: None,
        points: 2000,
    };
    let history = history(&lab);
    for seer in [&lab.customer, &caller(Role::Support), &caller(Role::Operator)] {
        let found = history.query(seer, query).await.unwrap();
        assert_eq!((found.tier, found.points.len()), (Tier::Raw, 6));
    }
    let stranger = history.query(&caller(Role::Customer), query).await;
    assert!(
        matches!(stranger, Err(Error::NotFound(Noun::Server))),
        "{stranger:?}"
    );
    let backwards = StatsQuery {
        to: Some(query.from),
        ..query
    };
    let backwards = history.query(&lab.customer, backwards).await;
    assert!(matches!(backwards, Err(Error::Invalid(_))), "{backwards:?}");
    let too_long = StatsQuery {
        from: lab.clock.now() - 732 * DAY,
        ..query
    };
    let too_long = history.query(&lab.customer, too_long).await;
    assert!(matches!(too_long, Err(Error::Invalid(_))), "{too_long:?}");
});

on_every_engine!(a_history_says_the_same_before_and_after_upkeep, |fixture| {
    let (lab, server, looks) = lab(fixture).await;
    assert_eq!(hours(&lab, &server).await, right(&looks), "from samples alone");
    let upkeep = StatsUpkeep::new(lab.ports.clone());
    let token = CancellationToken::new();
    let status = upkeep.keep_up(&token).await.unwrap();
    assert!(
        status.packed > 60 && status.rolled_up > 0 && status.pruned > 0,
        "{status}"
    );
    assert_eq!(
        hours(&lab, &server).await,
        right(&looks),
        "from hours and today's samples"
    );
    let again = upkeep.keep_up(&token).await.unwrap();
    assert_eq!((again.packed, again.rolled_up, again.pruned), (0, 0, 0));
    // What is left of the samples is what their retention says.
    let now = lab.clock.now();
    let samples = lab
        .ports
        .store
        .stats_samples(Subject::Server(server.id), now - 9 * DAY, now);
    let oldest = samples.await.unwrap()[0].time;
    assert!((2 * DAY..3 * DAY).contains(&now.since(oldest)), "{oldest:?}");
});

on_every_engine!(upkeep_that_dies_at_any_step_is_gone_on_with, |fixture| {
    let (lab, server, looks) = lab(fixture).await;
    for point in ["stats compact", "stats roll_up", "stats prune"] {
        let upkeep = StatsUpkeep::new(lab.ports.clone());
        lab.plan.stop_at(point);
        let working = tokio::spawn(async move { upkeep.keep_up(&CancellationToken::new()).await });
        lab.plan.arrived().await;
        // One step further, where there is one.
        lab.plan.stop_at(point);
        lab.plan.release();
        lab.plan.arrived().await;
        working.abort();
        assert!(working.await.unwrap_err().is_cancelled());
        lab.plan.clear();
        assert_eq!(hours(&lab, &server).await, right(&looks), "dead at {point}");
    }
    let upkeep = StatsUpkeep::new(lab.ports.clone());
    let stopped = CancellationToken::new();
    stopped.cancel();
    let nothing = upkeep.keep_up(&stopped).await.unwrap();
    assert_eq!(nothing.packed + nothing.rolled_up + nothing.pruned, 0);
    upkeep.keep_up(&CancellationToken::new()).await.unwrap();
    assert_eq!(hours(&lab, &server).await, right(&looks));
});
