//! In which order samples are sent, and that none is lost or changed on the way.

use super::*;

const MINUTE: Duration = Duration::from_mins(1);
const SECOND: Duration = Duration::from_secs(1);

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn backlog(&self) -> Backlog {
        let state = StateDirectory::existing(self.0.path());
        Backlog::open(&state, 64 << 20, MINUTE).unwrap()
    }
}

fn sample(sequence: u64) -> NodeSample {
    NodeSample {
        sequence,
        ..NodeSample::default()
    }
}

/// The sequences of the next message.
fn next(backlog: &mut Backlog) -> Vec<u64> {
    let message = backlog.next().unwrap_or_default();
    message.samples.iter().map(|sample| sample.sequence).collect()
}

fn add(backlog: &mut Backlog, sequences: std::ops::RangeInclusive<u64>) {
    for sequence in sequences {
        backlog.add(sample(sequence));
    }
}

#[tokio::test(start_paused = true)]
async fn a_sample_is_sent_once_and_forgotten_when_it_is_stored() {
    let place = Place::new();
    let mut backlog = place.backlog();
    backlog.attach();
    assert_eq!(next(&mut backlog), [] as [u64; 0]);
    add(&mut backlog, 1..=2);
    assert_eq!(next(&mut backlog), [1, 2]);
    add(&mut backlog, 3..=3);
    assert_eq!(next(&mut backlog), [] as [u64; 0], "one message at a time");
    assert!(backlog.on_the_way.is_some());
    backlog.stored(2);
    assert!(backlog.on_the_way.is_none());
    assert_eq!(next(&mut backlog), [3]);
    backlog.stored(3);
    backlog.detach();
    assert!(backlog.is_disk_empty());
}

#[tokio::test(start_paused = true)]
async fn what_was_not_stored_when_the_session_ended_is_sent_in_the_next_with_its_own_sequence() {
    let place = Place::new();
    let mut backlog = place.backlog();
    backlog.attach();
    add(&mut backlog, 1..=2);
    assert_eq!(next(&mut backlog), [1, 2]);
    add(&mut backlog, 3..=4);
    backlog.detach();
    add(&mut backlog, 5..=5);
    drop(backlog);

    let mut backlog = place.backlog();
    backlog.attach();
    assert_eq!(next(&mut backlog), [1, 2, 3, 4, 5]);
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_of_another_message_forgets_nothing() {
    let place = Place::new();
    let mut backlog = place.backlog();
    add(&mut backlog, 1..=400);
    backlog.attach();
    assert_eq!(next(&mut backlog).len(), MOST_SAMPLES);
    backlog.stored(7);
    backlog.stored(u64::MAX);
    assert!(backlog.on_the_way.is_some());
    backlog.stored(360);
    backlog.stored(360);
    assert_eq!(next(&mut backlog), (361..=400).collect::<Vec<u64>>());
}

#[tokio::test(start_paused = true)]
async fn fresh_samples_and_a_long_backlog_take_turns() {
    let place = Place::new();
    let mut backlog = place.backlog();
    add(&mut backlog, 1..=1000);
    backlog.attach();
    let mut fresh = 1001;
    let mut firsts = Vec::new();
    while !backlog.is_disk_empty() {
        backlog.add(sample(fresh));
        fresh += 1;
        let sent = next(&mut backlog);
        firsts.push(sent[0]);
        backlog.stored(*sent.last().unwrap());
    }
    assert_eq!(firsts, [1001, 1, 1002, 361, 1004, 721]);
}

#[tokio::test(start_paused = true)]
async fn samples_that_wait_for_more_than_a_minute_are_put_on_disk() {
    let place = Place::new();
    let mut backlog = place.backlog();
    backlog.attach();
    add(&mut backlog, 1..=1);
    assert_eq!(next(&mut backlog), [1]);
    tokio::time::advance(MINUTE).await;
    add(&mut backlog, 2..=2);
    assert!(backlog.is_disk_empty());
    tokio::time::advance(SECOND).await;
    add(&mut backlog, 3..=3);
    assert!(!backlog.is_disk_empty());
    // The answer comes after all: what is on disk is sent again, and the server knows it by its sequence.
    backlog.stored(1);
    assert_eq!(next(&mut backlog), [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn how_long_the_server_has_stored_nothing_is_known_also_of_what_could_not_be_sent() {
    let place = Place::new();
    let mut backlog = place.backlog();
    backlog.attach();
    assert_eq!(backlog.waiting(), Duration::ZERO);
    add(&mut backlog, 1..=1);
    tokio::time::advance(SECOND).await;
    assert_eq!(backlog.waiting(), SECOND);
    assert_eq!(next(&mut backlog), [1]);
    tokio::time::advance(SECOND).await;
    add(&mut backlog, 2..=2);
    assert_eq!(backlog.waiting(), 2 * SECOND);
    backlog.stored(1);
    assert_eq!(backlog.waiting(), Duration::ZERO);
    tokio::time::advance(SECOND).await;
    assert_eq!(backlog.waiting(), SECOND, "the second one waits");
    assert_eq!(next(&mut backlog), [2]);
    backlog.stored(2);
    tokio::time::advance(SECOND).await;
    assert_eq!(backlog.waiting(), Duration::ZERO, "nothing waits");
}

#[tokio::test(start_paused = true)]
async fn a_batch_of_the_disk_is_not_doubled_by_a_break() {
    let place = Place::new();
    let mut backlog = place.backlog();
    add(&mut backlog, 1..=3);
    backlog.attach();
    assert_eq!(next(&mut backlog), [1, 2, 3]);
    add(&mut backlog, 4..=4);
    backlog.detach();
    backlog.attach();
    assert_eq!(next(&mut backlog), [1, 2, 3, 4]);
}
