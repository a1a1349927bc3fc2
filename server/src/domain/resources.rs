//! What a server is given: processor, memory, disk.

use serde::{Deserialize, Serialize};

use super::fields::FieldErrors;

pub const MIB: u64 = 1 << 20;
pub const GIB: u64 = 1 << 30;
pub const TIB: u64 = 1 << 40;

pub const CPU_MILLICORES: std::ops::RangeInclusive<u32> = 100..=512_000;
pub const MEMORY_BYTES: std::ops::RangeInclusive<u64> = 64 * MIB..=TIB;
pub const DISK_BYTES: std::ops::RangeInclusive<u64> = GIB..=64 * TIB;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resources {
    /// 1000 is one core.
    pub cpu_millicores: u32,
    /// Whole MiB.
    pub memory_bytes: u64,
    /// Whole GiB.
    pub disk_bytes: u64,
}

impl Resources {
    /// Notes every field out of range, under the names the contract gives them.
    pub fn check(&self, errors: &mut FieldErrors) {
        if !CPU_MILLICORES.contains(&self.cpu_millicores) {
            errors.push("cpu_millicores", "must be from 100 to 512000 (1000 is one core)");
        }
        if !MEMORY_BYTES.contains(&self.memory_bytes) || !self.memory_bytes.is_multiple_of(MIB) {
            errors.push("memory_bytes", "must be whole MiB, from 64 MiB to 1 TiB");
        }
        if !DISK_BYTES.contains(&self.disk_bytes) || !self.disk_bytes.is_multiple_of(GIB) {
            errors.push("disk_bytes", "must be whole GiB, from 1 GiB to 64 TiB");
        }
    }
}
