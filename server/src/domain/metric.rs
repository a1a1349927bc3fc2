//! What is measured of servers and nodes, and in which unit.
//!
//! Figures are whole numbers: a ratio is counted in ten thousandths, a load in hundredths, a temperature in tenths of
//! a degree, everything else in bytes, bytes per second or pieces.

use super::codes::{Code, coded};

/// A ratio of 1 as the figures count it.
pub const RATIO_ONE: u64 = 10_000;

coded! {
    /// One figure of a look. The order is the order of the columns in the store: new ones go to the end.
    Metric {
        /// Processor time in use of what the server has, in units of 1/[`RATIO_ONE`].
        CpuRatio = "cpu_ratio",
        MemoryBytes = "memory_bytes",
        MemoryLimitBytes = "memory_limit_bytes",
        DiskBytes = "disk_bytes",
        DiskLimitBytes = "disk_limit_bytes",
        /// Bytes per second, as all rates.
        NetworkInRate = "network_in_rate",
        NetworkOutRate = "network_out_rate",
        DiskReadRate = "disk_read_rate",
        DiskWriteRate = "disk_write_rate",
        /// Of nodes only, as are all below.
        CpuUserRatio = "cpu_user_ratio",
        CpuSystemRatio = "cpu_system_ratio",
        /// Processors that waited for disks.
        CpuWaitRatio = "cpu_wait_ratio",
        /// Processors that the hypervisor gave to others.
        CpuStealRatio = "cpu_steal_ratio",
        Load1 = "load_1",
        Load5 = "load_5",
        Load15 = "load_15",
        SwapBytes = "swap_bytes",
        SwapLimitBytes = "swap_limit_bytes",
        /// Of the hottest sensor.
        TemperatureCelsius = "temperature_celsius",
        ProcessCount = "process_count",
        /// What is in use of the file system that is fullest.
        FullestDiskRatio = "fullest_disk_ratio",
    }
}

impl Metric {
    pub const COUNT: usize = <Self as Code>::ALL.len();

    /// How much of the figure makes 1 of the unit that people know.
    pub const fn one(self) -> u64 {
        match self {
            Self::CpuRatio
            | Self::CpuUserRatio
            | Self::CpuSystemRatio
            | Self::CpuWaitRatio
            | Self::CpuStealRatio
            | Self::FullestDiskRatio => RATIO_ONE,
            Self::Load1 | Self::Load5 | Self::Load15 => 100,
            Self::TemperatureCelsius => 10,
            Self::MemoryBytes
            | Self::MemoryLimitBytes
            | Self::DiskBytes
            | Self::DiskLimitBytes
            | Self::NetworkInRate
            | Self::NetworkOutRate
            | Self::DiskReadRate
            | Self::DiskWriteRate
            | Self::SwapBytes
            | Self::SwapLimitBytes
            | Self::ProcessCount => 1,
        }
    }

    /// The figure in the unit that people know, as exact as a float is.
    #[expect(
        clippy::cast_precision_loss,
        reason = "figures of that size need no last digit"
    )]
    pub fn in_units(self, figure: u64) -> f64 {
        self.mean_in_units(figure as f64)
    }

    /// The same of a mean. A division, so that the mean of equal figures is each of them.
    #[expect(clippy::cast_precision_loss, reason = "it is at most 10,000")]
    pub fn mean_in_units(self, mean: f64) -> f64 {
        mean / self.one() as f64
    }

    /// Its place among all of them.
    pub const fn index(self) -> usize {
        self as usize
    }
}
