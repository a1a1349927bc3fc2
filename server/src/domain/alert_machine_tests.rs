//! The machine, alone and with looks that come as they please.

use super::*;

const PERIOD: Duration = Duration::from_secs(30);
const NOON: Timestamp = Timestamp::from_micros(1_790_000_000_000_000);

const fn timing(duration: u64, clear_duration: u64) -> Timing {
    Timing {
        duration: Duration::from_secs(duration),
        clear_duration: Duration::from_secs(clear_duration),
        patience: Duration::from_secs(90),
        lateness: Duration::from_secs(90),
    }
}

fn look(seconds: u64, value: u64) -> Look {
    Look {
        time: NOON + Duration::from_secs(seconds),
        value: Some(value),
        bad: value > 90,
        over: value <= 85,
    }
}

/// Runs looks, each told at its own time; `None` is a time without one.
fn run(timing: &Timing, looks: &[(u64, Option<u64>)]) -> (Option<Progress>, Vec<&'static str>) {
    let (mut open, mut told) = (None, Vec::new());
    for (seconds, value) in looks {
        let look = value.map(|value| look(*seconds, value));
        let word = advance(timing, &mut open, look, NOON + Duration::from_secs(*seconds));
        told.extend(word);
    }
    (open, told)
}

fn advance(
    timing: &Timing,
    open: &mut Option<Progress>,
    look: Option<Look>,
    now: Timestamp,
) -> Option<&'static str> {
    let (after, word) = match step(timing, open.as_ref(), look, now) {
        Step::Fine => (None, None),
        Step::Begins(after) if after.state == AlertState::Firing => (Some(after), Some("fired")),
        Step::Begins(after) => (Some(after), Some("pending")),
        Step::Stays(after) => (Some(after), None),
        Step::Fires(after) => (Some(after), Some("fired")),
        Step::Resolves(_) => (None, Some("resolved")),
        Step::Passes => (None, Some("passed")),
        Step::LosesData(after) => (Some(after), Some("lost")),
        Step::FindsData(after) => (Some(after), Some("found")),
    };
    *open = after;
    word
}

#[test]
fn it_fires_after_its_duration_and_resolves_at_the_clear_threshold() {
    let looks = [
        (0, Some(95)),
        (30, Some(95)),
        (60, Some(95)),
        (90, Some(88)),
        (120, Some(85)),
    ];
    let (open, told) = run(&timing(60, 0), &looks);
    assert_eq!(told, ["pending", "fired", "resolved"]);
    assert_eq!(open, None);
}

#[test]
fn without_a_duration_it_fires_at_once() {
    let (open, told) = run(&timing(0, 0), &[(0, Some(91))]);
    assert_eq!(told, ["fired"]);
    assert_eq!(open.unwrap().fire_time, Some(NOON));
}

#[test]
fn a_short_peak_passes_without_a_word() {
    let (open, told) = run(&timing(60, 0), &[(0, Some(95)), (30, Some(90))]);
    assert_eq!((open, told), (None, vec!["pending", "passed"]));
}

#[test]
fn what_comes_and_goes_is_one_alert() {
    let mut looks = vec![(0, Some(95))];
    looks.extend((1..40).map(|i| (i * 30, Some(if i % 2 == 0 { 95 } else { 80 }))));
    let (open, told) = run(&timing(0, 60), &looks);
    assert_eq!(told, ["fired"]);
    assert!(open.is_some());
    looks.extend([(1200, Some(80)), (1230, Some(80)), (1260, Some(80))]);
    assert_eq!(run(&timing(0, 60), &looks).1, ["fired", "resolved"]);
}

#[test]
fn missing_looks_neither_fire_nor_resolve() {
    let looks = [(0, Some(95)), (30, None), (90, None), (120, None), (10_000, None)];
    let (open, told) = run(&timing(60, 0), &looks);
    assert_eq!(told, ["pending", "lost"]);
    let open = open.unwrap();
    assert!(open.no_data && open.state == AlertState::Pending);
    let firing = [(0, Some(95)), (120, None), (10_000, None), (10_030, Some(95))];
    let (open, told) = run(&timing(0, 0), &firing);
    assert_eq!(told, ["fired", "lost", "found"]);
    assert!(!open.unwrap().no_data);
}

#[test]
fn after_a_gap_what_has_to_last_begins_anew() {
    let looks = [(0, Some(95)), (600, Some(95)), (630, Some(95)), (660, Some(95))];
    assert_eq!(run(&timing(60, 0), &looks[..2]).1, ["pending"]);
    let (open, told) = run(&timing(60, 0), &looks);
    assert_eq!(told, ["pending", "fired"]);
    assert_eq!(open.unwrap().begin_time, NOON + Duration::from_secs(600));
    let clearing = [(0, Some(95)), (30, Some(80)), (600, Some(80)), (630, Some(80))];
    assert_eq!(run(&timing(0, 60), &clearing).1, ["fired"]);
}

#[test]
fn the_same_look_twice_is_judged_once_and_a_late_one_not_at_all() {
    let timing = timing(0, 0);
    let (open, _) = run(&timing, &[(60, Some(95))]);
    for seconds in [60, 30] {
        let stays = step(&timing, open.as_ref(), Some(look(seconds, 10)), NOON + PERIOD * 2);
        assert_eq!(stays, Step::Stays(open.unwrap()), "{seconds}");
    }
}

#[test]
fn a_clock_that_was_set_back_is_followed() {
    let (open, _) = run(&timing(60, 0), &[(10_000, Some(95)), (10_030, Some(95))]);
    let back = step(&timing(60, 0), open.as_ref(), Some(look(0, 95)), NOON);
    let Step::Stays(after) = back else {
        panic!("{back:?}");
    };
    assert_eq!((after.begin_time, after.seen_time), (NOON, NOON));
}

#[test]
fn an_alert_that_was_seen_under_a_clock_that_was_far_ahead_loses_its_data_as_any_other() {
    let mut open = None;
    let ahead = NOON + Duration::from_hours(24);
    let seen = Look {
        time: ahead,
        ..look(0, 95)
    };
    assert_eq!(
        advance(&timing(0, 0), &mut open, Some(seen), ahead),
        Some("fired")
    );
    assert_eq!(advance(&timing(0, 0), &mut open, None, NOON), Some("lost"));
    assert_eq!(
        advance(&timing(0, 0), &mut open, Some(look(30, 95)), NOON),
        Some("found")
    );
    assert_eq!(
        advance(&timing(0, 0), &mut open, Some(look(60, 20)), NOON),
        Some("resolved")
    );
}

#[test]
fn what_is_always_looked_at_now_follows_any_clock_that_is_set_back() {
    let timing = Timing {
        patience: Duration::MAX,
        lateness: Duration::ZERO,
        ..timing(60, 0)
    };
    let (open, _) = run(&timing, &[(3600, Some(95))]);
    // By less than an hour, and by far.
    for seconds in [3599, 0] {
        let mut open = open;
        for (later, told) in [(0, None), (30, None), (60, Some("fired"))] {
            let now = seconds + later;
            let word = advance(
                &timing,
                &mut open,
                Some(look(now, 95)),
                NOON + Duration::from_secs(now),
            );
            assert_eq!(word, told, "{seconds} s, then {later} s");
        }
        let now = seconds + 90;
        let word = advance(
            &timing,
            &mut open,
            Some(look(now, 80)),
            NOON + Duration::from_secs(now),
        );
        assert_eq!(word, Some("resolved"));
    }
}

/// Numbers that look random and are the same every time.
fn numbers(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    }
}

#[test]
fn whatever_comes_it_fires_only_on_looks_that_last_and_resolves_only_on_looks_that_are_over() {
    for seed in 0..2000_usize {
        let mut next = numbers(seed as u64);
        let timing = timing([0, 45, 120][seed % 3], [0, 60][seed % 2]);
        let (mut open, mut now) = (None::<Progress>, NOON);
        for turn in 0..200 {
            now = match next(20) {
                0 => now - Duration::from_secs(next(300)),
                1 => now + Duration::from_secs(next(1000)),
                2 => now,
                _ => now + PERIOD,
            };
            let seen = (next(10) > 1).then(|| {
                let value = 80 + next(20);
                Look {
                    time: now,
                    ..look(0, value)
                }
            });
            let before = open;
            let word = advance(&timing, &mut open, seen, now);
            let context = format!("seed {seed}, turn {turn}: {before:?} {seen:?} {open:?}");
            match word {
                Some("fired") => {
                    let after = open.unwrap();
                    assert!(seen.unwrap().bad, "{context}");
                    assert!(
                        after.seen_time.since(after.begin_time) >= timing.duration,
                        "{context}"
                    );
                    assert!(
                        before.is_none_or(|before| before.state == AlertState::Pending),
                        "{context}"
                    );
                }
                Some("resolved") => {
                    assert!(seen.unwrap().over, "{context}");
                    assert_eq!(before.unwrap().state, AlertState::Firing, "{context}");
                }
                Some("passed") => assert!(!seen.unwrap().bad, "{context}"),
                Some("lost") => assert!(!before.unwrap().no_data, "{context}"),
                Some("found") => assert!(before.unwrap().no_data && seen.is_some(), "{context}"),
                Some(_) | None => {}
            }
            if let (Some(before), Some(after)) = (before, open)
                && seen.is_none()
            {
                assert_eq!(before.state, after.state, "{context}");
            }
            // Looking at the same once more changes nothing.
            let again = step(&timing, open.as_ref(), seen.filter(|_| open.is_some()), now);
            let same = match again {
                Step::Fine => open.is_none(),
                Step::Stays(after) => open == Some(after),
                Step::LosesData(_) => seen.is_none_or(|seen| Some(seen.time) != open.map(|o| o.seen_time)),
                Step::Begins(_) | Step::Fires(_) | Step::Resolves(_) | Step::Passes | Step::FindsData(_) => {
                    false
                }
            };
            assert!(same, "{context} then {again:?}");
        }
    }
}

#[test]
fn looks_that_were_stored_meanwhile_carry_on_what_has_to_last() {
    let timing = timing(300, 0);
    let pending = |looks: &[(u64, u64)]| {
        let (open, _) = run(&timing, &[(0, Some(95))]);
        let looks = looks.iter().map(|(seconds, value)| look(*seconds, *value));
        recollect(&timing, &open.unwrap(), looks)
    };
    let at = |seconds| NOON + Duration::from_secs(seconds);
    let lasting = pending(&[(0, 10), (30, 95), (60, 96)]);
    assert_eq!((lasting.begin_time, lasting.seen_time), (at(0), at(60)));
    assert_eq!(lasting.state, AlertState::Pending);
    let broken = pending(&[(30, 95), (60, 90), (90, 95)]);
    assert_eq!(
        (broken.begin_time, broken.seen_time),
        (at(60), at(90)),
        "it was fine in between"
    );
    let gap = pending(&[(30, 95), (200, 95), (230, 95)]);
    assert_eq!((gap.begin_time, gap.seen_time), (at(200), at(230)));
    let long_bad = pending(&[(80, 95), (160, 95), (240, 95), (320, 95)]);
    assert_eq!(long_bad.state, AlertState::Pending, "the next look makes it fire");
}

#[test]
fn what_was_nearly_over_goes_on_being_so_and_what_came_back_does_not() {
    let timing = timing(0, 300);
    let (open, _) = run(&timing, &[(0, Some(95)), (30, Some(80))]);
    let firing = open.unwrap();
    let at = |seconds| NOON + Duration::from_secs(seconds);
    let after = |looks: &[(u64, u64)]| {
        let looks = looks.iter().map(|(seconds, value)| look(*seconds, *value));
        recollect(&timing, &firing, looks).clear_since
    };
    assert_eq!(after(&[(60, 80), (90, 85)]), Some(at(30)));
    assert_eq!(after(&[(60, 87)]), None, "between the thresholds it is not over");
    assert_eq!(after(&[(60, 95), (90, 80)]), Some(at(90)));
    assert_eq!(
        after(&[(60, 80), (300, 80)]),
        Some(at(300)),
        "nobody knows what was in between"
    );
}
