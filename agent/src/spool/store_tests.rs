//! What the spool does when all is well, and when the disk is not.

use std::fs::OpenOptions;
use std::io::Write as _;

use super::*;
use crate::spool::files::tests::TightDisk;

const MUCH: u64 = 64 << 20;

fn sample(sequence: u64) -> NodeSample {
    NodeSample {
        sequence,
        cpu_ratio: Some(0.5),
        ..NodeSample::default()
    }
}

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn state(&self) -> StateDirectory {
        StateDirectory::existing(self.folder.path())
    }

    fn open(&self, most_bytes: u64) -> Spool {
        Spool::open(&self.state(), most_bytes).unwrap()
    }

    fn files(&self) -> Vec<PathBuf> {
        let spool = self.folder.path().join(FOLDER);
        let numbers = numbers_in(&spool).unwrap();
        numbers
            .into_iter()
            .map(|number| Segment::new(number).path(&spool))
            .collect()
    }
}

fn waiting_in(spool: &Spool) -> u64 {
    spool.segments.iter().map(|segment| segment.waiting).sum()
}

/// Takes all that waits, in the order in which it would be sent.
fn drain(spool: &mut Spool, most: usize) -> Vec<u64> {
    let mut sequences = Vec::new();
    while let Some(batch) = spool.oldest(most, usize::MAX) {
        assert!(batch.len() <= most);
        sequences.extend(batch.iter().map(|sample| sample.sequence));
        spool.forget_oldest();
    }
    sequences
}

#[test]
fn samples_come_out_in_their_order_also_after_a_restart() {
    let place = Place::new();
    let mut spool = place.open(MUCH);
    for sequence in 1..=5 {
        spool.append(&sample(sequence));
    }
    assert_eq!(waiting_in(&spool), 5);
    drop(spool);
    let mut spool = place.open(MUCH);
    assert_eq!(spool.last_sequence(), Some(5));
    spool.append(&sample(6));
    assert_eq!(waiting_in(&spool), 6);
    assert_eq!(drain(&mut spool, 4), [1, 2, 3, 4, 5, 6]);
    assert!(spool.is_empty());
    assert_eq!(place.files(), [] as [PathBuf; 0], "what is sent takes no room");
    assert_eq!(place.open(MUCH).dropped(), 0);
}

#[test]
fn what_is_not_forgotten_is_sent_again() {
    let place = Place::new();
    let mut spool = place.open(MUCH);
    for sequence in 1..=3 {
        spool.append(&sample(sequence));
    }
    let first = spool.oldest(2, usize::MAX).unwrap();
    assert_eq!(spool.oldest(2, usize::MAX), Some(first.clone()));
    spool.forget_oldest();
    spool.forget_oldest();
    assert_eq!(drain(&mut spool, 2), [3]);
}

#[test]
fn a_batch_is_no_larger_than_a_message_may_be() {
    let place = Place::new();
    let mut spool = place.open(MUCH);
    for sequence in 1..=10 {
        spool.append(&sample(sequence));
    }
    let room = 3 * record::length(&sample(1));
    assert_eq!(spool.oldest(360, room).unwrap().len(), 3);
    assert_eq!(spool.oldest(360, 1).unwrap().len(), 1, "one goes in any case");
}

#[test]
fn the_oldest_make_room_and_are_counted_also_after_a_restart() {
    let place = Place::new();
    let most = 64 * 100;
    let mut spool = place.open(most);
    for sequence in 1..=1000 {
        spool.append(&sample(sequence));
        assert!(spool.bytes() <= most);
    }
    let (waiting, dropped) = (waiting_in(&spool), spool.dropped());
    assert_eq!(waiting + dropped, 1000);
    assert!(dropped > 0);
    drop(spool);
    let mut spool = place.open(most);
    assert_eq!((waiting_in(&spool), spool.dropped()), (waiting, dropped));
    let expected: Vec<u64> = (dropped + 1..=1000).collect();
    assert_eq!(drain(&mut spool, 360), expected);
}

#[test]
fn a_batch_that_made_room_while_it_was_sent_takes_nothing_else_along() {
    let place = Place::new();
    let mut spool = place.open(64 * 100);
    for sequence in 1..=100 {
        spool.append(&sample(sequence));
    }
    assert_eq!(spool.oldest(2, usize::MAX).unwrap().len(), 2);
    for sequence in 101..=1000 {
        spool.append(&sample(sequence));
    }
    let waiting = waiting_in(&spool);
    spool.forget_oldest();
    assert_eq!(waiting_in(&spool), waiting);
}

#[test]
fn a_file_is_not_taken_for_another_one_although_all_made_room() {
    let place = Place::new();
    // Room for one sample and a half: each new one drops the one before.
    let one = record::length(&sample(1)) as u64;
    let mut spool = place.open(one + one / 2);
    spool.append(&sample(1));
    assert_eq!(spool.oldest(360, usize::MAX).unwrap().len(), 1);
    spool.append(&sample(2));
    spool.forget_oldest();
    assert_eq!(drain(&mut spool, 360), [2]);
    assert_eq!(spool.dropped(), 1);
}

#[test]
fn a_torn_end_is_cut_off_wherever_it_was_torn() {
    let whole = record::length(&sample(1)) as u64;
    for kept in 0..whole {
        let place = Place::new();
        let mut spool = place.open(MUCH);
        spool.append(&sample(1));
        spool.append(&sample(2));
        drop(spool);
        let path = place.files().pop().unwrap();
        OpenOptions::new()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(whole + kept)
            .unwrap();
        let mut spool = place.open(MUCH);
        spool.append(&sample(3));
        assert_eq!(drain(&mut spool, 360), [1, 3], "torn after {kept} bytes");
    }
}

#[test]
fn a_file_of_anything_is_survived() {
    let place = Place::new();
    drop(place.open(MUCH));
    let spool = place.folder.path().join(FOLDER);
    let path = Segment::new(7).path(&spool);
    OpenOptions::new()
        .create_new(true)
        .write(true)
        .open(&path)
        .unwrap()
        .write_all(&[0x5a; 5000])
        .unwrap();
    let mut spool = place.open(MUCH);
    spool.append(&sample(1));
    assert_eq!(drain(&mut spool, 360), [1]);
}

#[test]
fn a_full_disk_drops_samples_and_is_used_again_once_there_is_room() {
    let place = Place::new();
    let one = record::length(&sample(1)) as u64;
    // Two fit, and half of a third.
    let disk = TightDisk::with_room(2 * one + one / 2);
    let mut spool = Spool::open_on(Box::new(disk.clone()), &place.state(), MUCH).unwrap();
    for sequence in 1..=4 {
        spool.append(&sample(sequence));
    }
    assert_eq!((waiting_in(&spool), spool.dropped()), (2, 2));
    disk.make_room(MUCH);
    spool.append(&sample(5));
    assert_eq!(drain(&mut spool, 360), [1, 2, 5]);
    assert_eq!(place.open(MUCH).dropped(), 2);
}

#[test]
fn a_file_that_vanishes_counts_as_dropped() {
    let place = Place::new();
    let mut spool = place.open(MUCH);
    spool.append(&sample(1));
    fs::remove_file(place.files().pop().unwrap()).unwrap();
    assert_eq!(spool.oldest(360, usize::MAX), None);
    assert_eq!((waiting_in(&spool), spool.dropped()), (0, 1));
    spool.append(&sample(2));
    assert_eq!(drain(&mut spool, 360), [2]);
}

#[test]
fn another_nodes_samples_can_be_removed() {
    let place = Place::new();
    let mut spool = place.open(MUCH);
    spool.append(&sample(1));
    drop(spool);
    remove_spool(&place.state()).unwrap();
    remove_spool(&place.state()).unwrap();
    assert!(place.open(MUCH).is_empty());
}

/// A machine with 8 cores and 10 file systems.
fn realistic(number: u32) -> NodeSample {
    let turn = f64::from(number);
    let share = |factor: f64| (turn * factor).sin().abs();
    let file_system = |place: i64| hostler_proto::v1::FileSystem {
        mount_point: format!("/srv/customers/volume-{place:02}"),
        device: format!("/dev/mapper/vg0-volume--{place:02}"),
        r#type: "ext4".to_owned(),
        used_bytes: 734_003_200_000 + place * i64::from(number),
        limit_bytes: 1_099_511_627_776,
        used_inodes: 3_145_728 + i64::from(number),
        limit_inodes: 67_108_864,
    };
    NodeSample {
        sequence: 1_795_000_000_000 + u64::from(number) * 10_000,
        time: Some(prost_types::Timestamp {
            seconds: 1_795_000_000 + i64::from(number) * 10,
            nanos: 3_141_592,
        }),
        cpu_ratio: Some(share(0.1)),
        cpu_user_ratio: Some(share(0.2)),
        cpu_system_ratio: Some(share(0.3)),
        cpu_wait_ratio: Some(share(0.4)),
        cpu_steal_ratio: Some(share(0.5)),
        core_ratios: (0..8_u8).map(|core| share(f64::from(core))).collect(),
        load_1: Some(1.25),
        load_5: Some(1.5),
        load_15: Some(1.75),
        memory_bytes: Some(23_456_789_012),
        memory_limit_bytes: Some(67_108_864_000),
        swap_bytes: Some(1_234_567_890),
        swap_limit_bytes: Some(8_589_934_592),
        network_in_rate: Some(12_345_678),
        network_out_rate: Some(23_456_789),
        disk_read_rate: Some(34_567_890),
        disk_write_rate: Some(45_678_901),
        file_systems: (0..10).map(file_system).collect(),
        temperature_celsius: Some(61.5),
        process_count: Some(412),
    }
}

#[test]
fn a_day_without_a_server_takes_at_most_20_megabytes() {
    const LOOKS_OF_A_DAY: u32 = 8640;
    let place = Place::new();
    let mut spool = place.open(MUCH);
    for number in 0..LOOKS_OF_A_DAY {
        spool.append(&realistic(number));
    }
    assert_eq!(waiting_in(&spool), u64::from(LOOKS_OF_A_DAY));
    let bytes: u64 = place
        .files()
        .iter()
        .map(|path| fs::metadata(path).unwrap().len())
        .sum();
    println!("{LOOKS_OF_A_DAY} samples take {bytes} bytes");
    assert!(bytes <= 20_000_000, "{bytes} bytes");
}
