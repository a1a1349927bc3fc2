//! Watchers hear of what they follow, the latest of it, and nothing of other people's.

use std::task::Waker;

use super::*;
use crate::domain::etag::Generation;
use crate::domain::ids::{IpPoolId, OperatingSystemId, TariffId};
use crate::domain::metric::Metric;
use crate::domain::money::{Currency, Money};
use crate::domain::names::ServerName;
use crate::domain::resources::{GIB, Resources};
use crate::domain::sample::{Subject, Values};

const STALE_AFTER: Duration = Duration::from_secs(90);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000 + seconds * 1_000_000)
}

fn sample(server: ServerId, seconds: i64, cpu: u64) -> Sample {
    Sample {
        subject: Subject::Server(server),
        time: at(seconds),
        values: Values::NONE.with(Metric::CpuRatio, cpu),
    }
}

fn row(id: ServerId, owner: UserId, generation: i64, state: ServerState) -> Server {
    Server {
        id,
        owner_id: owner,
        name: ServerName::parse("web").unwrap(),
        state,
        state_reason: String::new(),
        wanted_running: true,
        tariff_id: TariffId::generate(),
        operating_system_id: OperatingSystemId::generate(),
        resources: Resources {
            cpu_millicores: 1000,
            memory_bytes: GIB,
            disk_bytes: GIB,
        },
        price: Money {
            minor: 100,
            currency: Currency::parse("EUR").unwrap(),
        },
        placement: Some(Placement {
            hypervisor: "sim".to_owned(),
            node: "sim-1".to_owned(),
            vmid: 100,
        }),
        ip_pool_id: IpPoolId::generate(),
        addresses: Vec::new(),
        operation_id: None,
        create_time: at(0),
        update_time: at(0),
        delete_time: None,
        generation: Generation(generation),
    }
}

fn news(watcher: &Watcher) -> Option<HashSet<ServerId>> {
    match watcher.poll_news(&Context::from_waker(Waker::noop())) {
        Poll::Ready(news) => Some(news),
        Poll::Pending => None,
    }
}

fn cpu(seen: &Seen) -> Option<u64> {
    match seen {
        Seen::Figures(figures) => figures.sample.as_ref()?.values.get(Metric::CpuRatio),
        Seen::Gone(_) => None,
    }
}

#[test]
fn a_slow_reader_finds_the_latest_of_each_server_and_no_backlog() {
    let board = Board::new(STALE_AFTER);
    let (first, second) = (ServerId::generate(), ServerId::generate());
    let watcher = board.watch(vec![first, second]);
    assert_eq!(news(&watcher), None);
    for turn in 0..1000 {
        board.post([sample(first, turn, u64::try_from(turn).unwrap())]);
    }
    board.post([sample(second, 5, 7), sample(ServerId::generate(), 5, 8)]);
    let told = news(&watcher).unwrap();
    assert_eq!(told, HashSet::from([first, second]));
    let seen = watcher.look_at_all(None, at(1000));
    assert_eq!(seen.iter().map(cpu).collect::<Vec<_>>(), [Some(999), Some(7)]);
    assert_eq!(news(&watcher), None, "once is enough");
}

#[test]
fn figures_grow_stale_once_and_come_back() {
    let board = Board::new(STALE_AFTER);
    let server = ServerId::generate();
    let watcher = board.watch(vec![server]);
    board.post([sample(server, 0, 1)]);
    news(&watcher).unwrap();
    let stale = |now| board.read(&[server], at(now))[0].stale;
    board.age(at(90));
    assert_eq!((news(&watcher), stale(90)), (None, false));
    board.age(at(91));
    assert!(news(&watcher).is_some() && stale(91));
    board.age(at(200));
    assert_eq!(news(&watcher), None, "told once");
    board.post([sample(server, 200, 2)]);
    assert!(news(&watcher).is_some() && !stale(200));
}

#[test]
fn that_nothing_is_known_is_in_the_snapshot_and_no_news() {
    let board = Board::new(STALE_AFTER);
    let watcher = board.watch(vec![ServerId::generate()]);
    board.age(at(0));
    assert_eq!(news(&watcher), None);
}

#[test]
fn what_is_remembered_grows_stale_for_those_who_watch_already() {
    let board = Board::new(STALE_AFTER);
    let server = ServerId::generate();
    let watcher = board.watch(vec![server]);
    board.recall([sample(server, 0, 1)]);
    board.age(at(90));
    assert_eq!(news(&watcher), None);
    board.age(at(91));
    assert!(news(&watcher).is_some());
}

#[test]
fn figures_that_were_seen_under_a_clock_that_was_ahead_are_stale() {
    let board = Board::new(STALE_AFTER);
    let server = ServerId::generate();
    let watcher = board.watch(vec![server]);
    board.post([sample(server, 10_000, 1)]);
    news(&watcher).unwrap();
    board.age(at(0));
    assert!(news(&watcher).is_some() && board.read(&[server], at(0))[0].stale);
}

#[test]
fn figures_that_are_shown_already_are_told_once() {
    let board = Board::new(STALE_AFTER);
    let server = ServerId::generate();
    let watcher = board.watch(vec![server]);
    board.post([sample(server, 0, 1)]);
    news(&watcher).unwrap();
    board.age(at(91));
    news(&watcher).unwrap();
    // Somebody asks for what is stored of it.
    board.post([sample(server, 0, 1)]);
    assert_eq!(news(&watcher), None);
    board.age(at(92));
    assert_eq!(news(&watcher), None, "they are of the past still");
}

#[test]
fn what_nobody_watches_is_let_go_when_it_is_old() {
    let board = Board::new(STALE_AFTER);
    let server = ServerId::generate();
    board.post([sample(server, 0, 1)]);
    board.age(at(60));
    assert!(board.read(&[server], at(60))[0].sample.is_some());
    board.age(at(91));
    assert!(board.state().entries.is_empty());
}

#[test]
fn a_late_sample_is_left_out_and_a_clock_that_was_set_back_is_followed() {
    let board = Board::new(STALE_AFTER);
    let server = ServerId::generate();
    let shown = |board: &Board| board.read(&[server], at(0))[0].sample.clone().unwrap().time;
    board.post([sample(server, 10_000, 1), sample(server, 9_998, 2)]);
    assert_eq!(shown(&board), at(10_000));
    board.post([sample(server, 0, 3)]);
    assert_eq!(shown(&board), at(0));
}

#[test]
fn what_is_remembered_does_not_replace_what_is_seen() {
    let board = Board::new(STALE_AFTER);
    let server = ServerId::generate();
    board.recall([sample(server, 0, 1)]);
    board.recall([sample(server, 30, 2)]);
    assert_eq!(
        board.read(&[server], at(0))[0].sample.clone().unwrap().time,
        at(0)
    );
}

#[test]
fn a_server_that_is_deleted_or_changes_hands_is_gone_for_those_who_may_not_see_it() {
    let board = Board::new(STALE_AFTER);
    let (server, me, other) = (ServerId::generate(), UserId::generate(), UserId::generate());
    let watcher = board.watch(vec![server]);
    let look = |who| watcher.look_at_all(who, at(0)).remove(0);
    board.learn(&[row(server, me, 1, ServerState::Running)]);
    assert_eq!(news(&watcher), None, "nothing has changed");
    assert!(matches!(look(Some(me)), Seen::Figures(_)));
    assert_eq!(look(Some(other)), Seen::Gone(server));

    board.learn(&[row(server, other, 2, ServerState::Running)]);
    assert!(news(&watcher).is_some());
    assert_eq!(look(Some(me)), Seen::Gone(server));
    assert!(matches!(look(None), Seen::Figures(_)), "staff see it still");
    board.learn(&[row(server, me, 1, ServerState::Running)]);
    assert_eq!(
        look(Some(me)),
        Seen::Gone(server),
        "a row that was read before is no news"
    );

    board.learn(&[row(server, other, 3, ServerState::Deleted)]);
    assert!(news(&watcher).is_some());
    assert_eq!(look(None), Seen::Gone(server));
    assert!(board.watched_on("sim").is_empty());
}

#[test]
fn a_row_that_is_no_more_is_as_good_as_deleted() {
    let board = Board::new(STALE_AFTER);
    let server = ServerId::generate();
    let watcher = board.watch(vec![server]);
    board.learn(&[row(server, UserId::generate(), 1, ServerState::Running)]);
    board.forget([server]);
    assert!(news(&watcher).is_some());
    assert_eq!(watcher.look_at_all(None, at(0)), [Seen::Gone(server)]);
}

#[test]
fn watchers_leave_nothing_behind() {
    let board = Board::new(STALE_AFTER);
    let (first, second) = (ServerId::generate(), ServerId::generate());
    let mut one = board.watch(vec![first, second]);
    let two = board.watch(vec![first]);
    board.learn(&[
        row(first, UserId::generate(), 1, ServerState::Running),
        row(second, UserId::generate(), 1, ServerState::Running),
    ]);
    assert_eq!((board.watchers(), board.watched().len()), (2, 2));
    assert_eq!(board.watched_by_hypervisor()["sim"], 2);
    one.leave(second);
    board.post([sample(second, 0, 1)]);
    assert_eq!((news(&one), board.is_watched(second)), (None, false));
    drop((one, two));
    assert_eq!((board.watchers(), board.watched().len()), (0, 0));
    board.age(at(91));
    assert!(board.state().entries.is_empty());
}
