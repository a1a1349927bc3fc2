//! What is measured of a server, and in which unit.
//!
//! Figures are whole numbers: a ratio is counted in ten thousandths, everything else in bytes or bytes per second.

use super::codes::coded;

/// A processor ratio of 1 as the figures count it.
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
    }
}

impl Metric {
    pub const COUNT: usize = <Self as super::codes::Code>::ALL.len();

    /// Its place among all of them.
    pub const fn index(self) -> usize {
        self as usize
    }
}
