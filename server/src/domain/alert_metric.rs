//! Figures that rules compare.

use super::alert_subject::TargetKind;
use super::codes::coded;
use super::container::ContainerUse;
use super::metric::{Metric, RATIO_ONE};
use super::node_look::NodeLook;
use super::sample::Values;

coded! {
    /// What rules compare: figures as they are, or one in proportion to another.
    AlertMetric {
        CpuRatio = "cpu_ratio",
        MemoryRatio = "memory_ratio",
        /// Of a node, of the file system that is fullest.
        DiskRatio = "disk_ratio",
        NetworkInRate = "network_in_rate",
        NetworkOutRate = "network_out_rate",
        DiskReadRate = "disk_read_rate",
        DiskWriteRate = "disk_write_rate",
        SwapRatio = "swap_ratio",
        InodeRatio = "inode_ratio",
        LoadPerCore = "load_per_core",
        TemperatureCelsius = "temperature_celsius",
        CpuCores = "cpu_cores",
        MemoryBytes = "memory_bytes",
    }
}

/// What a figure is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertUnit {
    Ratio,
    BytesPerSecond,
    Bytes,
    /// Processes that run or wait, for each core.
    Load,
    Celsius,
    Cores,
}

impl AlertUnit {
    /// How much of the figure makes 1 of the unit.
    pub const fn one(self) -> u64 {
        match self {
            Self::Ratio => RATIO_ONE,
            Self::BytesPerSecond | Self::Bytes => 1,
            Self::Load => 100,
            Self::Celsius => 10,
            Self::Cores => 1000,
        }
    }

    /// The most that a threshold may be, in the unit.
    pub const fn most(self) -> u64 {
        match self {
            Self::Ratio => 1,
            // Beyond any rate that a figure can have, and any memory.
            Self::BytesPerSecond => 1 << 40,
            Self::Bytes => 1 << 50,
            Self::Load => 1000,
            Self::Celsius => 200,
            Self::Cores => 4096,
        }
    }

    pub const fn bounds(self) -> &'static str {
        match self {
            Self::Ratio => "must be from 0 to 1",
            Self::BytesPerSecond => "must be from 0 to 2^40 bytes per second",
            Self::Bytes => "must be from 0 to 2^50 bytes",
            Self::Load => "must be from 0 to 1000",
            Self::Celsius => "must be from 0 to 200 degrees Celsius",
            Self::Cores => "must be from 0 to 4096 cores",
        }
    }
}

impl AlertMetric {
    pub const fn unit(self) -> AlertUnit {
        match self {
            Self::CpuRatio | Self::MemoryRatio | Self::DiskRatio | Self::SwapRatio | Self::InodeRatio => {
                AlertUnit::Ratio
            }
            Self::NetworkInRate | Self::NetworkOutRate | Self::DiskReadRate | Self::DiskWriteRate => {
                AlertUnit::BytesPerSecond
            }
            Self::LoadPerCore => AlertUnit::Load,
            Self::TemperatureCelsius => AlertUnit::Celsius,
            Self::CpuCores => AlertUnit::Cores,
            Self::MemoryBytes => AlertUnit::Bytes,
        }
    }

    /// The most that a threshold may be, as figures are counted.
    pub const fn most(self) -> u64 {
        self.unit().most() * self.unit().one()
    }

    /// Whether such a thing has the figure.
    pub const fn is_of(self, target: TargetKind) -> bool {
        match self {
            Self::NetworkInRate
            | Self::NetworkOutRate
            | Self::DiskReadRate
            | Self::DiskWriteRate
            | Self::MemoryRatio => true,
            Self::CpuRatio | Self::DiskRatio => matches!(target, TargetKind::Server | TargetKind::Node),
            Self::SwapRatio | Self::InodeRatio | Self::LoadPerCore | Self::TemperatureCelsius => {
                matches!(target, TargetKind::Node)
            }
            Self::CpuCores | Self::MemoryBytes => matches!(target, TargetKind::Container),
        }
    }

    /// Whether there is a history of it to try rules on.
    pub const fn is_kept(self, target: TargetKind) -> bool {
        match target {
            TargetKind::Server => self.is_of(target),
            TargetKind::Node => self.is_of(target) && !matches!(self, Self::InodeRatio),
            TargetKind::Container => false,
        }
    }

    /// Of a server, in units of 1/[`AlertUnit::one`]; `None` when it is not known.
    pub fn of(self, values: &Values) -> Option<u64> {
        match self {
            Self::CpuRatio => values.get(Metric::CpuRatio),
            Self::MemoryRatio => share(values, Metric::MemoryBytes, Metric::MemoryLimitBytes),
            Self::DiskRatio => share(values, Metric::DiskBytes, Metric::DiskLimitBytes),
            Self::NetworkInRate => values.get(Metric::NetworkInRate),
            Self::NetworkOutRate => values.get(Metric::NetworkOutRate),
            Self::DiskReadRate => values.get(Metric::DiskReadRate),
            Self::DiskWriteRate => values.get(Metric::DiskWriteRate),
            Self::SwapRatio
            | Self::InodeRatio
            | Self::LoadPerCore
            | Self::TemperatureCelsius
            | Self::CpuCores
            | Self::MemoryBytes => None,
        }
    }

    /// The same of a node, from what is kept of its looks; `cores` is 0 where their number is not known.
    pub fn of_node(self, values: &Values, cores: u64) -> Option<u64> {
        match self {
            Self::DiskRatio => values.get(Metric::FullestDiskRatio),
            Self::SwapRatio => share(values, Metric::SwapBytes, Metric::SwapLimitBytes),
            Self::LoadPerCore => values.get(Metric::Load5)?.checked_div(cores),
            Self::TemperatureCelsius => values.get(Metric::TemperatureCelsius),
            Self::CpuRatio
            | Self::MemoryRatio
            | Self::NetworkInRate
            | Self::NetworkOutRate
            | Self::DiskReadRate
            | Self::DiskWriteRate
            | Self::InodeRatio
            | Self::CpuCores
            | Self::MemoryBytes => self.of(values),
        }
    }

    /// The same of a look as it came.
    pub fn of_look(self, look: &NodeLook) -> Option<u64> {
        match self {
            Self::InodeRatio => {
                let ratios = look.file_systems.iter();
                ratios
                    .filter_map(|one| proportion(one.used_inodes, one.limit_inodes))
                    .max()
            }
            Self::CpuRatio
            | Self::MemoryRatio
            | Self::DiskRatio
            | Self::NetworkInRate
            | Self::NetworkOutRate
            | Self::DiskReadRate
            | Self::DiskWriteRate
            | Self::SwapRatio
            | Self::LoadPerCore
            | Self::TemperatureCelsius
            | Self::CpuCores
            | Self::MemoryBytes => self.of_node(&look.values, look.cores.len() as u64),
        }
    }

    /// The same of a container.
    pub fn of_container(self, usage: &ContainerUse) -> Option<u64> {
        match self {
            Self::CpuCores => usage.cpu_millis,
            Self::MemoryBytes => usage.memory_bytes,
            Self::MemoryRatio => proportion(usage.memory_bytes?, usage.memory_limit_bytes?),
            Self::NetworkInRate => usage.network_in_rate,
            Self::NetworkOutRate => usage.network_out_rate,
            Self::DiskReadRate => usage.disk_read_rate,
            Self::DiskWriteRate => usage.disk_write_rate,
            Self::CpuRatio
            | Self::DiskRatio
            | Self::SwapRatio
            | Self::InodeRatio
            | Self::LoadPerCore
            | Self::TemperatureCelsius => None,
        }
    }
}

fn share(values: &Values, part: Metric, whole: Metric) -> Option<u64> {
    proportion(values.get(part)?, values.get(whole)?)
}

fn proportion(part: u64, whole: u64) -> Option<u64> {
    let scaled = u128::from(part) * u128::from(RATIO_ONE);
    u64::try_from(scaled.checked_div(u128::from(whole))?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::codes::Code as _;
    use crate::domain::node_look::FileSystem;
    use crate::domain::time::Timestamp;

    #[test]
    fn proportions_are_of_what_is_known_and_never_of_nothing() {
        let values = Values::NONE
            .with(Metric::MemoryBytes, 3)
            .with(Metric::MemoryLimitBytes, 4)
            .with(Metric::DiskBytes, 1)
            .with(Metric::DiskLimitBytes, 0);
        assert_eq!(AlertMetric::MemoryRatio.of(&values), Some(7500));
        assert_eq!(AlertMetric::DiskRatio.of(&values), None);
        assert_eq!(AlertMetric::CpuRatio.of(&values), None);
        let huge = Values::NONE
            .with(Metric::DiskBytes, u64::MAX)
            .with(Metric::DiskLimitBytes, u64::MAX);
        assert_eq!(AlertMetric::DiskRatio.of(&huge), Some(RATIO_ONE));
    }

    #[test]
    fn a_node_is_judged_by_its_fullest_file_system_and_by_its_load_for_each_core() {
        let file_system = |used_inodes, limit_inodes| FileSystem {
            mount_point: "/".to_owned(),
            device: String::new(),
            kind: String::new(),
            used_bytes: 0,
            limit_bytes: 0,
            used_inodes,
            limit_inodes,
        };
        let mut look = NodeLook {
            sequence: 1,
            time: Timestamp::default(),
            values: Values::NONE
                .with(Metric::FullestDiskRatio, 9_500)
                .with(Metric::DiskBytes, 1)
                .with(Metric::DiskLimitBytes, 100)
                .with(Metric::Load5, 600)
                .with(Metric::SwapBytes, 0)
                .with(Metric::SwapLimitBytes, 0),
            cores: vec![0; 4],
            file_systems: vec![file_system(3, 4), file_system(1, 4), file_system(9, 0)],
        };
        assert_eq!(AlertMetric::DiskRatio.of_look(&look), Some(9_500));
        assert_eq!(AlertMetric::InodeRatio.of_look(&look), Some(7_500));
        assert_eq!(AlertMetric::LoadPerCore.of_look(&look), Some(150));
        assert_eq!(AlertMetric::SwapRatio.of_look(&look), None, "there is no swap");
        look.cores.clear();
        assert_eq!(AlertMetric::LoadPerCore.of_look(&look), None);
    }

    #[test]
    fn a_container_without_a_limit_has_no_share_of_it() {
        let usage = ContainerUse {
            cpu_millis: Some(2_500),
            memory_bytes: Some(10),
            memory_limit_bytes: None,
            ..ContainerUse::default()
        };
        assert_eq!(AlertMetric::CpuCores.of_container(&usage), Some(2_500));
        assert_eq!(AlertMetric::MemoryRatio.of_container(&usage), None);
        assert_eq!(AlertMetric::CpuRatio.of_container(&usage), None);
    }

    #[test]
    fn every_figure_is_of_something_and_no_threshold_overflows() {
        for metric in AlertMetric::ALL {
            assert!(TargetKind::ALL.iter().any(|target| metric.is_of(*target)));
            assert!(metric.most() <= 1 << 53, "as a float it is exact");
        }
    }
}
