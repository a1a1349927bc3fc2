//! Figures over time: packing, rolling up and removing, in any order, cut short and repeated.

use std::time::Duration;

use hostlerd::domain::bin::{Bin, Bins};
use hostlerd::domain::etag::Generation;
use hostlerd::domain::metric::Metric;
use hostlerd::domain::sample::{Subject, Values};
use hostlerd::domain::tier::{DAY, Retention, Tier};
use hostlerd::domain::time::Timestamp;
use hostlerd::ports::store::{Left, StatsStore, StoreError, StoreResult};

use crate::fixture::{Fixture, on_every_engine};
use crate::samples::mutation;
use crate::stats::{MIDNIGHT, add, after, compact_all, subjects, values};

type Looks = Vec<(Timestamp, Values)>;

/// Two and a half days of looks every few minutes, at uneven times, over two midnights.
async fn fill(fixture: &Fixture, subjects: &[Subject]) -> Looks {
    let mut all = Vec::new();
    for look in 0..240 {
        let time = after(look * 900 + look * 7 % 300);
        let looks: Vec<_> = subjects.iter().map(|subject| (*subject, values(look))).collect();
        add(&fixture.store, time, &looks).await;
        all.push((time, values(look)));
    }
    all
}

fn rolled(looks: &[(Timestamp, Values)], tier: Tier) -> Vec<Bin> {
    let mut bins = Bins::new(tier.width().unwrap());
    for (time, values) in looks {
        bins.add(*time, values);
    }
    bins.into_vec()
}

async fn roll_all(fixture: &Fixture, before: Timestamp) {
    while fixture.store.stats_roll_up(before).await.unwrap() == Left::More {}
}

async fn prune_all(fixture: &Fixture, tier: Tier, before: Timestamp) {
    while fixture.store.stats_prune(tier, before).await.unwrap() == Left::More {}
}

async fn bins(fixture: &Fixture, subject: Subject, tier: Tier) -> Vec<Bin> {
    let found = fixture
        .store
        .stats_bins(subject, tier, MIDNIGHT - 9 * DAY, MIDNIGHT + 9 * DAY);
    found.await.unwrap()
}

async fn agree(fixture: &Fixture, subjects: &[Subject], looks: &[(Timestamp, Values)], when: &str) {
    for subject in subjects {
        for tier in Tier::ROLLED {
            let found = bins(fixture, *subject, tier).await;
            assert!(found == rolled(looks, tier), "{tier}, {when}");
        }
    }
}

on_every_engine!(bins_are_what_the_samples_say_at_every_stage, |fixture| {
    let subjects = subjects(20);
    let looks = fill(fixture, &subjects).await;
    let sampled = [subjects[0], subjects[19]];
    agree(fixture, &sampled, &looks, "in frames").await;
    compact_all(fixture).await;
    agree(fixture, &sampled, &looks, "packed").await;
    // One step: some subjects of the first day are rolled up, others are not.
    fixture.store.stats_roll_up(after(3 * 86_400)).await.unwrap();
    agree(fixture, &sampled, &looks, "rolled up in part").await;
    roll_all(fixture, after(3 * 86_400)).await;
    agree(fixture, &sampled, &looks, "rolled up").await;
    prune_all(fixture, Tier::Raw, after(2 * 86_400)).await;
    let raw = fixture
        .store
        .stats_samples(subjects[0], MIDNIGHT, MIDNIGHT + 9 * DAY)
        .await
        .unwrap();
    assert!(raw.iter().all(|sample| sample.time >= after(2 * 86_400)) && !raw.is_empty());
    agree(fixture, &sampled, &looks, "without the samples").await;
});

on_every_engine!(a_part_of_a_range_begins_and_ends_with_whole_bins, |fixture| {
    let subject = subjects(1)[0];
    let looks = fill(fixture, &[subject]).await;
    let (from, to) = (after(5000), after(100_001));
    let right: Vec<Bin> = rolled(&looks, Tier::Hour)
        .into_iter()
        .filter(|bin| (after(3600)..after(100_800)).contains(&bin.start))
        .collect();
    for stage in ["in frames", "rolled up"] {
        let found = fixture
            .store
            .stats_bins(subject, Tier::Hour, from, to)
            .await
            .unwrap();
        assert_eq!(found, right, "{stage}");
        compact_all(fixture).await;
        roll_all(fixture, after(86_400)).await;
    }
});

on_every_engine!(a_late_look_rolls_its_day_up_again, |fixture| {
    let subjects = subjects(2);
    let mut looks = fill(fixture, &subjects).await;
    compact_all(fixture).await;
    roll_all(fixture, after(3 * 86_400)).await;
    let late = (after(4321), values(999));
    let both = subjects
        .iter()
        .map(|subject| (*subject, late.1))
        .collect::<Vec<_>>();
    add(&fixture.store, late.0, &both).await;
    looks.push(late);
    agree(fixture, &subjects, &looks, "late").await;
    compact_all(fixture).await;
    agree(fixture, &subjects, &looks, "late and packed").await;
    roll_all(fixture, after(3 * 86_400)).await;
    agree(fixture, &subjects, &looks, "late and rolled up").await;
    // Once the day's samples are gone, nothing can be added to it.
    prune_all(fixture, Tier::Raw, after(86_400)).await;
    let added = fixture.store.stats_add(after(5000), &both, after(3 * 86_400));
    added.await.unwrap();
    compact_all(fixture).await;
    roll_all(fixture, after(3 * 86_400)).await;
    agree(fixture, &subjects, &looks, "too late").await;
});

on_every_engine!(a_clock_that_was_ahead_does_not_end_history, |fixture| {
    let subject = subjects(1)[0];
    prune_all(fixture, Tier::Raw, after(7 * 86_400)).await;
    let looks: Looks = (0..3).map(|look| (after(60 * look), values(look))).collect();
    for (time, values) in &looks {
        add(&fixture.store, *time, &[(subject, *values)]).await;
    }
    agree(fixture, &[subject], &looks, "in frames").await;
    compact_all(fixture).await;
    roll_all(fixture, after(86_400)).await;
    agree(fixture, &[subject], &looks, "rolled up").await;
});

on_every_engine!(
    a_clock_that_was_behind_does_not_replace_what_was_made_of_more,
    |fixture| {
        let subject = subjects(1)[0];
        let looks = fill(fixture, &[subject]).await;
        compact_all(fixture).await;
        roll_all(fixture, after(86_400)).await;
        prune_all(fixture, Tier::Raw, after(86_400)).await;
        agree(fixture, &[subject], &looks, "rolled up").await;
        // One look of the first day, by a clock that believes it is that day.
        let wrong = Values::NONE.with(Metric::CpuRatio, 1);
        assert!(
            looks[0].1.get(Metric::CpuRatio).is_some_and(|seen| seen > 1),
            "of the same minute"
        );
        add(&fixture.store, after(30), &[(subject, wrong)]).await;
        compact_all(fixture).await;
        roll_all(fixture, after(86_400)).await;
        agree(fixture, &[subject], &looks, "rolled up again").await;
    }
);

on_every_engine!(samples_stay_until_they_are_packed_and_rolled_up, |fixture| {
    let subject = subjects(1)[0];
    let looks = fill(fixture, &[subject]).await;
    let count = async || {
        let samples = fixture.store.stats_samples(subject, MIDNIGHT, MIDNIGHT + 9 * DAY);
        samples.await.unwrap().len()
    };
    prune_all(fixture, Tier::Raw, after(9 * 86_400)).await;
    assert_eq!(count().await, looks.len(), "in frames");
    compact_all(fixture).await;
    prune_all(fixture, Tier::Raw, after(9 * 86_400)).await;
    assert_eq!(count().await, looks.len(), "packed");
    roll_all(fixture, after(86_400)).await;
    prune_all(fixture, Tier::Raw, after(9 * 86_400)).await;
    let left = looks.iter().filter(|(time, _)| *time >= after(86_400)).count();
    assert_eq!(count().await, left, "the first day is rolled up");
});

on_every_engine!(each_tier_is_pruned_by_its_own_retention, |fixture| {
    let subject = subjects(1)[0];
    let looks = fill(fixture, &[subject]).await;
    compact_all(fixture).await;
    roll_all(fixture, after(3 * 86_400)).await;
    // Not a whole day, so nothing yet.
    prune_all(fixture, Tier::Minute, after(86_399)).await;
    agree(fixture, &[subject], &looks, "too early").await;
    prune_all(fixture, Tier::Minute, after(86_400)).await;
    let day_two: Vec<_> = looks
        .iter()
        .filter(|(time, _)| *time >= after(86_400))
        .copied()
        .collect();
    assert_eq!(
        bins(fixture, subject, Tier::Minute).await,
        rolled(&day_two, Tier::Minute)
    );
    assert_eq!(
        bins(fixture, subject, Tier::Hour).await,
        rolled(&looks, Tier::Hour)
    );
});

/// Drops each step after a time that grows from nothing to more than it takes, and looks each time at what there is then.
async fn drop_until_done(step: impl AsyncFn() -> StoreResult<Left>, look: impl AsyncFn()) {
    let mut patience = Duration::from_micros(100);
    loop {
        let taken = tokio::time::timeout(patience, step()).await;
        if taken.is_ok_and(|left| left.unwrap() == Left::Nothing) {
            return;
        }
        look().await;
        patience = patience * 6 / 5;
    }
}

on_every_engine!(steps_that_are_dropped_half_way_lose_nothing, |fixture| {
    // More than one transaction packs and more than one step rolls up, and a midnight; few hours, for each step is
    // dropped many times.
    let subjects = subjects(150);
    let mut looks = Looks::new();
    for look in 0..12 {
        let time = after(86_400 - 3 * 3600 + look * 1800);
        let values = values(look);
        let all: Vec<_> = subjects.iter().map(|subject| (*subject, values)).collect();
        add(&fixture.store, time, &all).await;
        looks.push((time, values));
    }
    let before = after(3 * 86_400);
    let sampled = [subjects[0], subjects[70], subjects[149]];
    let all_there = async || {
        for subject in sampled {
            let found = fixture
                .store
                .stats_samples(subject, MIDNIGHT, MIDNIGHT + 9 * DAY)
                .await;
            let found: Looks = found
                .unwrap()
                .into_iter()
                .map(|sample| (sample.time, sample.values))
                .collect();
            assert_eq!(found, looks);
        }
    };
    drop_until_done(async || fixture.store.stats_compact(before).await, all_there).await;
    drop_until_done(async || fixture.store.stats_roll_up(before).await, all_there).await;
    agree(fixture, &sampled, &looks, "after the drops").await;
});

on_every_engine!(two_leaders_at_once_do_no_harm, |fixture| {
    let subjects = subjects(40);
    let looks = fill(fixture, &subjects).await;
    let other = hostlerd::adapters::store::SqlStore::open(&fixture.settings)
        .await
        .unwrap();
    let work = async |store: &hostlerd::adapters::store::SqlStore| {
        while store.stats_compact(after(9 * 86_400)).await.unwrap() == Left::More {}
        while store.stats_roll_up(after(3 * 86_400)).await.unwrap() == Left::More {}
        while store.stats_prune(Tier::Raw, after(86_400)).await.unwrap() == Left::More {}
    };
    tokio::join!(work(&fixture.store), work(&other));
    agree(fixture, &[subjects[0], subjects[39]], &looks, "after both").await;
});

on_every_engine!(a_damaged_chunk_is_named_and_holds_nobody_up, |fixture| {
    // Only here: for iterators `all` means something else.
    use hostlerd::adapters::store::connection::Run;
    let subjects = subjects(2);
    let looks = fill(fixture, &subjects).await;
    compact_all(fixture).await;
    let mut conn = fixture.database(1, 1).connect().await.unwrap();
    let damage = format!(
        "UPDATE stat_chunks SET body = x'0102030405060708' WHERE subject = 0 AND start_time = {}",
        MIDNIGHT.as_micros()
    );
    assert_eq!(diesel::sql_query(damage).exec(&mut conn).await.unwrap(), 1);
    let rest: Vec<_> = looks
        .iter()
        .filter(|(time, _)| *time >= after(3600))
        .copied()
        .collect();
    let mut damaged = None;
    for subject in &subjects {
        let found = fixture
            .store
            .stats_samples(*subject, MIDNIGHT, MIDNIGHT + 9 * DAY)
            .await
            .unwrap();
        let found: Looks = found
            .into_iter()
            .map(|sample| (sample.time, sample.values))
            .collect();
        if found != looks {
            assert_eq!(found, rest);
            damaged = Some(*subject);
        }
    }
    let damaged = damaged.unwrap();
    roll_all(fixture, after(3 * 86_400)).await;
    let whole: Vec<_> = subjects
        .iter()
        .copied()
        .filter(|subject| *subject != damaged)
        .collect();
    agree(fixture, &whole, &looks, "the other one").await;
    agree(fixture, &[damaged], &rest, "what is left").await;
});

on_every_engine!(a_damaged_look_hides_no_other, |fixture| {
    // Only here: for iterators `all` means something else.
    use hostlerd::adapters::store::connection::Run;
    let subject = subjects(1)[0];
    for look in 0..3 {
        add(&fixture.store, after(60 * look), &[(subject, values(look))]).await;
    }
    let mut conn = fixture.database(1, 1).connect().await.unwrap();
    let damage = format!(
        "UPDATE stat_frames SET body = x'0102030405060708' WHERE look_time = {}",
        after(120).as_micros()
    );
    assert_eq!(diesel::sql_query(damage).exec(&mut conn).await.unwrap(), 1);
    let found = fixture.store.stats_samples(subject, MIDNIGHT, MIDNIGHT + DAY);
    let times: Vec<_> = found.await.unwrap().iter().map(|sample| sample.time).collect();
    assert_eq!(times, [after(0), after(60)]);
    let latest = fixture.store.stats_latest(&[subject], after(180)).await.unwrap();
    assert_eq!(latest[0].time, after(60));
});

on_every_engine!(the_retention_is_changed_by_its_generation, |fixture| {
    let store = &fixture.store;
    let first = store.stats_retention().await.unwrap();
    assert_eq!(
        (first.retention, first.generation),
        (Retention::default(), Generation::FIRST)
    );
    let retention = Retention {
        minute: 30 * DAY,
        ..first.retention
    };
    let (change, other_change) = (mutation(), mutation());
    let set = store.stats_retention_update(&retention, first.generation, after(1), &change);
    let set = set.await.unwrap();
    assert_eq!((set.retention, set.update_time), (retention, after(1)));
    assert_eq!(store.stats_retention().await.unwrap(), set);
    let stale = store.stats_retention_update(&first.retention, first.generation, after(2), &other_change);
    let stale = stale.await;
    assert!(matches!(stale, Err(StoreError::Stale)), "{stale:?}");
    // Removing samples is not a change of the setting.
    prune_all(fixture, Tier::Raw, after(86_400)).await;
    assert_eq!(store.stats_retention().await.unwrap(), set);
});
