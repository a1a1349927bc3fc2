//! What agents tell of their machines. A figure that makes no sense counts as unknown: a machine whose kernel tells
//! nonsense of one thing is still watched for the others.

use std::time::Duration;

use hostler_proto::v1;

use super::reader::Reader;
use super::words::words;
use crate::domain::bin::aligned;
use crate::domain::fields::FieldErrors;
use crate::domain::metric::{Metric, RATIO_ONE};
use crate::domain::node_look::{FileSystem, NodeLook, NodeProcess, NodeProcesses, NodeUnits};
use crate::domain::sample::Values;
use crate::domain::time::Timestamp;

const SECOND: Duration = Duration::from_secs(1);
const MAX_LOOKS: usize = 360;
const MAX_CORES: usize = 4096;
const MAX_FILE_SYSTEMS: usize = 50;
const MAX_PROCESSES: usize = 20;
const MAX_UNITS: usize = 50;
const MAX_PATH: usize = 200;
const MAX_WORD: usize = 64;

/// The looks of one message.
#[derive(Debug)]
pub(in crate::services) struct Looks {
    pub(in crate::services) looks: Vec<NodeLook>,
    /// The last one's sequence, by which the agent knows the message.
    pub(in crate::services) last: u64,
}

impl TryFrom<v1::NodeSamples> for Looks {
    type Error = FieldErrors;

    fn try_from(samples: v1::NodeSamples) -> Result<Self, FieldErrors> {
        let samples = samples.samples;
        if samples.len() > MAX_LOOKS {
            let problem = format!("must be at most {MAX_LOOKS} at a time");
            return Err(FieldErrors::one("samples.samples", problem));
        }
        Ok(Self {
            last: samples.last().map_or(0, |sample| sample.sequence),
            looks: samples.into_iter().filter_map(look).collect(),
        })
    }
}

/// `None` when there is no saying when it was. Times are whole seconds: a machine that makes them up cannot fill more of
/// the store than there are.
fn look(sample: v1::NodeSample) -> Option<NodeLook> {
    let time = moment(sample.time)?;
    let file_systems: Vec<FileSystem> = sample
        .file_systems
        .iter()
        .take(MAX_FILE_SYSTEMS)
        .map(file_system)
        .collect();
    let mut values = Values::NONE;
    let mut set = |metric, value: Option<u64>| values.set(metric, value);
    set(Metric::CpuRatio, ratio(sample.cpu_ratio));
    set(Metric::CpuUserRatio, ratio(sample.cpu_user_ratio));
    set(Metric::CpuSystemRatio, ratio(sample.cpu_system_ratio));
    set(Metric::CpuWaitRatio, ratio(sample.cpu_wait_ratio));
    set(Metric::CpuStealRatio, ratio(sample.cpu_steal_ratio));
    set(Metric::Load1, figure(Metric::Load1, sample.load_1));
    set(Metric::Load5, figure(Metric::Load5, sample.load_5));
    set(Metric::Load15, figure(Metric::Load15, sample.load_15));
    set(Metric::MemoryBytes, whole(sample.memory_bytes));
    set(Metric::MemoryLimitBytes, whole(sample.memory_limit_bytes));
    set(Metric::SwapBytes, whole(sample.swap_bytes));
    set(Metric::SwapLimitBytes, whole(sample.swap_limit_bytes));
    set(Metric::NetworkInRate, whole(sample.network_in_rate));
    set(Metric::NetworkOutRate, whole(sample.network_out_rate));
    set(Metric::DiskReadRate, whole(sample.disk_read_rate));
    set(Metric::DiskWriteRate, whole(sample.disk_write_rate));
    set(
        Metric::TemperatureCelsius,
        figure(Metric::TemperatureCelsius, sample.temperature_celsius),
    );
    set(Metric::ProcessCount, whole(sample.process_count.map(i64::from)));
    if !file_systems.is_empty() {
        let sum = |of: fn(&FileSystem) -> u64| file_systems.iter().map(of).fold(0, u64::saturating_add);
        set(Metric::DiskBytes, Some(sum(|one| one.used_bytes)));
        set(Metric::DiskLimitBytes, Some(sum(|one| one.limit_bytes)));
        set(
            Metric::FullestDiskRatio,
            file_systems.iter().filter_map(fullness).max(),
        );
    }
    let cores = sample.core_ratios.into_iter().take(MAX_CORES);
    Some(NodeLook {
        sequence: sample.sequence,
        time,
        values,
        cores: cores
            .map(|core| u16::try_from(ratio(Some(core)).unwrap_or(0)).unwrap_or(0))
            .collect(),
        file_systems,
    })
}

fn moment(time: Option<prost_types::Timestamp>) -> Option<Timestamp> {
    let time = Reader::default().time("time", time)??;
    Some(aligned(time, SECOND))
}

fn file_system(wire: &v1::FileSystem) -> FileSystem {
    FileSystem {
        mount_point: words(&wire.mount_point, MAX_PATH),
        device: words(&wire.device, MAX_PATH),
        kind: words(&wire.r#type, MAX_WORD),
        used_bytes: natural(wire.used_bytes),
        limit_bytes: natural(wire.limit_bytes),
        used_inodes: natural(wire.used_inodes),
        limit_inodes: natural(wire.limit_inodes),
    }
}

/// How full it is, counted as ratios are.
fn fullness(one: &FileSystem) -> Option<u64> {
    let ratio = u128::from(one.used_bytes)
        .checked_mul(u128::from(RATIO_ONE))?
        .checked_div(u128::from(one.limit_bytes))?;
    Some(u64::try_from(ratio).map_or(RATIO_ONE, |ratio| ratio.min(RATIO_ONE)))
}

pub(in crate::services) fn processes(wire: v1::NodeProcesses) -> Option<NodeProcesses> {
    let process = |wire: v1::NodeProcess| NodeProcess {
        pid: u32::try_from(wire.pid).unwrap_or(0),
        name: words(&wire.name, MAX_WORD),
        user: words(&wire.user, MAX_WORD),
        cpu_millis: scaled(wire.cpu_cores, 1000.0).and_then(|millis| u32::try_from(millis).ok()),
        memory_bytes: natural(wire.memory_bytes),
    };
    let all = wire.processes.into_iter().take(MAX_PROCESSES);
    Some(NodeProcesses {
        time: moment(wire.time)?,
        processes: all.map(process).collect(),
    })
}

pub(in crate::services) fn units(wire: v1::NodeUnits) -> Option<NodeUnits> {
    let units = wire.failed_units.into_iter().take(MAX_UNITS);
    Some(NodeUnits {
        time: moment(wire.time)?,
        failed: units.map(|unit| words(&unit, MAX_PATH)).collect(),
    })
}

fn ratio(value: Option<f64>) -> Option<u64> {
    figure(Metric::CpuRatio, value).map(|ratio| ratio.min(RATIO_ONE))
}

fn figure(metric: Metric, value: Option<f64>) -> Option<u64> {
    scaled(value, metric.in_units(1).recip())
}

/// Rounded; `None` unless it is a number that is not negative and that a float counts exactly.
fn scaled(value: Option<f64>, times: f64) -> Option<u64> {
    let scaled = (value? * times).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the range"
    )]
    (0.0..=9_007_199_254_740_992.0)
        .contains(&scaled)
        .then_some(scaled as u64)
}

fn whole(value: Option<i64>) -> Option<u64> {
    value.and_then(|value| u64::try_from(value).ok())
}

fn natural(value: i64) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> v1::NodeSample {
        v1::NodeSample {
            sequence: 7,
            time: Some(prost_types::Timestamp {
                seconds: 60,
                nanos: 999_999_999,
            }),
            ..Default::default()
        }
    }

    #[test]
    fn what_makes_no_sense_is_unknown() {
        let look = look(v1::NodeSample {
            cpu_ratio: Some(f64::NAN),
            cpu_user_ratio: Some(-0.5),
            cpu_system_ratio: Some(17.0),
            load_1: Some(f64::INFINITY),
            load_5: Some(2.345),
            memory_bytes: Some(-1),
            temperature_celsius: Some(41.26),
            ..sample()
        })
        .unwrap();
        let value = |metric| look.values.get(metric);
        assert_eq!(value(Metric::CpuRatio), None);
        assert_eq!(value(Metric::CpuUserRatio), None);
        assert_eq!(value(Metric::CpuSystemRatio), Some(RATIO_ONE), "no more than all");
        assert_eq!(value(Metric::Load1), None);
        assert_eq!(value(Metric::Load5), Some(235));
        assert_eq!(value(Metric::MemoryBytes), None);
        assert_eq!(value(Metric::TemperatureCelsius), Some(413));
        assert_eq!(value(Metric::DiskBytes), None, "no file system is known");
    }

    #[test]
    fn file_systems_are_added_up_and_the_fullest_is_told() {
        let one = |used_bytes, limit_bytes| v1::FileSystem {
            mount_point: "/\u{1b}[31m".to_owned(),
            used_bytes,
            limit_bytes,
            ..Default::default()
        };
        let look = look(v1::NodeSample {
            file_systems: vec![one(50, 100), one(9, 10), one(0, 0)],
            ..sample()
        })
        .unwrap();
        assert_eq!(look.values.get(Metric::DiskBytes), Some(59));
        assert_eq!(look.values.get(Metric::DiskLimitBytes), Some(110));
        assert_eq!(look.values.get(Metric::FullestDiskRatio), Some(9_000));
        assert_eq!(look.file_systems[0].mount_point, "/[31m");
    }

    #[test]
    fn a_look_without_a_time_is_left_out_and_the_message_is_still_answered() {
        let timeless = v1::NodeSample {
            sequence: 8,
            time: None,
            ..sample()
        };
        let samples = vec![sample(), timeless];
        let looks = Looks::try_from(v1::NodeSamples { samples }).unwrap();
        assert_eq!((looks.looks.len(), looks.last), (1, 8));
        assert_eq!(
            looks.looks[0].time,
            Timestamp::from_micros(60_000_000),
            "whole seconds"
        );
        let many = vec![sample(); MAX_LOOKS + 1];
        Looks::try_from(v1::NodeSamples { samples: many }).unwrap_err();
    }
}
