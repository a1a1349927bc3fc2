//! Samples: that each arrives, in order, and as the one that it was.

use std::collections::BTreeMap;
use std::time::Duration;

use hostler_proto::v1::NodeSample;

use crate::machine::Machine;
use crate::server::{TestServer, replaced};
use crate::wait::until;

fn sequences(samples: &[NodeSample]) -> Vec<u64> {
    samples.iter().map(|sample| sample.sequence).collect()
}

fn is_growing(sequences: &[u64]) -> bool {
    sequences.is_sorted_by(|one, next| one < next)
}

/// Each look has one sequence, however often it is told.
fn assert_no_look_has_two_sequences(samples: &[NodeSample]) {
    let mut looks: BTreeMap<(i64, i32), u64> = BTreeMap::new();
    for sample in samples {
        let time = sample.time.unwrap();
        let known = *looks.entry((time.seconds, time.nanos)).or_insert(sample.sequence);
        assert_eq!(known, sample.sequence, "the look of {time}");
    }
}

/// Bytes of samples on disk.
fn on_disk(machine: &Machine) -> u64 {
    let Ok(entries) = std::fs::read_dir(machine.file("spool")) else {
        return 0;
    };
    entries
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().extension().is_some_and(|ending| ending == "samples"))
        .filter_map(|entry| Some(entry.metadata().ok()?.len()))
        .sum()
}

#[tokio::test]
async fn looks_are_at_whole_multiples_of_the_interval() {
    let mut server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    let _running = machine.run();
    let samples = server.welcomed().await.store(5).await;
    assert!(is_growing(&sequences(&samples)), "{samples:?}");
    let late: Vec<i32> = samples
        .iter()
        .map(|sample| sample.time.unwrap().nanos / 1_000_000 % 50)
        .collect();
    // A machine that is busy is late at times, but not mostly.
    let punctual = late.iter().filter(|late| **late < 25).count();
    assert!(punctual * 2 > late.len(), "late by {late:?} ms");
}

#[tokio::test]
async fn what_was_not_stored_before_a_break_is_told_again_as_what_it_was() {
    let mut server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    let _running = machine.run();
    let mut first = server.welcomed().await;
    let lost = first.samples().await;
    first.fail(tonic::Status::unavailable("the server stops")).await;

    let again = server.welcomed().await.store(lost.len() + 3).await;
    for sample in &lost {
        assert!(again.contains(sample), "{} did not come again", sample.sequence);
    }
    assert_no_look_has_two_sequences(&again);
}

#[tokio::test]
async fn samples_of_an_agent_that_crashed_are_sent_by_the_next() {
    let server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    drop(server);
    let running = machine.run();
    until("samples on disk", || on_disk(&machine), |bytes| *bytes > 200).await;
    drop(running);

    let mut server = TestServer::start().await;
    let mut machine = machine;
    machine.timing.sample_interval = Duration::from_secs(3600);
    server.adopt(&machine);
    let mut agent = machine.agent();
    agent.config.server.url = server.url();
    let running = tokio::spawn(agent.run(std::future::pending()));
    let samples = server.welcomed().await.store(5).await;
    assert!(is_growing(&sequences(&samples)), "{:?}", sequences(&samples));
    running.abort();
}

#[tokio::test]
async fn a_server_that_answers_late_gets_every_sample_once_it_does() {
    let mut server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    let _running = machine.run();
    let mut session = server.welcomed().await;
    let first = session.samples().await;
    // Longer than the agent keeps them in memory.
    until("samples on disk", || on_disk(&machine), |bytes| *bytes > 500).await;
    session.stored(first.last().unwrap().sequence).await;
    let later = session.store(20).await;
    for sample in &first {
        let told: Vec<_> = later.iter().filter(|later| later.time == sample.time).collect();
        assert!(told.iter().all(|told| told.sequence == sample.sequence));
    }
    assert_no_look_has_two_sequences(&later);
    until("an empty disk", || on_disk(&machine), |bytes| *bytes == 0).await;
}

#[tokio::test]
async fn sequences_grow_although_the_clock_is_set_back() {
    let mut server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    let running = machine.run();
    let mut session = server.welcomed().await;
    let mut all = session.store(2).await;
    machine.clock.shift_by_seconds(-7200);
    all.extend(session.store(3).await);
    machine.clock.shift_by_seconds(7200 + 600);
    all.extend(session.store(3).await);
    machine.clock.shift_by_seconds(-600);
    // A crash does not bring the clock forward.
    drop(running);
    drop(session);
    let _running = machine.run();
    all.extend(server.welcomed().await.store(3).await);
    all.dedup();
    let mut told = sequences(&all);
    told.dedup();
    assert!(is_growing(&told), "{told:?}");
}

#[tokio::test]
async fn what_is_not_stored_at_a_stop_waits_on_disk() {
    let mut server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    let mut running = machine.run();
    let mut session = server.welcomed().await;
    let waiting = session.samples().await;
    running.ask_to_stop();
    session.end().await;
    drop(session);
    running.stopped().await;
    assert!(on_disk(&machine) > 0);

    let _running = machine.run();
    let told = server.welcomed().await.store(waiting.len() + 1).await;
    for sample in &waiting {
        assert!(told.contains(sample), "{} did not come again", sample.sequence);
    }
}

#[tokio::test]
async fn a_full_spool_drops_the_oldest_and_tells_how_many() {
    let mut server = TestServer::start().await;
    let machine = Machine::enrolled_at(server.url()).await;
    let mut agent = machine.agent();
    // Room for a few samples.
    agent.config.spool.max_bytes = 1000;
    agent.timing.sample_interval = Duration::from_millis(10);
    agent.timing.refused_pause = Duration::from_secs(3);
    let running = tokio::spawn(agent.run(std::future::pending()));
    server.welcomed().await.fail(replaced()).await;
    let mut session = server.welcomed().await;
    let heartbeat = session.heartbeat().await;
    assert!(heartbeat.dropped_samples > 0);
    running.abort();
}
