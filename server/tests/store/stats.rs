//! Figures over time: what is added is found again, late or twice or absurd, before and after it is packed.

use std::time::Duration;

use hostlerd::adapters::store::SqlStore;
use hostlerd::domain::ids::ServerId;
use hostlerd::domain::metric::Metric;
use hostlerd::domain::sample::{Sample, Subject, Values};
use hostlerd::domain::tier::DAY;
use hostlerd::domain::time::Timestamp;
use hostlerd::ports::store::{Left, StatsStore};

use crate::fixture::{Fixture, on_every_engine};

/// A midnight, UTC: the one before the night in which Europe's clocks go forward in 2026.
pub(crate) const MIDNIGHT: Timestamp = Timestamp::from_micros(1_774_656_000_000_000);

pub(crate) fn after(seconds: u64) -> Timestamp {
    MIDNIGHT + Duration::from_secs(seconds)
}

pub(crate) fn subjects(count: usize) -> Vec<Subject> {
    (0..count)
        .map(|_| Subject::Server(ServerId::generate()))
        .collect()
}

/// Figures that look random, are the same every time, and have gaps.
pub(crate) fn values(seed: u64) -> Values {
    let mut values = Values::NONE;
    for metric in hostlerd::domain::codes::Code::ALL.iter().copied() {
        let metric: Metric = metric;
        let place = metric.index() as u64;
        let noise = (seed + 1)
            .wrapping_mul(place + 3)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        values.set(metric, (!noise.is_multiple_of(7)).then_some(noise >> 44));
    }
    values
}

/// Adds a look that has just been made.
pub(crate) async fn add(store: &SqlStore, time: Timestamp, looks: &[(Subject, Values)]) {
    store.stats_add(time, looks, time).await.unwrap();
}

/// Packs everything that there is.
pub(crate) async fn compact_all(fixture: &Fixture) {
    while fixture.store.stats_compact(MIDNIGHT + 100 * DAY).await.unwrap() == Left::More {}
}

async fn history(fixture: &Fixture, subject: Subject) -> Vec<Sample> {
    let (from, to) = (Timestamp::from_micros(i64::MIN), Timestamp::from_micros(i64::MAX));
    let near = fixture
        .store
        .stats_samples(subject, MIDNIGHT - 9 * DAY, MIDNIGHT + 9 * DAY);
    let near = near.await.unwrap();
    // However far apart the bounds are, an answer comes.
    fixture.store.stats_samples(subject, from, to).await.unwrap();
    near
}

on_every_engine!(what_is_added_is_found_before_and_after_it_is_packed, |fixture| {
    let store = &fixture.store;
    let subjects = subjects(3);
    let mut expected = Vec::new();
    // Over a midnight, UTC, at uneven times.
    for look in 0..300_u64 {
        let time = after(86_400 - 1800 + look * 11) + Duration::from_micros(look * 37 % 5000);
        let looks: Vec<_> = subjects.iter().map(|subject| (*subject, values(look))).collect();
        add(store, time, &looks).await;
        expected.push((time, values(look)));
    }
    for packed in [false, true] {
        if packed {
            compact_all(fixture).await;
        }
        for subject in &subjects {
            let found = history(fixture, *subject).await;
            let found: Vec<_> = found.iter().map(|sample| (sample.time, sample.values)).collect();
            assert_eq!(found, expected, "packed: {packed}");
        }
        let (from, to) = (expected[10].0, expected[200].0);
        let some = store.stats_samples(subjects[1], from, to).await.unwrap();
        assert_eq!((some.len(), some[0].time), (190, from), "packed: {packed}");
    }
    assert_eq!(
        store.stats_compact(MIDNIGHT + 100 * DAY).await.unwrap(),
        Left::Nothing
    );
});

on_every_engine!(the_same_subject_and_time_again_takes_the_place, |fixture| {
    let store = &fixture.store;
    let subjects = subjects(2);
    let again = async |subject, seed| add(store, after(30), &[(subject, values(seed))]).await;
    again(subjects[0], 1).await;
    again(subjects[1], 2).await;
    again(subjects[0], 3).await;
    // Twice in one look: the last one counts.
    let twice = [(subjects[1], values(4)), (subjects[1], values(5))];
    add(store, after(60), &twice).await;
    compact_all(fixture).await;
    again(subjects[1], 6).await;
    for packed in [false, true] {
        if packed {
            compact_all(fixture).await;
        }
        let first = history(fixture, subjects[0]).await;
        assert_eq!((first.len(), first[0].values), (1, values(3)));
        let second = history(fixture, subjects[1]).await;
        let second: Vec<_> = second.iter().map(|sample| sample.values).collect();
        assert_eq!(second, [values(6), values(5)], "packed: {packed}");
    }
});

on_every_engine!(
    late_looks_and_a_clock_that_goes_backwards_come_into_order,
    |fixture| {
        let store = &fixture.store;
        let subject = subjects(1)[0];
        let times = [7200, 3600, 7199, 30, 10_800, 0, 86_399, 40];
        for (index, seconds) in times.into_iter().enumerate() {
            add(store, after(seconds), &[(subject, values(seconds))]).await;
            // Packed in the middle of it, every other time.
            if index % 2 == 1 {
                compact_all(fixture).await;
            }
        }
        let found: Vec<_> = history(fixture, subject).await;
        let mut right = times;
        right.sort_unstable();
        let right: Vec<_> = right
            .into_iter()
            .map(|seconds| (after(seconds), values(seconds)))
            .collect();
        let found: Vec<_> = found.iter().map(|sample| (sample.time, sample.values)).collect();
        assert_eq!(found, right);
    }
);

on_every_engine!(gaps_and_the_largest_numbers_come_back, |fixture| {
    let store = &fixture.store;
    let subject = subjects(1)[0];
    let absurd = Values::NONE
        .with(Metric::CpuRatio, u64::MAX)
        .with(Metric::DiskBytes, i64::MAX.unsigned_abs() + 1)
        .with(Metric::NetworkInRate, 0);
    add(store, after(0), &[(subject, absurd)]).await;
    add(store, after(30), &[(subject, Values::NONE)]).await;
    compact_all(fixture).await;
    let found = history(fixture, subject).await;
    let found: Vec<_> = found.iter().map(|sample| sample.values).collect();
    assert_eq!(found, [absurd, Values::NONE]);
});

on_every_engine!(times_at_the_ends_of_time_do_no_harm, |fixture| {
    let store = &fixture.store;
    let subject = subjects(1)[0];
    for micros in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX] {
        let time = Timestamp::from_micros(micros);
        store
            .stats_add(time, &[(subject, values(1))], after(0))
            .await
            .unwrap();
    }
    add(store, after(0), &[(subject, values(2))]).await;
    compact_all(fixture).await;
    while store.stats_roll_up(after(86_400 * 2)).await.unwrap() == Left::More {}
    assert_eq!(history(fixture, subject).await[0].values, values(2));
});

on_every_engine!(the_newest_sample_of_each_is_told, |fixture| {
    let store = &fixture.store;
    let subjects = subjects(5);
    let unknown = Subject::Server(ServerId::generate());
    for look in 0..10 {
        let looks: Vec<_> = subjects[..3]
            .iter()
            .map(|subject| (*subject, values(look)))
            .collect();
        add(store, after(look * 30), &looks).await;
    }
    // One is missing in the newest look, one was last seen long before, one never.
    add(store, after(300), &[(subjects[0], values(77))]).await;
    add(
        store,
        MIDNIGHT - Duration::from_mins(30),
        &[(subjects[3], values(5))],
    )
    .await;
    let asked: Vec<_> = subjects.iter().copied().chain([unknown]).collect();
    let mut found = store.stats_latest(&asked, after(600)).await.unwrap();
    found.sort_by_key(|sample| sample.subject);
    let right =
        [(0, 300, 77), (1, 270, 9), (2, 270, 9)].map(|(index, seconds, seed): (usize, _, _)| Sample {
            subject: subjects[index],
            time: after(seconds),
            values: values(seed),
        });
    let mut right = right.to_vec();
    right.sort_by_key(|sample| sample.subject);
    assert_eq!(found, right);
    assert!(store.stats_latest(&[], after(600)).await.unwrap().is_empty());
});

on_every_engine!(figures_from_the_future_hide_nobodys_newest, |fixture| {
    let store = &fixture.store;
    let subjects = subjects(2);
    let latest = async || store.stats_latest(&subjects, after(60)).await.unwrap();
    let far = after(86_400);
    // Somebody else's clock is wrong.
    let ahead = [(subjects[0], values(1))];
    store.stats_add(far, &ahead, after(0)).await.unwrap();
    assert!(latest().await.is_empty());
    // The server's own was.
    add(store, far, &ahead).await;
    let both = [(subjects[0], values(2)), (subjects[1], values(3))];
    // A little ahead is usual.
    store.stats_add(after(90), &both, after(60)).await.unwrap();
    let found = latest().await;
    let right = both.map(|(subject, values)| Sample {
        subject,
        time: after(90),
        values,
    });
    assert_eq!(found.len(), 2);
    assert!(right.iter().all(|sample| found.contains(sample)), "{found:?}");
});

on_every_engine!(ten_thousand_subjects_are_added_in_one_look, |fixture| {
    let store = &fixture.store;
    let subjects = subjects(10_000);
    for look in 0..2 {
        let looks: Vec<_> = subjects
            .iter()
            .enumerate()
            .map(|(index, subject)| (*subject, values(look * 10_000 + index as u64)))
            .collect();
        add(store, after(look * 30), &looks).await;
    }
    let latest = store.stats_latest(&subjects, after(600)).await.unwrap();
    assert_eq!(latest.len(), 10_000);
    for index in [0, 511, 512, 9_999] {
        let found = history(fixture, subjects[index]).await;
        let found: Vec<_> = found.iter().map(|sample| sample.values).collect();
        let index = index as u64;
        assert_eq!(found, [values(index), values(10_000 + index)], "{index}");
    }
});

on_every_engine!(two_instances_give_each_subject_one_number, |fixture| {
    let other = SqlStore::open(&fixture.settings).await.unwrap();
    let subjects = subjects(600);
    let looks: Vec<_> = subjects.iter().map(|subject| (*subject, values(1))).collect();
    let mine: Vec<_> = looks[..400].to_vec();
    let theirs: Vec<_> = looks[200..].to_vec();
    let (first, second) = tokio::join!(
        fixture.store.stats_add(after(0), &mine, after(0)),
        other.stats_add(after(0), &theirs, after(0))
    );
    first.unwrap();
    second.unwrap();
    assert_eq!(
        other.stats_latest(&subjects, after(600)).await.unwrap().len(),
        600
    );
    assert_eq!(
        fixture
            .store
            .stats_latest(&subjects, after(600))
            .await
            .unwrap()
            .len(),
        600
    );
});
